"""PINs."""

from loginradius_harness.emulator.handlers import pin, pin_recovery
from loginradius_harness.emulator.services import login, registration
from loginradius_harness.emulator.services import pin as pins
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens
from loginradius_harness.faults.registry import Faults

faults = Faults("pin")

faults.replace_source(
    "login_answers_an_ended_session",
    "pin.right_pin_answers_a_session",
    pin.log_in,
    "return finish(call, account, provider=account.provider)",
    """body = finish(call, account, provider=account.provider)
    call.tenant.sessions.end_all(account)
    return body""",
)
faults.replace_source(
    "any_pin_is_right",
    "pin.wrong_one_is_refused",
    pins.check_pin,
    "if not right:",
    "if False:",
)
faults.replace_source(
    "wrong_one_has_the_code_of_a_password",
    "pin.wrong_one_is_refused",
    pins.check_pin,
    "call.settings, wrong)",
    "call.settings, ErrorCode.CREDENTIALS_INCORRECT if wrong == ErrorCode.PIN_INCORRECT else wrong)",
)
faults.replace_source(
    "works_while_off",
    "pin.off_is_refused",
    pin.log_in,
    "raise ApiError(ErrorCode.PIN_LOGIN_DISABLED)",
    "raise ApiError(ErrorCode.PIN_NOT_CONFIGURED)",
)
faults.replace_source(
    "ended_session_token_works_on",
    "pin.bad_session_token_is_refused",
    pin.invalidate_session_token,
    "tokens.redeem(",
    "tokens.find(",
)
faults.replace_source(
    "session_token_never_expires",
    "pin.bad_session_token_is_refused",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "pinsession":',
)
faults.replace_source(
    "unknown_session_token_is_accepted",
    "pin.bad_session_token_is_refused",
    SingleUseTokens.find,
    "token = self._by_value.get(value)",
    """known = [one for _, one in self._by_value.scan() if one.kind == kind == "pinsession" and not one.used]
    token = self._by_value.get(value) or next(iter(known), None)""",
)
faults.replace_source(
    "login_answers_no_session_token",
    "pin.session_token_comes_with_a_login",
    login.login_response,
    "if call.settings.pin and",
    "if False and",
)
faults.replace_source(
    "session_token_is_everybodys",
    "pin.session_token_belongs_to_its_account",
    pins.check_pin,
    "right = await call.tenant.passwords.matches(pin, require_pin(account))",
    """hashes = [one.pin.hash for _, one in call.tenant.accounts.scan() if one.pin and one.pin.hash]
    right = any([await call.tenant.passwords.matches(pin, known) for known in [require_pin(account), *hashes]])""",
)
faults.replace_source(
    "unset_one_lets_login_pass",
    "pin.required_and_unset_stops_login",
    login._require_pin,
    "if settings.pin and",
    "if False and",
)
faults.replace_source(
    "refusal_carries_no_token",
    "pin.required_and_unset_stops_login",
    login._require_pin,
    '{"PINAuthToken": token.value, "ExpiresIn": iso(token.expires)}',
    "{}",
)
faults.replace_source(
    "set_one_answers_an_ended_session",
    "pin.set_by_pin_auth_token_answers_a_session",
    pin.set_by_pin_auth_token,
    "return finish(call, account, provider=account.provider)",
    """body = finish(call, account, provider=account.provider)
    call.tenant.sessions.end_all(account)
    return body""",
)
faults.replace_source(
    "auth_token_works_twice",
    "pin.bad_pin_auth_token_is_refused",
    pin.set_by_pin_auth_token,
    "tokens.redeem(",
    "tokens.find(",
)
faults.replace_source(
    "auth_token_never_expires",
    "pin.bad_pin_auth_token_is_refused",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "pinauth":',
)
faults.replace_source(
    "registration_needs_none",
    "pin.required_at_registration",
    registration._require_agreements,
    "raise ApiError(ErrorCode.PIN_REQUIRED)",
    "pass",
)
faults.replace_source(
    "change_sets_nothing",
    "pin.change_takes_effect",
    pin.change,
    'await set_pin(call, call.account, call.body["NewPIN"], "ChangePIN")',
    "pass",
)
faults.replace_source(
    "change_needs_no_old_one",
    "pin.change_takes_effect",
    pin.change,
    'await check_pin(call, call.account, call.body["OldPIN"], wrong=ErrorCode.CURRENT_PIN_INCORRECT)',
    "pass",
)
faults.replace_source(
    "reset_mail_is_not_sent",
    "pin.reset_is_mailed_or_sent",
    pin_recovery.forgot_by_mail,
    "call.tenant.messages.link(token, to, url=url, template=template)",
    "pass",
)
faults.replace_source(
    "reset_token_sets_nothing",
    "pin.reset_is_mailed_or_sent",
    pin_recovery.reset_by_token,
    "return await _reset(call, call.tenant.holder(token), token)",
    'return {"IsPosted": True}',
)
faults.replace_source(
    "account_without_one_is_reset",
    "pin.account_without_pin_is_refused",
    pin_recovery._with_pin,
    "require_pin(account)",
    "pass",
)
faults.replace_source(
    "reset_token_works_twice",
    "pin.reset_token_is_single_use",
    pin_recovery.reset_by_token,
    "tokens.redeem(",
    "tokens.find(",
)
faults.replace_source(
    "otp_sets_nothing",
    "pin.otp_sets_it",
    pin_recovery.reset_by_otp,
    "return await _reset(call, account, check_code(",
    'return {"IsPosted": True} if True else await _reset(call, account, check_code(',
)
faults.replace_source(
    "any_otp_sets_it",
    "pin.otp_sets_it",
    pin_recovery.reset_by_otp,
    'check_code(call, account, PURPOSE, address, call.body["OTP"])',
    "None",
)
faults.replace_source(
    "any_answer_sets_it",
    "pin.answer_sets_it",
    pin_recovery.reset_by_answers,
    'require_security_answers(call, account, call.body["SecurityAnswer"])',
    "pass",
)
faults.replace_source(
    "guesses_are_not_limited",
    "pin.guesses_are_limited",
    pins.check_pin,
    "raise call.tenant.lockout.fail(account, call.settings, wrong)",
    "raise ApiError(wrong)",
)
faults.replace_source(
    "optional_one_is_required",
    "pin.optional_and_unset_does_not_block_login",
    login._require_pin,
    "settings.pin_required and ",
    "",
)
faults.replace_source(
    "registration_forgets_it",
    "pin.given_at_registration_is_set",
    registration._keep_secrets,
    'if call.settings.pin and info.get("PIN"):',
    "if False:",
)
