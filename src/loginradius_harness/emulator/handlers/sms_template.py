"""Templates of SMS (product-facts.md#message-templates)."""

from typing import Any

from msgspec.structs import replace

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration import message_templates
from loginradius_harness.emulator.state.outbox.templates import MessageTemplate

Json = Any


@handles("sms_template.list")
def list_all(call: RequestContext) -> Json:
    """Return every template, the emulator's own included."""
    return {"Data": [_shown(template) for template in call.tenant.templates.all("sms")]}


@handles("sms_template.create")
def create(call: RequestContext) -> Json:
    """Add a template."""
    body = call.body
    template = MessageTemplate(
        channel="sms",
        type=body["SmsTemplateType"].lower(),
        name=body["Name"],
        text=body["Template"],
        default=bool(body.get("IsDefault")),
    )
    return _shown(message_templates.add(call, template))


@handles("sms_template.update")
def update(call: RequestContext) -> Json:
    """Change a template; what the request does not name stays (inferred)."""
    body = call.body
    before = message_templates.known(call, "sms", body["Name"])
    after = replace(
        before,
        text=body.get("Template", before.text),
        active=body.get("IsActive", before.active),
        default=body.get("IsDefault", before.default),
    )
    call.tenant.templates.put(after)
    return _shown(after)


@handles("sms_template.delete")
def delete(call: RequestContext) -> Json:
    """Remove a template."""
    return message_templates.remove(call, "sms", call.body["Name"])


def _shown(template: MessageTemplate) -> Json:
    return {
        "SmsTemplateType": template.type,
        "Name": template.name,
        "Template": template.text,
        "IsDefault": template.default,
    }
