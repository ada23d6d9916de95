"""Log in with a password."""

from loginradius_harness.emulator.services import first_factor, login, risk
from loginradius_harness.emulator.state.profile import _state
from loginradius_harness.faults.registry import Faults

faults = Faults("login")

faults.replace_source(
    "answers_a_dead_token",
    "login.right_password_answers_a_session",
    login.login_response,
    '"access_token": session.token',
    '"access_token": call.tenant.identifiers.guid()',
)
faults.replace_source(
    "answers_another_accounts_profile",
    "login.right_password_answers_a_session",
    login.login_response,
    '"Profile": render(account, call.settings)',
    '"Profile": render(next(one for _, one in call.tenant.accounts.scan()), call.settings)',
)
faults.replace_source(
    "any_password_is_right",
    "login.wrong_password_is_refused",
    login.check_password,
    "if not right:",
    "if False:",
)
faults.replace_source(
    "wrong_password_is_an_unknown_user",
    "login.wrong_password_is_refused",
    first_factor.first_factor,
    'call.body["password"])\n    if kind',
    'call.body["password"], wrong=ErrorCode.ACCOUNT_NOT_FOUND)\n    if kind',
)
faults.replace_source(
    "unknown_user_is_a_wrong_password",
    "login.unknown_user_is_refused",
    first_factor._named,
    "raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)",
    "raise ApiError(ErrorCode.CREDENTIALS_INCORRECT)",
)
faults.replace_source(
    "unverified_account_is_let_in",
    "login.unverified_email_is_refused_where_required",
    login.require_verified,
    "raise ApiError(ErrorCode.EMAIL_NOT_VERIFIED)",
    "pass",
)
faults.replace_source(
    "unverified_account_gets_no_mail",
    "login.refused_unverified_login_mails_again",
    login.require_verified,
    "send_verification(call, account, named or account.emails[0])",
    "pass",
)
faults.replace_source(
    "optional_verification_is_required",
    "login.unverified_email_is_accepted_where_optional",
    login.require_verified,
    'settings.email_verification == "required"',
    'settings.email_verification != "disabled"',
)
faults.replace_source(
    "lock_and_password_are_judged_last",
    "login.password_is_judged_first",
    first_factor.first_factor,
    "require_captcha(call, CAPTCHA_APIS[kind])",
    'require_captcha(call, CAPTCHA_APIS[kind])\n    if kind != "phone":\n        require_verified(call, account)',
)
faults.replace_source(
    "unverified_phone_is_let_in",
    "login.unverified_phone_is_refused",
    first_factor.first_factor,
    "raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)",
    "pass",
)
faults.replace_source(
    "address_is_taken_beside_user_names",
    "login.shared_addresses_need_a_user_name",
    first_factor._require_kind,
    "raise ApiError(ErrorCode.USERNAME_LOGIN_REQUIRED)",
    "pass",
)
faults.replace_source(
    "user_name_is_taken_while_off",
    "login.identifier_switched_off_is_refused",
    first_factor._require_kind,
    "raise ApiError(ErrorCode.USERNAME_LOGIN_DISABLED)",
    "pass",
)
faults.replace_source(
    "phone_is_taken_while_off",
    "login.identifier_switched_off_is_refused",
    first_factor._require_kind,
    "raise ApiError(ErrorCode.PHONE_LOGIN_DISABLED)",
    "pass",
)
faults.replace_source(
    "address_is_taken_beside_phones",
    "login.phone_login_refuses_email_when_exclusive",
    first_factor._require_kind,
    "raise ApiError(ErrorCode.PHONE_LOGIN_REQUIRED)",
    "pass",
)
faults.replace_source(
    "user_name_must_have_its_case",
    "login.user_name_case_does_not_matter",
    first_factor._named,
    "account = find(value)",
    'account = find(value) if kind != "username" or value == value.lower() else None',
)
faults.replace_source(
    "blocked_account_is_let_in",
    "login.blocked_account_is_refused",
    login.require_usable_account,
    "raise ApiError(ErrorCode.ACCOUNT_BLOCKED)",
    "pass",
)
faults.replace_source(
    "disabled_account_is_let_in",
    "login.disabled_account_is_refused",
    login.require_usable_account,
    "raise ApiError(ErrorCode.ACCOUNT_LOGIN_DISABLED)",
    "pass",
)
faults.replace_source(
    "is_not_counted",
    "login.each_one_is_counted",
    login.finish,
    "account.logins += 1",
    "pass",
)
faults.replace_source(
    "date_is_not_kept",
    "login.each_one_is_counted",
    login.finish,
    "account.last_login, account.last_ip = call.now, call.ip",
    "pass",
)
faults.replace_source(
    "refused_one_is_counted",
    "login.each_one_is_counted",
    login.check_password,
    "if not right:",
    "if not right:\n        account.logins += 1",
)
faults.replace_source(
    "first_one_is_flagged_for_ever",
    "login.first_login_is_flagged_once",
    _state,
    '"FirstLogin": account.logins == 1',
    '"FirstLogin": True',
)
faults.replace_source(
    "plain_one_skips_mfa",
    "login.mfa_tenant_refuses_plain_login",
    login.require_plain_login,
    "raise ApiError(ErrorCode.MFA_LOGIN_REQUIRED)",
    "pass",
)
faults.replace_source(
    "bots_need_no_captcha",
    "login.bot_protection_demands_captcha",
    login.require_captcha,
    "raise ApiError(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT)",
    "pass",
)
faults.replace_source(
    "any_captcha_is_right",
    "login.bot_protection_demands_captcha",
    login.captcha_solved,
    "captcha_given(call) == call.settings.captcha_answer",
    "captcha_given(call) is not None",
)
faults.replace_source(
    "risky_one_is_let_in",
    "login.risky_login_is_blocked",
    risk.assess_login,
    "raise ApiError(BLOCKED[factor])",
    "pass",
)
faults.replace_source(
    "risk_refuses_beside_mfa",
    "login.risk_with_mfa_only_notifies",
    risk.assess_login,
    ' and settings.mfa == "disabled"',
    "",
)
faults.replace_source(
    "privacy_policy_comes_before_consent",
    "login.obstacles_have_an_order",
    login.finish,
    "_require_pin(call, account)\n    _require_consent(call, account, provider)\n    _require_policy(call, account)",
    "_require_policy(call, account)\n    _require_consent(call, account, provider)\n    _require_pin(call, account)",
)
