"""Push notifications as second factor (product-facts.md#push)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.second_factor import TOKEN_PARAMETER, challenged

Json = Any


@handles("mfa.ping_push", "mfa.validate_push_legacy")
def ping(call: RequestContext) -> Json:
    """Complete the login once the phone has approved it."""
    token = call.query[TOKEN_PARAMETER]
    call.tenant.push.refuse_approved(token)
    waiting = challenged(call)
    call.tenant.factors.require_enrolled(waiting.account, "push")
    call.tenant.push.finish(waiting.account.second_factors().push_device, token)
    return waiting.finish()


@handles("mfa.resend_push")
def resend(call: RequestContext) -> Json:
    """Send the notification again; what is approved or declined stays so."""
    call.tenant.push.refuse_approved(call.query[TOKEN_PARAMETER])
    waiting = challenged(call)
    call.tenant.factors.require_enrolled(waiting.account, "push")
    call.tenant.push.send(waiting.account.second_factors().push_device, waiting.token.value, call.settings)
    return {"IsPosted": True}


@handles("mfa.ping_push_device_by_access_token")
def ping_device(call: RequestContext) -> Json:
    """Return whether a phone has scanned the QR code."""
    call.tenant.factors.require_allowed("push")
    return {"IsRegistered": call.account.second_factors().push_device is not None}
