"""Generates SMS codes, for servers that send their own SMS (product-facts.md#account-management)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.registration import create_account
from loginradius_harness.emulator.state.accounts import Account, phone_key

Json = Any

TYPES = {  # type of code -> the switch that its flow needs, and the refusal where it is off
    "addphone": ("phone_login", ErrorCode.PHONE_LOGIN_DISABLED),
    "phoneidverification": ("phone_login", ErrorCode.PHONE_LOGIN_DISABLED),
    "forgotpassword": ("phone_login", ErrorCode.PHONE_LOGIN_DISABLED),
    "forgotpin": ("pin", ErrorCode.PIN_LOGIN_DISABLED),
    "onetouchlogin": ("one_touch", ErrorCode.ONE_TOUCH_LOGIN_DISABLED),
    "smartlogin": ("smart_login", ErrorCode.SMART_LOGIN_DISABLED),
    "passwordlesslogin": ("passwordless", ErrorCode.PASSWORDLESS_LOGIN_DISABLED),
}


@handles("account.generate_sms_otp")
def generate_sms_otp(call: RequestContext) -> Json:
    """Generate a code of one of seven types.

    Raise SMS_OTP_TYPE_INVALID for another type.
    """
    kind = call.path["smsotptype"].lower()
    if kind not in TYPES:
        raise ApiError(ErrorCode.SMS_OTP_TYPE_INVALID)
    switch, off = TYPES[kind]
    if not getattr(call.settings, switch):
        raise ApiError(off)
    account, phone = _recipient(call, kind)
    call.tenant.messages.count("otp", account.uid)
    code = call.tenant.codes.issue(kind, phone_key(phone), account.uid, call.settings)
    return {"Token": code, "ExpiresIn": iso(call.now + call.settings.otp_seconds)}


def _recipient(call: RequestContext, kind: str) -> tuple[Account, str]:
    """Return the account and the number that a code is for."""
    if kind == "addphone":
        return _pending_phone_owner(call)
    account = _one_touch_account(call) if kind == "onetouchlogin" else _named(call)
    if account.phone is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PHONE)
    if kind == "phoneidverification" and account.phone_verified:
        raise ApiError(ErrorCode.PHONE_ALREADY_VERIFIED)
    return account, account.phone


def _pending_phone_owner(call: RequestContext) -> tuple[Account, str]:
    """Add the number to the profile as pending until its code is verified.

    Raise EMAIL_UID_OR_PHONE_REQUIRED without an account, PHONE_MISSING, PHONE_ALREADY_EXISTS.
    """
    uid, phone = call.body.get("Uid"), call.body.get("Phone")
    if uid is None or phone is None:
        raise ApiError(ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED if uid is None else ErrorCode.PHONE_MISSING)
    account = call.tenant.managed_account(uid)
    if call.tenant.accounts.by_phone(phone) is not None:
        raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)
    account.pending_phone = phone
    return account, phone


def _one_touch_account(call: RequestContext) -> Account:
    """Return the account of a one-touch log-in; an unknown number is registered."""
    phone = call.body.get("Phone")
    if phone is None or call.tenant.accounts.by_phone(phone) is not None:
        return _named(call)
    return create_account(call, phone=phone)


def _named(call: RequestContext) -> Account:
    """Return the account that `Uid` or `Phone` of the body names.

    Raise EMAIL_UID_OR_PHONE_REQUIRED, ACCOUNT_NOT_FOUND.
    """
    uid, phone = call.body.get("Uid"), call.body.get("Phone")
    if uid is not None:
        return call.tenant.managed_account(uid)
    if phone is None:
        raise ApiError(ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED)
    account = call.tenant.accounts.by_phone(phone)
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return account
