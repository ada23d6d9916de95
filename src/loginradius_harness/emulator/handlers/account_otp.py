"""Codes of SMS, for servers that send their own SMS (product-facts.md#account-management)."""

from typing import Any

from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.registration import create_account
from loginradius_harness.emulator.state.accounts import Account, phone_key

Json = Any

TYPES = {  # type of code -> the switch that its flow needs, and the refusal where it is off
    "addphone": ("phone_login", 1074),
    "phoneidverification": ("phone_login", 1074),
    "forgotpassword": ("phone_login", 1074),
    "forgotpin": ("pin", 1244),
    "onetouchlogin": ("one_touch", 1146),
    "smartlogin": ("smart_login", 1135),
    "passwordlesslogin": ("passwordless", 1059),
}


@handles("account.generate_sms_otp")
def generate_sms_otp(call: RequestContext) -> Json:
    """A code of one of seven types; 1182 for another type."""
    kind = call.path["smsotptype"].lower()
    if kind not in TYPES:
        raise ApiError(1182)
    switch, off = TYPES[kind]
    if not getattr(call.settings, switch):
        raise ApiError(off)
    account, phone = _recipient(call, kind)
    call.tenant.messages.count("otp", account.uid)
    code = call.tenant.codes.issue(kind, phone_key(phone), account.uid, call.settings)
    return {"Token": code, "ExpiresIn": iso(call.now + call.settings.otp_seconds)}


def _recipient(call: RequestContext, kind: str) -> tuple[Account, str]:
    """Whose code it is, and the number that it proves."""
    if kind == "addphone":
        return _newcomer(call)
    account = _stranger(call) if kind == "onetouchlogin" else _named(call)
    if account.phone is None:
        raise ApiError(1292)
    if kind == "phoneidverification" and account.phone_verified:
        raise ApiError(1073)
    return account, account.phone


def _newcomer(call: RequestContext) -> tuple[Account, str]:
    """The number waits on the profile until its code comes back; 1118 without an account, 1076, 1058."""
    uid, phone = call.body.get("Uid"), call.body.get("Phone")
    if uid is None or phone is None:
        raise ApiError(1118 if uid is None else 1076)
    account = call.tenant.managed_account(uid)
    if call.tenant.accounts.by_phone(phone) is not None:
        raise ApiError(1058)
    account.pending_phone = phone
    return account, phone


def _stranger(call: RequestContext) -> Account:
    """One touch takes in whoever has a phone."""
    phone = call.body.get("Phone")
    if phone is None or call.tenant.accounts.by_phone(phone) is not None:
        return _named(call)
    return create_account(call, phone=phone)


def _named(call: RequestContext) -> Account:
    """The account that `Uid` or `Phone` of the body names; 1118, 938."""
    uid, phone = call.body.get("Uid"), call.body.get("Phone")
    if uid is not None:
        return call.tenant.managed_account(uid)
    if phone is None:
        raise ApiError(1118)
    account = call.tenant.accounts.by_phone(phone)
    if account is None:
        raise ApiError(938)
    return account
