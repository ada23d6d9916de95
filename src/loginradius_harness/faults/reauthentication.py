"""Reauthentication before sensitive operations."""

from loginradius_harness.emulator.handlers import reauthentication
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.mfa_factors import MfaFactors
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.faults.registry import Faults

faults = Faults("step_up")

faults.replace_source(
    "works_while_off",
    "step_up.off_is_refused",
    reauthentication._require_step_up,
    "raise ApiError(ErrorCode.REAUTHENTICATION_DISABLED)",
    "pass",
)
faults.replace_source(
    "trigger_sends_nothing",
    "step_up.trigger_tells_and_sends",
    reauthentication.trigger,
    '"OTPStatus": send_sms(call, account, phone, PURPOSE) if phone else None',
    '"OTPStatus": None',
)
faults.replace_source(
    "trigger_hides_the_factors",
    "step_up.trigger_tells_and_sends",
    reauthentication.trigger,
    "**factors.shown(account),",
    '**factors.shown(account), "IsAuthenticatorVerified": False, "IsOTPAuthenticatorVerified": False,',
)
faults.replace_source(
    "token_is_dead_at_once",
    "step_up.proof_answers_a_token",
    MfaFactors.proof,
    "token.value,",
    "self._tenant.identifiers.guid(),",
)
faults.replace_source(
    "expiry_lies_in_the_past",
    "step_up.proof_answers_a_token",
    MfaFactors.proof,
    "iso(token.expires)",
    "iso(token.expires - 86_400)",
)
faults.replace_source(
    "any_authenticator_code_is_right",
    "step_up.wrong_proof_is_refused",
    reauthentication.by_authenticator_code,
    "prove(call, call.account, factors.prove_totp, code)",
    "pass",
)
faults.replace_source(
    "any_mailed_otp_is_right",
    "step_up.wrong_proof_is_refused",
    reauthentication.by_email_otp,
    'prove(call, account, factors.prove_code, PURPOSE, "mail", address, call.body["otp"])',
    "pass",
)
faults.replace_source(
    "any_sms_otp_is_right",
    "step_up.wrong_proof_is_refused",
    reauthentication.by_sms_otp,
    'prove(call, account, factors.prove_code, PURPOSE, "sms", account.second_factors().phone, call.body["otp"])',
    "pass",
)
faults.replace_source(
    "any_backup_code_is_right",
    "step_up.wrong_proof_is_refused",
    reauthentication.by_backup_code,
    'prove(call, call.account, factors.prove_backup_code, call.body["backupcode"])',
    "pass",
)
faults.replace_source(
    "any_answer_is_right",
    "step_up.wrong_proof_is_refused",
    reauthentication.by_security_answers,
    'prove(call, call.account, factors.prove_answers, call.body["securityquestionanswer"])',
    "pass",
)
faults.replace_source(
    "any_password_is_right",
    "step_up.wrong_password_or_pin_is_refused",
    reauthentication.by_password,
    'await check_password(call, call.account, call.body["password"],'
    " wrong=ErrorCode.REAUTHENTICATION_PASSWORD_INCORRECT)",
    "pass",
)
faults.replace_source(
    "wrong_password_has_the_code_of_a_login",
    "step_up.wrong_password_or_pin_is_refused",
    reauthentication.by_password,
    ", wrong=ErrorCode.REAUTHENTICATION_PASSWORD_INCORRECT",
    "",
)
faults.replace_source(
    "any_pin_is_right",
    "step_up.wrong_password_or_pin_is_refused",
    reauthentication.by_pin,
    'await check_pin(call, call.account, call.body["PIN"])',
    "pass",
)


@faults.alter_response(
    "fresh_token_is_not_valid", "step_up.token_is_valid_on_the_server",
    "reauthentication.check_mfa", "reauthentication.check_password", "reauthentication.check_pin",
)  # fmt: skip
def _not_valid(_data: object, _call: RequestContext) -> object:
    return {"IsValid": False}


faults.replace_source(
    "unknown_token_is_valid",
    "step_up.unknown_token_is_refused",
    reauthentication.check,
    "token = call",
    """if call.tenant.single_use_tokens.kind_of(call.body["secondfactorvalidationtoken"]) is None:
        return {"IsValid": True}
    token = call""",
)
faults.replace_source(
    "token_works_twice",
    "step_up.token_is_single_use",
    reauthentication.check,
    "token.used = True",
    "pass",
)
faults.replace_source(
    "token_never_expires",
    "step_up.token_expires",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "stepup":',
)
faults.replace_source(
    "token_is_everybodys",
    "step_up.token_belongs_to_its_account",
    reauthentication.check,
    "token.uid != account.uid or ",
    "",
)
faults.replace_source(
    "token_is_of_every_kind",
    "step_up.token_belongs_to_its_proof",
    reauthentication.check,
    ' or token.data["how"] != CHECKS[call.operation.id]',
    "",
)
faults.replace_source(
    "backup_code_is_not_spent",
    "step_up.backup_code_is_spent",
    reauthentication.by_backup_code,
    "return factors.proof",
    """call.account.second_factors().backup_codes[call.body["backupcode"].lower()] = False
    return factors.proof""",
)
