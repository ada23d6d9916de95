"""The checks call a strict tenant safe, and see it where a rule is broken: none of them can say one thing only."""

from collections.abc import Iterator

import pytest

from evaluation.peers.emulators.check import Check
from evaluation.peers.emulators.check_list import CHECKS
from evaluation.peers.emulators.system import Answer, Json
from evaluation.peers.emulators.tenant import Tenant
from evaluation.peers.emulators.verdict import Word, judge
from loginradius_harness import emulator, faults
from loginradius_harness.target.target import load_target
from loginradius_harness.tenants import TenantContext, TenantProvider

SETTINGS = {"otp_email_verification": True, "jwt_tokens": True, "mail_limit": 10, "otp_tries": 0}
# The product tells who has an account, as it documents; no token that has expired can be made without a key.
OTHERWISE: dict[str, Word] = {
    "guessing.login_tells_nothing": "unsafe",
    "guessing.recovery_tells_nothing": "unsafe",
    "forgery.expired_token_is_refused": "not applicable",
}
FAULTS = {
    "guessing.passwords_run_out": "lockout.never_locks",
    "guessing.mail_is_rationed": "limits.mails_are_not_limited",
    "guessing.codes_run_out": "otp.guesses_are_not_limited",
    "passwords.short_is_refused": "passwords.form_is_not_looked_at",
    "passwords.long_is_kept_whole": "passwords.are_truncated",
    "passwords.phrase_is_taken": "passwords.must_be_mixed",
    "passwords.case_is_kept": "passwords.are_compared_in_lower_case",
    "passwords.common_is_refused": "passwords.common_one_registers",
    "passwords.own_address_is_refused": "passwords.own_data_will_do",
    "passwords.change_needs_present_one": "passwords.change_needs_no_old_one",
    "password_reset.confirmation_code_is_checked": "otp.any_mailed_one_is_right",
    "password_reset.unconfirmed_stays_out": "login.unverified_account_is_let_in",
    "password_reset.code_serves_once": "otp.mailed_one_works_twice",
    "password_reset.code_serves_one_of_a_crowd": "otp.mailed_one_works_twice",
    "password_reset.newer_code_ends_older": "otp.older_one_lives_on",
    "password_reset.code_serves_one_person": "otp.is_everybodys",
    "password_reset.code_serves_one_purpose": "otp.serves_every_purpose",
    "password_reset.reset_ends_access": "sessions.all_outlive_a_reset",
    "password_reset.reset_ends_refresh": "sessions.all_outlive_a_reset",
    "sessions.refresh_tokens_are_chance": "tokens.values_begin_alike",
    "sessions.sign_out_ends_access": "tokens.log_out_does_nothing",
    "sessions.sign_out_ends_refresh": "tokens.log_out_never_ends_refresh",
    "sessions.deletion_ends_tokens": "deletion.account_stays_to_be_found",
    "sessions.used_refresh_token_is_refused": "tokens.refresh_token_works_twice",
    "sessions.kinds_are_kept_apart": "tokens.refresh_token_opens_calls",
    "forgery.forged_token_is_refused": "tokens.unsigned_jwt_is_read",
    "forgery.expired_token_is_refused": "tokens.unsigned_jwt_is_read",
    "second_factor.code_is_asked": "mfa.optional_challenges_nobody",
    "second_factor.reset_leaves_the_factor": "password_reset.removes_the_second_factor",
    "second_factor.window_is_narrow": "mfa.code_of_a_distant_step_is_right",
    "second_factor.code_serves_once": "mfa.code_works_twice",
    "second_factor.codes_run_out": "mfa.wrong_codes_never_lock",
    "second_factor.code_belongs_to_a_login": "mfa.unknown_challenge_is_somebodys",
    "second_factor.secrets_are_long_and_differ": "mfa.secrets_are_alike",
    "endpoints.operators_prove_themselves": "credentials.missing_secret_is_forgiven",
    "endpoints.nobody_verifies_themselves": "registration.newcomer_sets_EmailVerified",
    "endpoints.answers_show_no_secret": "isolation.profile_shows_the_password_hash",
    "endpoints.broken_requests_are_refused": "status.wrong_shape_is_a_server_error",
    "endpoints.one_account_for_an_address": "registration.taken_address_is_shared",
}

HUSHED = {
    "guessing.login_tells_nothing": "login.unknown_user_is_a_wrong_password",
    "guessing.recovery_tells_nothing": "password_reset.unknown_user_is_served",
}
HASTE = "guessing.login_time_tells_nothing"


@pytest.fixture(scope="module")
def tenants() -> Iterator[TenantProvider]:
    with emulator.running() as running:
        stage = TenantProvider(load_target(running.url, environ={}), lambda _: None)
        yield stage
        stage.close()


@pytest.fixture
def tenant_context(tenants: TenantProvider) -> Iterator[TenantContext]:
    scene = tenants.create("strict-security", **SETTINGS)
    yield scene
    scene.close()


@pytest.fixture
def tenant(tenant_context: TenantContext) -> Tenant:
    return Tenant(tenant_context)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_strict_tenant_is_safe(check: Check, tenant: Tenant) -> None:
    verdict = judge(check, tenant)
    assert verdict.word == OTHERWISE.get(check.name, "safe"), verdict.got


@pytest.mark.parametrize(("name", "fault"), FAULTS.items(), ids=FAULTS)
def test_a_broken_rule_is_unsafe(name: str, fault: str, tenant: Tenant) -> None:
    with faults.activated(fault):
        verdict = judge(CHECKS[name], tenant)
    assert verdict.word == "unsafe", verdict.got


@pytest.mark.parametrize(("name", "fault"), HUSHED.items(), ids=HUSHED)
def test_a_tenant_that_keeps_accounts_secret_is_safe(name: str, fault: str, tenant: Tenant) -> None:
    with faults.activated(fault):
        verdict = judge(CHECKS[name], tenant)
    assert verdict.word == "safe", verdict.got


class Hasty(Tenant):
    """Looks at the password only where there is an account."""

    def __init__(self, scene: TenantContext) -> None:
        super().__init__(scene)
        self._known = set[str]()

    def sign_up(self, email: str, password: str, **claims: Json) -> Answer:
        self._known.add(email)
        return super().sign_up(email, password, **claims)

    def log_in(self, email: str, password: str) -> Answer:
        return super().log_in(email, password) if email in self._known else Answer(401, "", None, {})


def test_a_tenant_that_hurries_is_unsafe(tenant_context: TenantContext) -> None:
    verdict = judge(CHECKS[HASTE], Hasty(tenant_context))
    assert verdict.word == "unsafe", verdict.got


def test_every_check_is_seen_to_say_both() -> None:
    assert {*FAULTS, *HUSHED, HASTE} == set(CHECKS)
