"""Templates of mails (product-facts.md#message-templates)."""

from typing import Any

from msgspec.structs import replace

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration import message_templates
from loginradius_harness.emulator.state.outbox.templates import MessageTemplate

Json = Any

# Members that are stored, and that nothing the emulator does depends on.
FURTHER = ("TextTemplate", "FromName", "FromEmail", "EmailConfigId", "VerificationTokenType")


@handles("email_template.list")
def list_all(call: RequestContext) -> Json:
    """Return every template, the emulator's own included."""
    return {"Data": [_shown(template) for template in call.tenant.templates.all("mail")]}


@handles("email_template.create")
def create(call: RequestContext) -> Json:
    """Add a template; without a name it gets that of its type (inferred)."""
    body, kind = call.body, call.body["TemplateType"].lower()
    template = MessageTemplate(
        channel="mail",
        type=kind,
        name=body.get("TemplateName") or kind,
        text=body["Template"],
        subject=body["Subject"],
        default=bool(body.get("IsDefault")),
        further=_further(body),
    )
    return _shown(message_templates.add(call, template))


@handles("email_template.update")
def update(call: RequestContext) -> Json:
    """Change a template; what the request does not name stays (inferred)."""
    body = call.body
    before = message_templates.known(call, "mail", body["TemplateName"])
    after = replace(
        before,
        text=body["Template"],
        subject=body["Subject"],
        default=body.get("IsDefault", before.default),
        further=before.further | _further(body),
    )
    call.tenant.templates.put(after)
    return _shown(after)


@handles("email_template.delete")
def delete(call: RequestContext) -> Json:
    """Remove a template."""
    return message_templates.remove(call, "mail", call.body["TemplateName"])


def _further(body: Json) -> dict[str, Json]:
    return {name: body[name] for name in FURTHER if name in body}


def _shown(template: MessageTemplate) -> Json:
    return {
        "TemplateType": template.type,
        "TemplateName": template.name,
        "Template": template.text,
        "Subject": template.subject,
        "IsActive": template.active,
        "IsDefault": template.default,
        **template.further,
    }
