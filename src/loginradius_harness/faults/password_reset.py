"""Forgotten passwords."""

from loginradius_harness.emulator.handlers import authentication_password, authentication_question, phone
from loginradius_harness.emulator.services import login, password_policy, password_reset
from loginradius_harness.emulator.state.lockout import Lockout
from loginradius_harness.emulator.state.single_use_tokens import SingleUseToken, SingleUseTokens
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("recovery")

faults.replace_source(
    "mail_is_not_sent",
    "recovery.reset_mail_is_sent",
    authentication_password.forgot_password,
    "send_reset(call, account, to)",
    "pass",
)
faults.replace_source(
    "mail_is_sent_twice",
    "recovery.reset_mail_is_sent",
    authentication_password.forgot_password,
    "send_reset(call, account, to)",
    "send_reset(call, account, to)\n    send_reset(call, account, to)",
)
faults.replace_source(
    "unknown_user_is_served",
    "recovery.unknown_user_is_refused",
    authentication_password.forgot_password,
    "account = owner(call)",
    """if "email" in call.body and call.tenant.accounts.by_email(call.body["email"]) is None:
        return {"IsPosted": True}
    account = owner(call)""",
)
faults.replace_source(
    "token_sets_nothing",
    "recovery.reset_token_sets_the_password",
    password_reset.reset_password,
    "await set_password(call, account, password)",
    "pass",
)


@faults.patch("old_password_lives_on", "recovery.old_password_dies")
def _old_password(patch: SourcePatch) -> None:
    patch.replace_source(
        password_policy.set_password, "max(settings.password_history, 0)", "settings.password_history + 1"
    )
    patch.replace_source(
        login.check_password,
        "right = await call.tenant.passwords.matches(password, account.password)",
        """right = False
    for known in (account.password, *account.password_history[:1]):
        right = right or await call.tenant.passwords.matches(password, known)""",
    )


faults.replace_source(
    "token_works_twice",
    "recovery.reset_token_dies_on_first_use",
    password_reset.reset_password,
    "tenant.single_use_tokens.cancel(PURPOSE, account.uid)",
    """tenant.single_use_tokens.cancel(PURPOSE, account.uid)
    if isinstance(proof, SingleUseToken):
        proof.used = False""",
    SingleUseToken=SingleUseToken,
)
faults.replace_source(
    "token_never_expires",
    "recovery.reset_token_expires",
    SingleUseTokens.find,
    "if token.expires <= self._clock.now():",
    'if token.expires <= self._clock.now() and kind != "forgotpassword":',
)
faults.replace_source(
    "unknown_token_is_accepted",
    "recovery.unknown_reset_token_is_refused",
    SingleUseTokens.find,
    "token = self._by_value.get(value)",
    """unused = [known for _, known in self._by_value.scan() if known.kind == "forgotpassword" and not known.used]
    token = self._by_value.get(value) or next(iter(unused), None)""",
)


@faults.patch("siblings_of_a_used_token_live_on", "recovery.used_token_ends_its_siblings")
def _siblings(patch: SourcePatch) -> None:
    patch.replace_source(password_reset.reset_password, "tenant.single_use_tokens.cancel(PURPOSE, account.uid)", "pass")
    patch.replace_source(
        SingleUseTokens.issue, "if cancels and form", 'if kind != "forgotpassword" and cancels and form'
    )


faults.replace_source(
    "token_serves_whom_the_body_names",
    "recovery.reset_token_belongs_to_its_account",
    authentication_password.reset_by_token,
    "account = call.tenant.holder(token)",
    'account = owner(call) if {"email", "username"} & set(call.body) else call.tenant.holder(token)',
)
faults.replace_source(
    "refused_password_costs_the_token",
    "recovery.refused_password_keeps_the_token",
    password_reset.reset_password,
    "proof.used = False",
    "pass",
)
faults.replace_source(
    "mailed_otp_sets_nothing",
    "recovery.mail_otp_sets_the_password",
    authentication_password.reset_by_otp,
    'return await reset_password(call, account, call.body["password"], code)',
    'return {"IsPosted": True}',
)
faults.replace_source(
    "unverified_phone_gets_a_code",
    "recovery.sms_needs_verified_phone",
    phone.forgot_password,
    "raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)",
    "pass",
)
faults.replace_source(
    "texted_otp_sets_nothing",
    "recovery.sms_otp_sets_the_password",
    phone.reset,
    'return await reset_password(call, account, call.body["password"], code)',
    'return {"IsPosted": True}',
)
faults.replace_source(
    "right_answer_sets_nothing",
    "recovery.right_answer_sets_the_password",
    authentication_password.reset_by_answers,
    'return await reset_password(call, account, call.body["password"])',
    'return {"IsPosted": True}',
)
faults.replace_source(
    "wrong_answer_is_right",
    "recovery.wrong_answer_is_refused",
    password_reset.require_security_answers,
    "right=answers_right(account, given)",
    "right=True",
)
faults.replace_source(
    "unknown_question_is_passed_over",
    "recovery.wrong_answer_is_refused",
    login.answers_right,
    "all(stored.get(question) == hash_answer(str(answer)) for",
    "all(stored.get(question, hash_answer(str(answer))) == hash_answer(str(answer)) for",
)
faults.replace_source(
    "account_without_answers_is_reset",
    "recovery.answers_missing_or_off_are_refused",
    password_reset.require_security_answers,
    "raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER)",
    "return",
)
faults.replace_source(
    "answers_are_shown",
    "recovery.answers_are_never_shown",
    authentication_question._questions,
    '"Question": asked[question]}',
    '"Question": asked[question], "Answer": account.security_answers[question]}',
)
faults.replace_source(
    "questions_are_all_of_the_tenant",
    "recovery.questions_are_those_answered",
    authentication_question._questions,
    "[question for question in account.security_answers or {} if question in asked]",
    "list(asked) if account.security_answers else []",
)
faults.replace_source(
    "questions_are_shown_by_address",
    "recovery.questions_by_user_name_only",
    authentication_question._require_lookup,
    "raise ApiError(ErrorCode.SECURITY_QUESTIONS_BY_USERNAME_REQUIRED)",
    "pass",
)
faults.replace_source(
    "is_not_confirmed",
    "recovery.reset_is_confirmed_by_mail",
    password_reset.reset_password,
    'tenant.messages.notice("passwordreset", account, template=call.body.get("resetpasswordemailtemplate"))',
    "pass",
)
faults.replace_source(
    "token_leaves_address_unverified",
    "recovery.reset_by_token_verifies_the_address",
    password_reset.reset_password,
    "if verifies and account.email(verifies):",
    "if False:",
)
faults.replace_source(
    "always_logs_in",
    "recovery.reset_logs_in_only_where_set",
    password_reset.reset_password,
    "logs_in=call.settings.login_on_password_reset",
    "logs_in=True",
)
faults.replace_source(
    "never_logs_in",
    "recovery.reset_logs_in_only_where_set",
    password_reset.reset_password,
    "logs_in=call.settings.login_on_password_reset",
    "logs_in=False",
)
faults.replace_source(
    "lock_outlives_it",
    "recovery.reset_opens_a_lock",
    password_reset.reset_password,
    "tenant.lockout.lift(account)",
    "pass",
)
faults.replace_source(
    "removes_the_second_factor",
    "recovery.reset_keeps_the_second_factor",
    password_reset.reset_password,
    "tenant.lockout.lift(account)",
    "tenant.lockout.lift(account)\n    account.factors = None",
)
faults.replace_source(
    "logs_in_without_second_factor",
    "recovery.reset_keeps_the_second_factor",
    password_reset.posted_session,
    "not logs_in or call.tenant.factors.needed(account)",
    "not logs_in",
)
faults.replace_source(
    "locked_account_is_reset_by_otp",
    "recovery.locked_account_is_refused_by_otp",
    login.check_code,
    "check_lock(call, account)",
    "pass",
)
faults.replace_source(
    "wrong_answers_are_not_counted",
    "lockout.answer_reset_has_its_own_limit",
    Lockout.judge_answers,
    "lock.wrong_answers += 1",
    "pass",
)
