"""Lockout by wrong codes of a second factor."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
from tests.emulator.enrolment import (
    account_of,
    app_code,
    challenge,
    enrol_app,
    log_in,
    with_token,
    wrong_code,
)

optional = pytest.mark.preset("mfa-optional")
suspending = pytest.mark.preset("mfa-optional", lockout_type="Suspend", lockout_threshold=3)

BY_APP = "mfa.validate_authenticator_code"


@suspending
def test_wrong_codes_lock_and_end_the_challenge(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    wrong = {"authenticatorcode": wrong_code(app_code(tenant, person, -3))}
    assert [ask(BY_APP, query=query, body=wrong).code for _ in range(3)] == [
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_DURING_MFA,
    ]
    assert log_in(ask, person).code == ErrorCode.ACCOUNT_LOCKED_TEMPORARILY
    tenant.clock.advance(tenant.settings.lockout_seconds + 1)
    assert (
        ask(BY_APP, query=query, body={"authenticatorcode": app_code(tenant, person)}).code
        == ErrorCode.SECOND_FACTOR_TOKEN_INVALID
    )


@suspending
def test_a_new_challenge_gives_no_new_guesses(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    wrong = {"authenticatorcode": wrong_code(app_code(tenant, person, -3))}
    answers = [ask(BY_APP, query=with_token(challenge(ask, person)), body=wrong) for _ in range(3)]
    assert [answer.code for answer in answers] == [
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_DURING_MFA,
    ]
    assert log_in(ask, person).code == ErrorCode.ACCOUNT_LOCKED_TEMPORARILY


@suspending
def test_locked_person_cannot_meet_another_challenge(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    first, second = with_token(challenge(ask, person)), with_token(challenge(ask, person))
    wrong = {"authenticatorcode": wrong_code(app_code(tenant, person, -3))}
    for _ in range(3):
        ask(BY_APP, query=first, body=wrong)
    assert (
        ask(BY_APP, query=second, body={"authenticatorcode": app_code(tenant, person)}).code
        == ErrorCode.ACCOUNT_LOCKED_DURING_MFA
    )


@optional
def test_blocked_person_cannot_meet_a_challenge(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query, body = with_token(challenge(ask, person)), {"authenticatorcode": app_code(tenant, person)}
    account_of(tenant, person).active = False
    assert ask(BY_APP, query=query, body=body).code == ErrorCode.ACCOUNT_BLOCKED
