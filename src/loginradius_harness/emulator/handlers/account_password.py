"""Passwords of accounts, read and set by the tenant's own servers (product-facts.md#password-change)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.account import managed
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.password_policy import end_other_sessions, set_password

Json = Any


@handles("account.get_password_hash_by_uid")
def get_password_hash_by_uid(call: RequestContext) -> Json:
    """Return the stored hash.

    Raise ACCOUNT_HAS_NO_EMAIL_PROFILE for an account without e-mail identity or password.
    """
    account = managed(call)
    if not account.emails or account.password is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    return {"PasswordHash": account.password}


@handles("account.set_password_by_uid")
async def set_password_by_uid(call: RequestContext) -> Json:
    """Set a password.

    Raise ACCOUNT_HAS_NO_EMAIL_PROFILE for an account without e-mail identity, NEW_PASSWORD_NOT_ALLOWED,
    FIELD_VALIDATION_FAILED, PASSWORD_TOO_WEAK, NEW_PASSWORD_BREACHED.
    """
    account = managed(call)
    if not account.emails:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    await set_password(call, account, call.body["password"])
    end_other_sessions(call, account)
    call.tenant.webhooks.fire("SetPassword", account)
    return {"PasswordHash": account.password}
