"""Change, forget and reset passwords (product-facts.md#password-reset, #password-change)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import (
    check_code,
    check_password,
    require_captcha,
    require_usable_account,
)
from loginradius_harness.emulator.services.password_policy import end_other_sessions, set_password
from loginradius_harness.emulator.services.password_reset import (
    PURPOSE,
    owner,
    require_security_answers,
    reset_password,
    send_reset,
)

Json = Any


@handles("authentication.change_password")
async def change_password(call: RequestContext) -> Json:
    """Set a new password after checking the old one; the calling token stays valid."""
    require_captcha(call, "PutChangePassword")
    account, tenant = call.account, call.tenant
    await check_password(call, account, call.body["oldpassword"], wrong=ErrorCode.CURRENT_PASSWORD_INCORRECT)
    await set_password(call, account, call.body["newpassword"])
    end_other_sessions(call, account, keep=call.session.id)
    tenant.messages.notice("passwordchange", account)
    tenant.webhooks.fire("ChangePassword", account)
    return {"IsPosted": True}


@handles("authentication.forgot_password")
def forgot_password(call: RequestContext) -> Json:
    """Mail a reset link or, where the tenant mails codes, a code.

    Raise ACCOUNT_NOT_FOUND for an unknown user.
    """
    require_captcha(call, "PostForgotPasswordByEmail")
    if "email" in call.body:
        _require_email_known(call)
    account = owner(call)
    require_usable_account(account)
    to = call.body.get("email") or (account.primary.value if account.primary else None)
    if to is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    send_reset(call, account, to)
    return {"IsPosted": True}


def _require_email_known(call: RequestContext) -> None:
    """Check that an address names one account and may be used to log in.

    Raise USERNAME_LOGIN_REQUIRED, PHONE_LOGIN_REQUIRED.
    """
    settings = call.settings
    if settings.duplicate_emails:
        raise ApiError(ErrorCode.USERNAME_LOGIN_REQUIRED)
    if settings.phone_login and not settings.email_login_with_phone_login:
        raise ApiError(ErrorCode.PHONE_LOGIN_REQUIRED)


@handles("authentication.reset_password_by_reset_token")
async def reset_by_token(call: RequestContext) -> Json:
    """Set a new password by the token of a mail; its address counts as verified."""
    token = call.tenant.single_use_tokens.redeem(PURPOSE, call.body["resettoken"])
    account = call.tenant.holder(token)
    return await reset_password(call, account, call.body["password"], token, verifies=token.data.get("email"))


@handles("authentication.reset_password_by_email_otp", "authentication.reset_password_by_otp_and_username")
async def reset_by_otp(call: RequestContext) -> Json:
    """Set a new password by a mailed code; a wrong code counts towards the lock."""
    account = owner(call)
    address = call.body.get("email") or (account.primary.value if account.primary else None)
    if address is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    code = check_code(call, account, PURPOSE, address, call.body["otp"])
    return await reset_password(call, account, call.body["password"], code)


@handles(
    "authentication.reset_password_by_security_answer_and_email",
    "authentication.reset_password_by_security_answer_and_phone",
    "authentication.reset_password_by_security_answer_and_username",
)
async def reset_by_answers(call: RequestContext) -> Json:
    """Set a new password by security answers.

    Raise SECURITY_QUESTIONS_DISABLED, ACCOUNT_HAS_NO_SECURITY_ANSWER, SECURITY_QUESTION_ID_INVALID, and
    SECURITY_QUESTION_OR_ANSWER_INCORRECT for a wrong answer or too many of them.
    """
    account = owner(call)
    require_security_answers(call, account, call.body["securityanswer"])
    return await reset_password(call, account, call.body["password"])
