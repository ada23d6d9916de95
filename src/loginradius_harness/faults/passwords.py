"""Password policy, and changing passwords."""

from loginradius_harness.emulator.core.password_hashing import PasswordHasher
from loginradius_harness.emulator.handlers import account_password, authentication_password
from loginradius_harness.emulator.services import login, password_policy, password_reset, registration
from loginradius_harness.emulator.state.profile import _password_expiry
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("passwords")


def other_text(name: str, violates: str, text: str) -> None:
    """Hash and compare a text other than the password."""

    @faults.patch(name, violates)
    def _other(patch: SourcePatch) -> None:
        patch.replace_source(PasswordHasher.hash, "_derive(password,", f"_derive({text},")
        patch.replace_source(PasswordHasher.matches, "_derive(password,", f"_derive({text},")


faults.replace_source(
    "seven_characters_will_do",
    "password.shorter_than_8_is_refused",
    password_policy.check_policy,
    "settings.password_min_length",
    "settings.password_min_length - 1",
)
faults.replace_source(
    "sixty_four_are_too_many",
    "password.of_64_characters_is_accepted",
    password_policy.check_policy,
    "if settings.server_side_validation:",
    "if len(password) > 63:\n        raise ApiError(ErrorCode.FIELD_VALIDATION_FAILED)\n"
    "    if settings.server_side_validation:",
)
other_text("are_truncated", "password.is_not_truncated", "password[:64]")
other_text("are_compared_in_lower_case", "password.letter_case_counts", "password.lower()")
other_text("lose_their_accents", "password.unicode_is_kept", 'password.encode("ascii", "ignore").decode()')
faults.replace_source(
    "must_be_mixed",
    "password.needs_no_mixture",
    password_policy.check_policy,
    "if settings.server_side_validation:",
    """if password == password.lower() and not any(map(str.isdigit, password)):
        raise ApiError(ErrorCode.PASSWORD_TOO_WEAK)
    if settings.server_side_validation:""",
)
faults.replace_source(
    "common_one_registers",
    "password.common_is_refused_at_registration",
    registration._enrol,
    "check_policy(password, account, settings)",
    "pass",
)
faults.replace_source(
    "common_one_is_taken_by_a_change",
    "password.common_is_refused_at_change",
    password_policy.set_password,
    "check_policy(password, account, settings)",
    'if "change" not in call.operation.id:\n        check_policy(password, account, settings)',
)
faults.replace_source(
    "common_one_is_taken_by_a_reset",
    "password.common_is_refused_at_reset",
    password_policy.set_password,
    "check_policy(password, account, settings)",
    'if "reset" not in call.operation.id:\n        check_policy(password, account, settings)',
)
faults.replace_source(
    "own_data_will_do",
    "password.own_data_is_refused",
    password_policy._is_made_of_profile,
    "_context_words(account, settings)",
    "_context_words(None, settings)",
)
faults.replace_source(
    "brand_will_do",
    "password.brand_is_refused",
    password_policy._context_words,
    "words = [settings.app_name]",
    "words = []",
)
faults.replace_source(
    "breached_one_is_taken",
    "password.breached_is_refused_when_set",
    password_policy.check_policy,
    "raise ApiError(ErrorCode.NEW_PASSWORD_BREACHED)",
    "pass",
)
faults.replace_source(
    "breached_one_logs_in",
    "password.breached_login_is_refused",
    password_reset.require_unbreached_password,
    "raise ApiError(ErrorCode.PASSWORD_BREACHED)",
    "pass",
)
faults.replace_source(
    "breach_is_not_flagged",
    "password.breached_login_is_refused",
    password_reset.require_unbreached_password,
    "account.password_breached = True",
    "pass",
)
faults.replace_source(
    "change_needs_no_old_one",
    "password.change_needs_the_current_one",
    authentication_password.change_password,
    'await check_password(call, account, call.body["oldpassword"], wrong=ErrorCode.CURRENT_PASSWORD_INCORRECT)',
    "pass",
)
faults.replace_source(
    "wrong_old_one_has_the_code_of_a_login",
    "password.change_needs_the_current_one",
    authentication_password.change_password,
    ", wrong=ErrorCode.CURRENT_PASSWORD_INCORRECT",
    "",
)
faults.replace_source(
    "change_sets_nothing",
    "password.change_takes_effect",
    authentication_password.change_password,
    'await set_password(call, account, call.body["newpassword"])',
    "pass",
)
faults.replace_source(
    "change_is_not_told",
    "password.change_is_told_by_mail",
    authentication_password.change_password,
    'tenant.messages.notice("passwordchange", account)',
    "pass",
)
faults.replace_source(
    "current_one_is_new",
    "password.current_one_is_refused_as_new",
    password_policy.set_password,
    "former = [account.password] if",
    "former = [account.password] if False and",
)
faults.replace_source(
    "recent_ones_are_forgotten",
    "password.recent_ones_are_refused",
    password_policy.set_password,
    "*account.password_history[: settings.password_history]]",
    "]",
)
faults.replace_source(
    "form_is_not_looked_at",
    "password.policy_is_enforced",
    password_policy.check_policy,
    "_check_form(password, settings.password_min_length, settings.password_max_length, settings.password_classes)",
    "pass",
)
faults.replace_source(
    "classes_are_not_looked_at",
    "password.policy_is_enforced",
    password_policy._check_form,
    "missing = [",
    "missing = [] and [",
)
faults.replace_source(
    "expiry_date_is_missing",
    "password.expiry_date_follows_max_age",
    _password_expiry,
    "return iso(",
    "return None and iso(",
)
faults.replace_source(
    "old_ones_wear_out",
    "password.old_password_still_logs_in",
    login.check_password,
    "if not right:",
    "if not right or call.now - (account.password_changed or call.now) > 365 * 86_400:",
)
faults.replace_source(
    "change_date_stays",
    "password.change_date_is_recorded",
    password_policy.set_password,
    "account.password, account.password_changed, account.password_breached = hashed, call.now,",
    "account.password, _, account.password_breached = hashed, call.now,",
)
faults.replace_source(
    "operator_sets_nothing",
    "password.operator_sets_it",
    account_password.set_password_by_uid,
    'await set_password(call, account, call.body["password"])',
    "pass",
)
faults.replace_source(
    "operator_is_above_the_policy",
    "password.operator_obeys_the_policy",
    password_policy.set_password,
    "check_policy(password, account, settings)",
    'if call.operation.group != "account":\n        check_policy(password, account, settings)',
)
faults.replace_source(
    "hash_answers_another",
    "password.hash_answers_management",
    account_password.get_password_hash_by_uid,
    '{"PasswordHash": account.password}',
    '{"PasswordHash": account.password.rpartition("$")[2]}',
)
faults.replace_source(
    "needs_no_address",
    "password.needs_an_email_identity",
    account_password.set_password_by_uid,
    "raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)",
    "pass",
)
