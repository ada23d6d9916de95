"""Log in with a second factor."""

from loginradius_harness.emulator.core import totp
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.handlers import mfa_backup_codes, mfa_login
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import second_factor
from loginradius_harness.emulator.services.login import require_plain_login
from loginradius_harness.emulator.services.second_factor import Challenge
from loginradius_harness.emulator.state import mfa_factors
from loginradius_harness.emulator.state.authenticator import Authenticator
from loginradius_harness.emulator.state.mfa_factors import MfaFactors
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("mfa")

faults.replace_source(
    "calls_work_while_off",
    "mfa.off_refuses_its_calls",
    MfaFactors.require_mfa,
    "raise ApiError(ErrorCode.MFA_DISABLED)",
    "pass",
)
faults.replace_source(
    "optional_is_never_required",
    "mfa.optional_challenges_the_enrolled",
    MfaFactors.needed,
    'mode == "optional" and bool(self.enrolled(account))',
    "False",
)
faults.replace_source(
    "optional_challenges_everybody",
    "mfa.optional_spares_the_unenrolled",
    MfaFactors.needed,
    "and bool(self.enrolled(account))",
    "",
)
faults.replace_source(
    "required_spares_the_unenrolled",
    "mfa.required_challenges_everybody",
    MfaFactors.needed,
    'return mode == "required" or',
    "return",
)
faults.replace_source(
    "required_is_taken_for_optional",
    "mfa.required_challenges_everybody",
    MfaFactors.needed,
    'mode == "required" or (mode == "optional" and bool(self.enrolled(account)))',
    'mode != "disabled" and bool(self.enrolled(account))',
)
faults.replace_source(
    "challenge_needs_no_password",
    "mfa.first_factor_is_checked",
    mfa_login.log_in,
    "account = await first_factor(call)",
    """accounts, body = call.tenant.accounts, call.body
    account = accounts.by_email(body["email"]) if "email" in body else await first_factor(call)
    account = account if account and call.tenant.factors.needed(account) else await first_factor(call)""",
)
faults.replace_source(
    "challenge_carries_a_token",
    "mfa.challenge_carries_no_session",
    second_factor.challenge,
    '"access_token": NO_TOKEN',
    '"access_token": call.tenant.sessions.open(account, settings).token',
)


@faults.patch("challenge_token_opens_calls", "mfa.challenge_token_opens_nothing_else")
def _opens_calls(patch: SourcePatch) -> None:
    patch.replace_source(
        second_factor.challenge,
        "return {",
        """session = call.tenant.sessions.open(account, settings)
    call.tenant.sessions._by_id.remove(session.id)
    session.id = session.token = token.value
    call.tenant.sessions._by_id.put(token.value, session)
    return {""",
    )


faults.replace_source(
    "unknown_challenge_is_accepted",
    "mfa.bad_challenge_is_refused",
    SingleUseTokens.find,
    "token = self._by_value.get(value)",
    """waiting = [known for _, known in self._by_value.scan() if known.kind == "secondfactor" and not known.used]
    token = self._by_value.get(value) or (next(iter(waiting), None) if kind == "secondfactor" else None)""",
)
faults.replace_source(
    "challenge_never_expires",
    "mfa.bad_challenge_is_refused",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "secondfactor":',
)
faults.replace_source(
    "challenge_works_twice",
    "mfa.challenge_is_single_use",
    Challenge.finish,
    "self.token.used = True",
    "pass",
)
faults.replace_source(
    "code_of_anybody_is_right",
    "mfa.challenge_belongs_to_its_account",
    MfaFactors.prove_totp,
    "if not self._tenant.authenticator.accepts(account.second_factors(), code, self._tenant.settings):",
    """everybody = [one.factors for _, one in self._tenant.accounts.scan() if one.factors]
    candidates = [account.second_factors(), *everybody]
    if not any(self._tenant.authenticator.accepts(one, code, self._tenant.settings) for one in candidates):""",
)
faults.replace_source(
    "right_code_answers_an_ended_session",
    "mfa.right_code_opens_a_session",
    Challenge.finish,
    "return finish(self.call, self.account, provider=provider, proof=self.token, second_factor=True)",
    """body = finish(self.call, self.account, provider=provider)
    self.call.tenant.sessions.end_all(self.account)
    return body""",
)
faults.replace_source(
    "any_authenticator_code_is_right",
    "mfa.wrong_code_is_refused",
    MfaFactors.prove_totp,
    "raise ApiError(ErrorCode.AUTHENTICATOR_CODE_INCORRECT)",
    "pass",
)
faults.replace_source(
    "wrong_code_is_told_as_an_sms",
    "mfa.wrong_code_is_refused",
    MfaFactors.prove_totp,
    "raise ApiError(ErrorCode.AUTHENTICATOR_CODE_INCORRECT)",
    "raise ApiError(ErrorCode.OTP_INCORRECT)",
)
faults.replace_source(
    "any_security_answer_is_right",
    "mfa.wrong_code_is_refused",
    MfaFactors.prove_answers,
    "raise ApiError(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT)",
    "pass",
)
faults.replace_source(
    "code_works_twice",
    "mfa.authenticator_code_is_single_use",
    Authenticator._step_of,
    "if settings.totp_replay_refused else 0",
    "if False else 0",
)
faults.replace_source(
    "clock_of_the_app_must_be_exact",
    "mfa.code_of_neighbour_step_is_accepted",
    Authenticator._step_of,
    "drift = settings.totp_drift_steps",
    "drift = 0",
)
faults.replace_source(
    "code_of_a_distant_step_is_right",
    "mfa.code_of_distant_step_is_refused",
    Authenticator._step_of,
    "drift = settings.totp_drift_steps",
    "drift = 2",
)
faults.replace_source(
    "secrets_are_alike",
    "mfa.secret_is_long_and_its_own",
    Identifiers.totp_secret,
    "self._random.randbytes(32)",
    'b"0" * 32',
)
faults.replace_source(
    "secret_is_shown_for_ever",
    "mfa.secret_is_hidden_after_enrolment",
    MfaFactors.shown,
    "if offer and not factors.totp_verified else None",
    "if offer or factors.totp_verified else None",
)
faults.replace_source(
    "first_code_enrols_nothing",
    "mfa.first_code_enrols",
    mfa_login._by_authenticator,
    "waiting.account.second_factors().totp_verified = True",
    "pass",
)
faults.replace_source(
    "unconfirmed_secret_is_a_factor",
    "mfa.unconfirmed_secret_is_no_factor",
    Authenticator.secret,
    "factors.totp_secret = self",
    "factors.totp_verified = True\n        factors.totp_secret = self",
)
faults.replace_source(
    "wrong_codes_never_lock",
    "mfa.wrong_codes_lock_the_login",
    second_factor.prove,
    "raise _counted(call, account, refusal) from None",
    "raise",
)
faults.replace_source(
    "locked_login_takes_right_codes",
    "mfa.wrong_codes_lock_the_login",
    second_factor._require_unlocked,
    "raise ApiError(LOCKED) from None",
    "pass",
)
faults.replace_source(
    "new_challenge_starts_the_count_anew",
    "mfa.new_challenge_keeps_the_count",
    second_factor.challenge,
    "enrolled = factors.enrolled(account)",
    "enrolled = factors.enrolled(account)\n    call.tenant.lockout.succeed(account)",
)
faults.replace_source(
    "otp_waits_to_be_asked_for",
    "mfa.otp_of_a_single_factor_goes_out_at_login",
    second_factor._sent_at_once,
    'enrolled == ["sms"] and phone',
    "False",
)
faults.replace_source(
    "phone_is_shown_whole",
    "mfa.contact_data_is_masked",
    mfa_factors.masked_phone,
    "return ",
    "return number or ",
)
faults.replace_source(
    "address_is_shown_whole",
    "mfa.contact_data_is_masked",
    mfa_factors.masked_email,
    "return ",
    "return address or ",
)
faults.replace_source(
    "number_is_not_kept_at_login",
    "mfa.factors_are_enrolled_at_login",
    mfa_login.validate_sms_otp,
    "factors.phone, factors.phone_verified = number, True",
    "pass",
)
faults.replace_source(
    "answers_are_not_kept_at_login",
    "mfa.factors_are_enrolled_at_login",
    mfa_login.set_security_answers,
    'call.tenant.factors.enrol_answers(waiting.account, call.body["securityquestionanswer"])',
    "pass",
)
faults.replace_source(
    "number_joins_another_factor",
    "mfa.number_refusals_are_named",
    mfa_login.update_phone,
    "raise ApiError(ErrorCode.PHONE_FACTOR_CONFLICT)",
    "pass",
)
faults.replace_source(
    "otp_goes_to_any_address",
    "mfa.mail_otp_needs_own_address",
    mfa_factors.require_mail_address,
    "raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL)",
    "return address",
)
faults.replace_source(
    "answers_join_another_factor",
    "mfa.answer_refusals_are_named",
    mfa_login.set_security_answers,
    "raise ApiError(ErrorCode.SECURITY_QUESTION_FACTOR_CONFLICT)",
    "pass",
)
faults.replace_source(
    "factor_that_is_off_works_on",
    "mfa.factor_switched_off_is_refused",
    MfaFactors.require_allowed,
    "raise ApiError(code)",
    "pass",
)
faults.replace_entry(
    "backup_codes_are_nine",
    "mfa.backup_codes_are_ten",
    vars(mfa_factors),
    "BACKUP_CODES",
    9,
)
faults.replace_source(
    "backup_codes_need_no_factor",
    "mfa.backup_codes_are_ten",
    mfa_backup_codes._new_set,
    "raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR)",
    "pass",
)
faults.replace_source(
    "backup_codes_are_shown_again",
    "mfa.backup_codes_are_shown_once",
    mfa_backup_codes._first_set,
    "raise ApiError(ErrorCode.BACKUP_CODES_ALREADY_EXIST)",
    "pass",
)
faults.replace_source(
    "backup_code_works_twice",
    "mfa.backup_code_is_single_use",
    MfaFactors.prove_backup_code,
    "codes[code.lower()] = True",
    "pass",
)
faults.replace_source(
    "any_backup_code_is_right",
    "mfa.backup_code_is_single_use",
    MfaFactors.prove_backup_code,
    "if codes.get(code.lower(), True):",
    "if codes.get(code.lower()):",
)
faults.replace_source(
    "new_set_joins_the_old",
    "mfa.new_set_ends_the_old",
    MfaFactors.new_backup_codes,
    "= dict.fromkeys(codes, False)",
    "= account.second_factors().backup_codes | dict.fromkeys(codes, False)",
)
faults.replace_source(
    "wrong_backup_codes_never_lock",
    "mfa.backup_code_guesses_are_limited",
    second_factor.prove,
    "if refusal.code in GUESSES:",
    "if refusal.code in GUESSES - {ErrorCode.BACKUP_CODE_INCORRECT_OR_USED}:",
)
faults.replace_source(
    "login_links_skip_it",
    "mfa.login_links_do_not_skip_it",
    require_plain_login,
    "raise ApiError(ErrorCode.MFA_LOGIN_REQUIRED)",
    'if "password" in (call.body or {}):\n            raise ApiError(ErrorCode.MFA_LOGIN_REQUIRED)',
)


@faults.alter_response(
    "sent_sms_has_no_id", "mfa.sms_status_names_the_message",
    "mfa.login_by_email", "mfa.login_by_username", "mfa.login_by_phone",
)  # fmt: skip
def _no_id(data: dict[str, dict[str, object]], _call: RequestContext) -> object:
    if data.get("SecondFactorAuthentication"):
        data["SecondFactorAuthentication"]["OTPStatus"] = None
    return data


faults.replace_source(
    "codes_are_of_another_kind",
    "mfa.right_code_opens_a_session",
    totp.code_at,
    '"sha1"',
    '"sha256"',
)
