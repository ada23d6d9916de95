"""Removing second factors, by their owner or by the server (domain 3.11)."""

from typing import Any

from emulator.accounts import Account
from emulator.call import Call
from emulator.errors import ApiError
from emulator.factors import NOT_ENROLLED
from emulator.registry import handles

Json = Any

FACTORS = {  # operation, up to `_by_...` -> the factor that it removes
    "mfa.reset_authenticator": "authenticator",
    "mfa.reset_sms_authenticator": "sms",
    "mfa.reset_email_otp_authenticator": "email",
    "mfa.reset_security_question_authenticator": "security_question",
}
BY_OWNER, BY_SERVER = "_by_access_token", "_by_uid"


@handles(*(name + BY_OWNER for name in FACTORS))
def remove_own(call: Call) -> Json:
    """1121 for the last factor where the tenant demands one."""
    factor = FACTORS[call.operation.id.removesuffix(BY_OWNER)]
    if call.settings.mfa == "required" and call.tenant.factors.enrolled(call.account) == [factor]:
        raise ApiError(1121)
    return _remove(call, call.account, factor)


@handles(*(name + BY_SERVER for name in FACTORS))
def remove_of_user(call: Call) -> Json:
    """Any factor of any user."""
    factor = FACTORS[call.operation.id.removesuffix(BY_SERVER)]
    return _remove(call, call.tenant.managed_account(call.query["uid"]), factor)


def _remove(call: Call, account: Account, factor: str) -> Json:
    """1097, 1099, 1117, 1256, 1259 where there is nothing to remove (inferred)."""
    call.tenant.factors.demand_mfa()
    if account.factors is None or factor not in account.factors.enrolled:
        raise ApiError(NOT_ENROLLED[factor])
    call.tenant.factors.remove(account, factor)
    return {"IsDeleted": True}
