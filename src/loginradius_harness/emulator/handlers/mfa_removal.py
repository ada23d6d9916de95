"""Remove second factors, by their owner or by the server (product-facts.md#mfa-settings)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.mfa_factors import NOT_ENROLLED

Json = Any

OWN = {  # operation -> the factor that it removes
    "mfa.reset_authenticator_by_access_token": "authenticator",
    "mfa.reset_sms_authenticator_by_access_token": "sms",
    "mfa.reset_email_otp_authenticator_by_access_token": "email",
    "mfa.reset_security_question_authenticator_by_access_token": "security_question",
    "mfa.reset_passkey_authenticator_by_access_token": "passkey",
    "mfa.reset_push_authenticator_by_access_token": "push",
    "mfa.reset_duo_authenticator_by_access_token": "duo",
}
OF_USER = {
    "mfa.reset_authenticator_by_uid": "authenticator",
    "mfa.reset_sms_authenticator_by_uid": "sms",
    "mfa.reset_email_otp_authenticator_by_uid": "email",
    "mfa.reset_security_question_authenticator_by_uid": "security_question",
    "mfa.reset_passkey_authenticator_by_uid": "passkey",
    "mfa.reset_push_authenticator_by_uid": "push",
    "mfa.reset_duo_authenticator_by_uid": "duo",
}


@handles(*OWN)
def remove_own(call: RequestContext) -> Json:
    """Remove a factor of the caller.

    Raise SECOND_FACTOR_REMOVAL_INVALID for the last factor where the tenant requires one.
    """
    factor = OWN[call.operation.id]
    if call.settings.mfa == "required" and call.tenant.factors.enrolled(call.account) == [factor]:
        raise ApiError(ErrorCode.SECOND_FACTOR_REMOVAL_INVALID)
    return _remove(call, call.account, factor)


@handles(*OF_USER)
def remove_of_user(call: RequestContext) -> Json:
    """Remove any factor of any user."""
    factor = OF_USER[call.operation.id]
    return _remove(call, call.tenant.managed_account(call.query["uid"]), factor)


def _remove(call: RequestContext, account: Account, factor: str) -> Json:
    """Remove a factor.

    Raise MFA_DISABLED or, where there is nothing to remove, the factor's own code (inferred).
    """
    call.tenant.factors.require_mfa()
    if factor in {"passkey", "push", "duo"}:
        call.tenant.factors.require_allowed(factor)
    if account.factors is None or factor not in account.factors.enrolled:
        raise ApiError(NOT_ENROLLED[factor])
    call.tenant.factors.remove(account, factor)
    return {"IsDeleted": True}
