"""What handlers of mail and SMS templates have in common (product-facts.md#message-templates)."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.outbox.templates import MessageTemplate


def add(call: RequestContext, template: MessageTemplate) -> MessageTemplate:
    """Add a template. Raise REQUEST_INVALID where its type has one of that name (inferred)."""
    if call.tenant.templates.find(template.channel, template.type, template.name):
        raise ApiError(ErrorCode.REQUEST_INVALID)
    call.tenant.templates.put(template)
    return template


def known(call: RequestContext, channel: str, name: str) -> MessageTemplate:
    """Return the template of the path's type. Raise REQUEST_INVALID for an unknown one (inferred)."""
    found = call.tenant.templates.find(channel, call.path["templatetype"], name)
    if found is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return found


def remove(call: RequestContext, channel: str, name: str) -> dict[str, bool]:
    """Remove a template. Raise REQUEST_INVALID for one that management has not made (inferred)."""
    gone = known(call, channel, name)
    if gone.key not in call.tenant.templates.made:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    call.tenant.templates.made.remove(gone.key)
    return {"IsDeleted": True}
