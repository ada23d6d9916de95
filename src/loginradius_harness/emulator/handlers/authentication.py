"""Registration and log-in with a password (product-facts.md#registration, #login)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import registration
from loginradius_harness.emulator.services.first_factor import first_factor
from loginradius_harness.emulator.services.login import (
    answers_right,
    captcha_given,
    captcha_solved,
    finish,
    require_plain_login,
)

Json = Any


@handles("authentication.register_by_email")
async def register_by_email(call: RequestContext) -> Json:
    """Create an account and log it in, unless the tenant requires verification first."""
    return registration.complete_registration(call, await registration.register(call))


@handles("authentication.register_by_captcha")
async def register_by_captcha(call: RequestContext) -> Json:
    """Create an account with a captcha answer instead of a SOTT.

    Raise CAPTCHA_MISSING_OR_INCORRECT.
    """
    if not captcha_solved(call):
        raise ApiError(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT)
    return registration.complete_registration(call, await registration.register(call))


@handles("authentication.login_by_email", "authentication.login_by_username")
async def log_in(call: RequestContext) -> Json:
    """Log in with the password.

    Raise MFA_LOGIN_REQUIRED where multi-factor authentication is on.
    """
    account = await first_factor(call)
    require_plain_login(call)
    return finish(call, account)


@handles("authentication.unlock_account")
def unlock_account(call: RequestContext) -> Json:
    """Lift a captcha or security question lock.

    Other locks expire or are lifted by an administrator.
    """
    account, lockout = call.account, call.tenant.lockout
    lock = account.lock
    if lock is None or not lock.locked:
        raise ApiError(ErrorCode.ACCOUNT_NOT_LOCKED)
    if lock.type == "Captcha":
        if captcha_given(call) is None or not captcha_solved(call):
            raise ApiError(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT)
    elif lock.type == "SecurityQuestion":
        if not answers_right(account, call.body.get("securityanswer") or {}):
            raise ApiError(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT)
    else:
        lockout.check(account)
    lockout.lift(account)
    return {"IsPosted": True}


@handles("authentication.check_email_availability")
def check_email_availability(call: RequestContext) -> Json:
    """Return whether an account has the address, verified or not."""
    return {"IsExist": call.tenant.accounts.by_email(call.query["email"]) is not None}


@handles("authentication.check_username_availability")
def check_username_availability(call: RequestContext) -> Json:
    """Return whether an account has the user name."""
    return {"IsExist": call.tenant.accounts.by_username(call.query["username"]) is not None}
