"""Enrol and remove second factors."""

from loginradius_harness.emulator.handlers import mfa_enrolment, mfa_removal
from loginradius_harness.emulator.state.mfa_factors import MfaFactors
from loginradius_harness.faults.registry import Faults

faults = Faults("factors")

faults.replace_source(
    "any_code_enrols_the_app",
    "mfa.code_by_token_enrols",
    mfa_enrolment._enrol_authenticator,
    "prove(call, call.account, call.tenant.factors.prove_totp, code)",
    "pass",
)
faults.replace_source(
    "right_code_enrols_no_app",
    "mfa.code_by_token_enrols",
    mfa_enrolment._enrol_authenticator,
    "call.account.second_factors().totp_verified = True",
    "pass",
)
faults.replace_source(
    "settings_hide_the_app",
    "mfa.settings_tell_the_factors",
    MfaFactors.shown,
    '"IsAuthenticatorVerified": factors.totp_verified',
    '"IsAuthenticatorVerified": False',
)
faults.replace_source(
    "settings_hide_the_phone",
    "mfa.settings_tell_the_factors",
    MfaFactors.shown,
    '"IsOTPAuthenticatorVerified": factors.phone_verified',
    '"IsOTPAuthenticatorVerified": False',
)
faults.replace_source(
    "number_needs_no_otp",
    "mfa.factors_are_enrolled_by_token",
    mfa_enrolment.update_phone,
    "factors.pending_phone = number",
    "factors.phone, factors.phone_verified, factors.pending_phone = number, True, number",
)
faults.replace_source(
    "otp_makes_no_number_a_factor",
    "mfa.factors_are_enrolled_by_token",
    mfa_enrolment.verify_sms_otp,
    "factors.phone, factors.phone_verified, factors.pending_phone = factors.pending_phone, True, None",
    "pass",
)
faults.replace_source(
    "otp_makes_no_address_a_factor",
    "mfa.factors_are_enrolled_by_token",
    mfa_enrolment.verify_email_otp,
    "factors.email, factors.email_verified = address, True",
    "pass",
)
faults.replace_source(
    "answers_are_not_kept",
    "mfa.factors_are_enrolled_by_token",
    mfa_enrolment.set_security_answers,
    'call.tenant.factors.enrol_answers(call.account, call.body["securityquestionanswer"], replace=replace)',
    "pass",
)
faults.replace_source(
    "answers_are_never_replaced",
    "mfa.answers_are_replaced_on_request",
    MfaFactors.enrol_answers,
    "answers if replace else {**factors.answers, **answers}",
    "{**answers, **factors.answers}",
)
faults.replace_source(
    "owner_removes_nothing",
    "mfa.removed_factor_is_not_required",
    mfa_removal.remove_own,
    "return _remove(call, call.account, factor)",
    'return {"IsDeleted": True}',
)
faults.replace_source(
    "operator_removes_nothing",
    "mfa.operator_removes_factors",
    mfa_removal.remove_of_user,
    'return _remove(call, call.tenant.managed_account(call.query["uid"]), factor)',
    'return {"IsDeleted": True}',
)
faults.replace_source(
    "removal_takes_every_factor",
    "mfa.removal_names_its_factor",
    MfaFactors.remove,
    "if not factors.enrolled:",
    "account.factors = fresh\n    if not factors.enrolled:",
)
faults.replace_source(
    "last_one_is_removed",
    "mfa.last_factor_stays_where_required",
    mfa_removal.remove_own,
    "raise ApiError(ErrorCode.SECOND_FACTOR_REMOVAL_INVALID)",
    "pass",
)
faults.replace_source(
    "removal_reaches_the_uid_of_the_query",
    "mfa.removal_reaches_own_account_only",
    mfa_removal.remove_own,
    "return _remove(call, call.account, factor)",
    """named = call.tenant.accounts.by_uid(call.parameters.get("uid", ""))
    return _remove(call, named or call.account, factor)""",
)
