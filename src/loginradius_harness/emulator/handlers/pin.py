"""Log in with a PIN, set and change it (product-facts.md#pin)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import finish, require_usable_account
from loginradius_harness.emulator.services.pin import check_pin, require_pin_login, set_pin

Json = Any


@handles("pin.login")
async def log_in(call: RequestContext) -> Json:
    """Log in by PIN, in a browser or device that has logged in fully before.

    Raise PIN_LOGIN_DISABLED, PIN_SESSION_TOKEN_INVALID, PIN_SESSION_TOKEN_EXPIRED, PIN_INCORRECT.
    """
    if not call.settings.pin:
        raise ApiError(ErrorCode.PIN_LOGIN_DISABLED)
    token = call.tenant.single_use_tokens.find("pinsession", call.query["session_token"])
    account = call.tenant.holder(token)
    await check_pin(call, account, call.body["PIN"])
    call.tenant.single_use_tokens.find(
        "pinsession", token.value
    )  # it may have been invalidated while the PIN was hashed
    return finish(call, account, provider=account.provider)


@handles("pin.invalidate_session_token")
def invalidate_session_token(call: RequestContext) -> Json:
    """End PIN logins with this session token; access tokens stay valid."""
    require_pin_login(call)
    call.tenant.single_use_tokens.redeem("pinsession", call.query["session_token"])
    return {"IsPosted": True}


@handles("pin.set_pin_by_pin_auth_token")
async def set_by_pin_auth_token(call: RequestContext) -> Json:
    """Set the PIN that a login required (PIN_SETUP_REQUIRED), and complete the login."""
    require_pin_login(call)
    token = call.tenant.single_use_tokens.redeem("pinauth", call.query["pinAuthToken"])
    account = call.tenant.holder(token)
    try:
        require_usable_account(account)
        await set_pin(call, account, call.body["PIN"], "SetPIN")
    except ApiError:  # a PIN that the tenant refuses does not cost the token
        token.used = False
        raise
    return finish(call, account, provider=account.provider)


@handles("pin.change_pin_by_access_token")
async def change(call: RequestContext) -> Json:
    """Set a new PIN after checking the old one.

    Raise CURRENT_PIN_INCORRECT.
    """
    require_pin_login(call)
    await check_pin(call, call.account, call.body["OldPIN"], wrong=ErrorCode.CURRENT_PIN_INCORRECT)
    await set_pin(call, call.account, call.body["NewPIN"], "ChangePIN")
    return {"IsPosted": True}
