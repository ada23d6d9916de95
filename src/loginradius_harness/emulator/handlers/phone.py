"""Phone numbers as identifiers: register, verify, change, remove (product-facts.md#phone)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.auth import check_access_token, credential
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import registration
from loginradius_harness.emulator.services.first_factor import first_factor
from loginradius_harness.emulator.services.login import (
    check_code,
    finish,
    require_captcha,
    require_plain_login,
    require_usable_account,
)
from loginradius_harness.emulator.services.password_reset import owner, reset_password
from loginradius_harness.emulator.state.accounts import Account

Json = Any

CONFIRM, CHANGE, FORGOT = "phoneidverification", "addphone", "forgotpassword"  # purposes of the codes


@handles("phone.check_availability")
def check_availability(call: RequestContext) -> Json:
    """Return whether an account has the number, verified or not."""
    return {"IsExist": call.tenant.accounts.by_phone(call.query["phone"]) is not None}


@handles("phone.register_by_phone")
async def register(call: RequestContext) -> Json:
    """Create an account whose number is verified by an SMS code."""
    _require_phone_login(call)
    account = await registration.register(call)
    call.tenant.webhooks.fire("Register", account)
    if str(call.query.get("options")).lower() != "preventverificationsms":
        _send(call, account, account.phone, CONFIRM)
    return {"IsPosted": True}


@handles("phone.login_by_phone")
async def log_in(call: RequestContext) -> Json:
    """Log in with the password.

    Raise MFA_LOGIN_REQUIRED where multi-factor authentication is on.
    """
    account = await first_factor(call)
    require_plain_login(call)
    return finish(call, account, provider="Phone")


@handles("phone.resend_otp")
def resend(call: RequestContext) -> Json:
    """Send a new code to an unverified number.

    Clients of the operation with an access token send the number too.
    """
    if credential(call, "access_token") is not None:
        check_access_token(call)
        return resend_own(call)
    account = owner(call)
    require_usable_account(account)
    if account.phone_verified:
        raise ApiError(ErrorCode.PHONE_ALREADY_VERIFIED)
    return _posted(_send(call, account, account.phone, CONFIRM))


@handles("phone.resend_otp_by_access_token")
def resend_own(call: RequestContext) -> Json:
    """Send a new code to the caller's unverified number."""
    number, purpose = _waiting(call.account)
    return _posted(_send(call, call.account, number, purpose))


@handles("phone.verify_by_otp")
def verify(call: RequestContext) -> Json:
    """Verify the number and log its owner in.

    Raise MFA_LOGIN_REQUIRED where that needs a second factor.
    """
    account = owner(call)
    if account.phone_verified:
        raise ApiError(ErrorCode.PHONE_ALREADY_VERIFIED)
    check_code(call, account, CONFIRM, call.body["phone"], call.query["otp"])
    _confirm(call, account)
    if call.tenant.factors.needed(account):
        raise ApiError(ErrorCode.MFA_LOGIN_REQUIRED)
    return finish(call, account, provider="Phone")


@handles("phone.verify_by_otp_and_access_token")
def verify_own(call: RequestContext) -> Json:
    """Verify the caller's number, or the one that it is changed to."""
    account = call.account
    number, purpose = _waiting(account)
    check_code(call, account, purpose, number, call.query["otp"])
    if purpose == CHANGE:
        call.tenant.accounts.set_phone(account, number)
        account.pending_phone = None
        call.tenant.webhooks.fire("UpdatePhoneId", account)
    _confirm(call, account)
    return {"IsPosted": True}


@handles("phone.update_phone")
def update(call: RequestContext) -> Json:
    """Send a code to the new number, which replaces the old one once it is verified."""
    return _posted(request_change(call, call.body["phone"]))


def request_change(call: RequestContext, number: str) -> Json:
    """Send a code to the number that the caller's is changed to, and return the SMS id.

    Raise PHONE_ALREADY_EXISTS where another account has it. The caller's own may be confirmed again.
    """
    account = call.account
    holder = call.tenant.accounts.by_phone(number)
    if holder is not None and holder.uid != account.uid:
        raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)
    sent = _send(call, account, number, CHANGE)
    account.pending_phone = number
    return sent


@handles("phone.remove_phone")
def remove(call: RequestContext) -> Json:
    """Remove the caller's number and any pending change.

    Raise ACCOUNT_HAS_NO_PHONE without one.
    """
    account = call.account
    if account.phone is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PHONE)
    call.tenant.accounts.set_phone(account, None)
    account.phone_verified, account.pending_phone, account.modified = False, None, call.now
    call.tenant.webhooks.fire("RemovePhoneId", account)
    return {"IsDeleted": True}


@handles("phone.forgot_password")
def forgot_password(call: RequestContext) -> Json:
    """Send a code that resets the password.

    Raise ACCOUNT_NOT_FOUND for an unknown number.
    """
    _require_phone_login(call)
    require_captcha(call, "PostForgotPasswordByPhone")
    account = owner(call)
    require_usable_account(account)
    if not account.phone_verified:
        raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)
    return _posted(_send(call, account, account.phone, FORGOT))


@handles("phone.reset_password_by_otp")
async def reset(call: RequestContext) -> Json:
    """Set a new password by a code; a wrong code counts towards the lock."""
    _require_phone_login(call)
    account = owner(call)
    code = check_code(call, account, FORGOT, call.body["phone"], call.body["otp"])
    return await reset_password(call, account, call.body["password"], code)


def _require_phone_login(call: RequestContext) -> None:
    """Check that the tenant accepts phone numbers as identifiers.

    Raise PHONE_LOGIN_DISABLED.
    """
    if not call.settings.phone_login:
        raise ApiError(ErrorCode.PHONE_LOGIN_DISABLED)


def _waiting(account: Account) -> tuple[str, str]:
    """Return the number that waits for a code, and the code's purpose.

    Raise PHONE_ALREADY_VERIFIED where all are verified, ACCOUNT_HAS_NO_PHONE without a number.
    """
    if account.pending_phone is not None:
        return account.pending_phone, CHANGE
    if account.phone is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PHONE)
    if account.phone_verified:
        raise ApiError(ErrorCode.PHONE_ALREADY_VERIFIED)
    return account.phone, CONFIRM


def _confirm(call: RequestContext, account: Account) -> None:
    account.phone_verified, account.modified = True, call.now
    call.tenant.webhooks.fire("VerifyPhoneNumber", account)


def _send(call: RequestContext, account: Account, number: str | None, purpose: str) -> Json:
    """Send a code by SMS or voice, and return the SMS id.

    Raise SMS_PROVIDER_NOT_CONFIGURED, SMS_SENDING_LIMIT_EXCEEDED, and ACCOUNT_HAS_NO_PHONE without a number.
    """
    if number is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PHONE)
    template, voice = call.query.get("smsTemplate"), bool(call.query.get("isVoiceOtp"))
    return call.tenant.messages.sms_code(purpose, number, account.uid, template=template, voice=voice)


def _posted(sent: Json) -> Json:
    return {"IsPosted": True, "Data": sent}
