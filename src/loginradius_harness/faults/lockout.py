"""Brute-force protection."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.handlers import account, authentication
from loginradius_harness.emulator.services import login
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.lockout import LOCK_CODES, Lockout
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("lockout")

CHECKED = """check_lock(call, account)
    right = await call.tenant.passwords.matches(password, account.password)
    check_lock(call, account)
"""
FAILS = "raise call.tenant.lockout.fail(account, call.settings, wrong)"

faults.replace_source(
    "never_locks",
    "lockout.threshold_locks_the_account",
    Lockout.fail,
    "self._lock(account, settings)",
    "pass",
)
faults.replace_source(
    "locks_one_attempt_late",
    "lockout.threshold_locks_the_account",
    Lockout.fail,
    "lock.failures < settings.lockout_threshold",
    "lock.failures <= settings.lockout_threshold",
)
faults.replace_source(
    "locks_without_threshold",
    "lockout.threshold_zero_never_locks",
    Lockout.fail,
    "not settings.lockout_threshold or lock",
    "lock",
)
faults.replace_source(
    "last_failure_is_told_as_wrong",
    "lockout.last_allowed_failure_answers_the_lock",
    Lockout.fail,
    "if settings.lock_at_threshold",
    "if False",
)
faults.replace_source(
    "right_password_gets_past",
    "lockout.right_password_is_refused_while_locked",
    login.check_password,
    CHECKED,
    """right = await call.tenant.passwords.matches(password, account.password)
    if not right:
        check_lock(call, account)
""",
)
faults.replace_source(
    "locked_account_judges_passwords",
    "lockout.locked_answer_is_no_oracle",
    login.check_password,
    CHECKED,
    """right = await call.tenant.passwords.matches(password, account.password)
    if not right and account.lock is not None and account.lock.locked:
        raise ApiError(wrong)
    check_lock(call, account)
""",
)
faults.replace_source(
    "success_keeps_the_count",
    "lockout.success_resets_the_count",
    Lockout.succeed,
    "account.lock.failures = 0",
    "pass",
)
faults.replace_entry(
    "captcha_lock_has_the_code_of_another",
    "lockout.lock_is_named_by_its_type",
    LOCK_CODES,
    "Captcha",
    ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
)
faults.replace_source(
    "suspension_has_the_code_of_another",
    "lockout.lock_is_named_by_its_type",
    Lockout._refusal,
    "ApiError(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY, Data",
    "ApiError(ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA, Data",
)
faults.replace_source(
    "profile_hides_it",
    "lockout.shows_in_profile",
    profile._state,
    '"IsLoginLocked": locked',
    '"IsLoginLocked": False',
)
faults.replace_source(
    "suspension_hides_its_end",
    "lockout.suspension_tells_its_end",
    Lockout._refusal,
    'ApiError(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY, Data={"LoginLockedTimeout": iso(lock.until)})',
    "ApiError(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY)",
)
faults.replace_source(
    "suspension_never_ends",
    "lockout.suspension_ends_by_time",
    Lockout.check,
    "if lock.until and lock.until <= self._clock.now():",
    "if False:",
)
faults.replace_source(
    "suspension_ends_early",
    "lockout.suspension_ends_by_time",
    Lockout.check,
    "lock.until <= self._clock.now()",
    "lock.until - 300 <= self._clock.now()",
)
faults.replace_source(
    "any_captcha_opens",
    "lockout.captcha_opens_the_lock",
    login.check_lock,
    "if not captcha_solved(call):",
    "if False:",
)
faults.replace_source(
    "right_captcha_opens_nothing",
    "lockout.captcha_opens_the_lock",
    login.check_lock,
    'if lock.type == "Captcha" and captcha_given(call) is not None:',
    "if False:",
)
faults.replace_source(
    "any_answer_opens",
    "lockout.answer_opens_the_lock",
    login.check_lock,
    "if not answers_right(account, given):",
    "if False:",
)
faults.replace_source(
    "block_leaves_account_active",
    "lockout.block_lock_stays",
    Lockout._lock,
    "account.active = False",
    "pass",
)


@faults.patch("block_ends_by_time", "lockout.block_lock_stays")
def _ends_by_time(patch: SourcePatch) -> None:
    patch.replace_source(
        Lockout._lock, "account.active = False", "lock.until = self._clock.now() + settings.lockout_seconds"
    )
    patch.replace_source(Lockout._refusal, "if lock.until:", 'if lock.until and lock.type != "Block":')


faults.replace_source(
    "operator_cannot_end_it",
    "lockout.operator_ends_the_lock",
    account._set_access,
    "call.tenant.lockout.lift(account)",
    "pass",
)
faults.replace_source(
    "unlock_call_does_nothing",
    "lockout.unlock_call_ends_the_lock",
    authentication.unlock_account,
    "lockout.lift(account)",
    "pass",
)
faults.replace_source(
    "unlock_call_asks_for_nothing",
    "lockout.unlock_call_ends_the_lock",
    authentication.unlock_account,
    "if captcha_given(call) is None or not captcha_solved(call):",
    "if False:",
)
faults.replace_source(
    "unlock_call_ends_suspensions",
    "lockout.unlock_call_has_conditions",
    authentication.unlock_account,
    "lockout.check(account)",
    "pass",
)


@faults.patch("spreads_to_everybody", "lockout.lock_spares_other_accounts")
def _everybody(patch: SourcePatch) -> None:
    patch.replace_source(Lockout._lock, "lock.locked = True", "lock.locked = True\n    self.last = lock")
    patch.replace_source(Lockout.check, "lock = account.lock", 'lock = account.lock or getattr(self, "last", None)')
    patch.replace_source(
        Lockout._refusal, "lock = account.lockout()", 'lock = account.lock or getattr(self, "last", None)'
    )
    last = 'account.lock or getattr(call.tenant.lockout, "last", None)'
    patch.replace_source(login.check_lock, "lock = account.lock\n", f"lock = {last}\n")


faults.replace_source(
    "user_name_has_a_count_of_its_own",
    "lockout.identifiers_share_one_count",
    login.check_password,
    FAILS,
    f'raise ApiError(wrong) if "username" in (call.body or {{}}) else {FAILS[6:]}',
)
faults.replace_source(
    "sender_address_starts_anew",
    "lockout.sender_address_does_not_reset_count",
    login.check_password,
    FAILS,
    f'raise ApiError(wrong) if call.header("x-origin-ip") or call.header("x-forwarded-for") else {FAILS[6:]}',
)
faults.replace_source(
    "wrong_otps_are_not_counted",
    "lockout.other_failures_are_counted",
    login.check_code,
    "raise call.tenant.lockout.fail(account, call.settings, refusal.code) from None",
    "raise",
)
faults.replace_source(
    "wrong_old_passwords_are_not_counted",
    "lockout.other_failures_are_counted",
    login.check_password,
    FAILS,
    f"raise ApiError(wrong) if wrong == ErrorCode.CURRENT_PASSWORD_INCORRECT else {FAILS[6:]}",
)
