"""Each check calls a strict tenant safe, and unsafe if the rule is violated: no check has only one result."""

from collections.abc import Iterator

import pytest

from evaluation.peers.emulators.check import Check
from evaluation.peers.emulators.check_list import CHECKS
from evaluation.peers.emulators.system import Json, Response
from evaluation.peers.emulators.tenant import Tenant
from evaluation.peers.emulators.verdict import Outcome, evaluate
from loginradius_harness import emulator, faults
from loginradius_harness.target.target import load_target
from loginradius_harness.tenants import TenantContext, TenantProvider

SETTINGS = {"otp_email_verification": True, "jwt_tokens": True, "mail_limit": 10, "otp_tries": 0}
# The product documents that it reveals who has an account; an expired token cannot be forged without a key.
OTHER_OUTCOMES: dict[str, Outcome] = {
    "guessing.login_does_not_reveal_accounts": "unsafe",
    "guessing.recovery_does_not_reveal_accounts": "unsafe",
    "forgery.expired_token_is_refused": "not supported",
}
FAULTS = {
    "guessing.password_guessing_is_stopped": "lockout.never_locks",
    "guessing.mail_is_limited": "limits.mails_are_not_limited",
    "guessing.code_guessing_is_stopped": "otp.guesses_are_not_limited",
    "passwords.short_password_is_refused": "passwords.form_is_not_looked_at",
    "passwords.long_password_is_not_truncated": "passwords.are_truncated",
    "passwords.passphrase_is_accepted": "passwords.must_be_mixed",
    "passwords.password_is_case_sensitive": "passwords.are_compared_in_lower_case",
    "passwords.common_password_is_refused": "passwords.common_one_registers",
    "passwords.own_address_is_refused": "passwords.own_data_will_do",
    "passwords.change_needs_current_password": "passwords.change_needs_no_old_one",
    "password_reset.confirmation_code_is_checked": "otp.any_mailed_one_is_right",
    "password_reset.unconfirmed_account_cannot_log_in": "login.unverified_account_is_let_in",
    "password_reset.reset_code_works_once": "otp.mailed_one_works_twice",
    "password_reset.reset_code_works_once_concurrently": "otp.mailed_one_works_twice",
    "password_reset.newer_code_invalidates_older": "otp.older_one_lives_on",
    "password_reset.reset_code_belongs_to_one_account": "otp.is_everybodys",
    "password_reset.confirmation_code_resets_no_password": "otp.serves_every_purpose",
    "password_reset.reset_invalidates_access_token": "sessions.all_outlive_a_reset",
    "password_reset.reset_invalidates_refresh_token": "sessions.all_outlive_a_reset",
    "sessions.refresh_tokens_are_random": "tokens.values_begin_alike",
    "sessions.sign_out_invalidates_access_token": "tokens.log_out_does_nothing",
    "sessions.sign_out_invalidates_refresh_token": "tokens.log_out_never_ends_refresh",
    "sessions.deletion_invalidates_tokens": "deletion.account_stays_to_be_found",
    "sessions.used_refresh_token_is_refused": "tokens.refresh_token_works_twice",
    "sessions.token_kinds_are_not_interchangeable": "tokens.refresh_token_opens_calls",
    "forgery.forged_token_is_refused": "tokens.unsigned_jwt_is_read",
    "forgery.expired_token_is_refused": "tokens.unsigned_jwt_is_read",
    "second_factor.code_is_required": "mfa.optional_is_never_required",
    "second_factor.reset_keeps_the_factor": "recovery.removes_the_second_factor",
    "second_factor.code_window_is_narrow": "mfa.code_of_a_distant_step_is_right",
    "second_factor.code_works_once": "mfa.code_works_twice",
    "second_factor.code_guessing_is_stopped": "mfa.wrong_codes_never_lock",
    "second_factor.code_belongs_to_one_login": "mfa.unknown_challenge_is_accepted",
    "second_factor.secrets_are_long_and_unique": "mfa.secrets_are_alike",
    "endpoints.admin_calls_need_credentials": "credentials.missing_secret_is_forgiven",
    "endpoints.users_cannot_verify_themselves": "registration.newcomer_sets_EmailVerified",
    "endpoints.responses_contain_no_secret": "isolation.profile_shows_the_password_hash",
    "endpoints.malformed_requests_are_refused": "status.wrong_shape_is_a_server_error",
    "endpoints.one_account_per_address": "registration.taken_address_is_shared",
}

SILENT_ABOUT_ACCOUNTS = {
    "guessing.login_does_not_reveal_accounts": "login.unknown_user_is_a_wrong_password",
    "guessing.recovery_does_not_reveal_accounts": "recovery.unknown_user_is_served",
}
TIMING_CHECK = "guessing.login_time_does_not_reveal_accounts"


@pytest.fixture(scope="module")
def tenants() -> Iterator[TenantProvider]:
    with emulator.running() as running:
        provider = TenantProvider(load_target(running.url, environ={}), lambda _: None)
        yield provider
        provider.close()


@pytest.fixture
def tenant_context(tenants: TenantProvider) -> Iterator[TenantContext]:
    context = tenants.create("strict-security", **SETTINGS)
    yield context
    context.close()


@pytest.fixture
def tenant(tenant_context: TenantContext) -> Tenant:
    return Tenant(tenant_context)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_strict_tenant_is_safe(check: Check, tenant: Tenant) -> None:
    verdict = evaluate(check, tenant)
    assert verdict.outcome == OTHER_OUTCOMES.get(check.name, "safe"), verdict.observed


@pytest.mark.parametrize(("name", "fault"), FAULTS.items(), ids=FAULTS)
def test_violated_rule_is_unsafe(name: str, fault: str, tenant: Tenant) -> None:
    with faults.activated(fault):
        verdict = evaluate(CHECKS[name], tenant)
    assert verdict.outcome == "unsafe", verdict.observed


@pytest.mark.parametrize(("name", "fault"), SILENT_ABOUT_ACCOUNTS.items(), ids=SILENT_ABOUT_ACCOUNTS)
def test_tenant_that_does_not_reveal_accounts_is_safe(name: str, fault: str, tenant: Tenant) -> None:
    with faults.activated(fault):
        verdict = evaluate(CHECKS[name], tenant)
    assert verdict.outcome == "safe", verdict.observed


class FastForUnknownUsers(Tenant):
    """Checks the password only if there is an account."""

    def __init__(self, context: TenantContext) -> None:
        super().__init__(context)
        self._known = set[str]()

    def sign_up(self, email: str, password: str, **claims: Json) -> Response:
        self._known.add(email)
        return super().sign_up(email, password, **claims)

    def log_in(self, email: str, password: str) -> Response:
        return super().log_in(email, password) if email in self._known else Response(401, "", None, {})


def test_tenant_that_answers_faster_without_an_account_is_unsafe(tenant_context: TenantContext) -> None:
    verdict = evaluate(CHECKS[TIMING_CHECK], FastForUnknownUsers(tenant_context))
    assert verdict.outcome == "unsafe", verdict.observed


def test_every_check_is_shown_to_have_both_results() -> None:
    assert {*FAULTS, *SILENT_ABOUT_ACCOUNTS, TIMING_CHECK} == set(CHECKS)
