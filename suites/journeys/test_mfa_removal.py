"""Removal of a second factor by its owner or by management."""

import pytest

from loginradius_harness.checks.support.mfa_users import FACTORS, MfaUser
from loginradius_harness.client.client import Client
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

pytestmark = pytest.mark.preset("mfa-optional")


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.rule("mfa.removed_factor_is_not_required")
def test_removed_factor_is_not_challenged(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, factor)
    journey.mfa_removal.remove(owner.session, factor)
    journey.mfa.log_in(owner.person)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.rule("mfa.operator_removes_factors")
def test_management_removes_a_lost_factor(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, factor)
    journey.mfa_removal.remove_from(owner.person.uid, factor)
    journey.mfa.log_in(owner.person)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.rule("mfa.removal_names_its_factor")
def test_removing_one_factor_keeps_the_others(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, *FACTORS)
    journey.mfa_removal.remove(owner.session, factor)
    assert owner.begin().factors == {*FACTORS} - {factor}


@pytest.mark.rule("mfa.removal_names_its_factor")
def test_removal_without_a_factor_is_refused(journey: Journey, api: Client) -> None:
    owner = MfaUser(journey, "totp", "sms")
    uid = {"uid": owner.person.uid}
    for body in ({}, {"authenticator": False}):
        api.call("mfa.reset_authenticator_by_access_token", token=owner.session.token, body=body).must_be_refused(
            ErrorCode.SECOND_FACTOR_REMOVAL_INVALID
        )
        api.call("mfa.reset_authenticator_by_uid", query=uid, body=body).must_be_refused(
            ErrorCode.SECOND_FACTOR_REMOVAL_INVALID
        )
    assert owner.begin().factors == {"totp", "sms"}


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.last_factor_stays_where_required")
@pytest.mark.parametrize("factor", FACTORS)
def test_last_factor_cannot_be_removed_when_mfa_is_required(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, factor)
    with expect_error(ErrorCode.SECOND_FACTOR_REMOVAL_INVALID):
        journey.mfa_removal.remove(owner.session, factor)
    assert owner.begin().factors == {factor}


@pytest.mark.rule("mfa.removal_reaches_own_account_only")
@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("mfa.reset_authenticator_by_access_token", {"authenticator": True}),
        ("mfa.reset_sms_authenticator_by_access_token", {"otpauthenticator": True}),
    ],
)
def test_factor_of_another_account_cannot_be_removed(
    journey: Journey, api: Client, operation: str, body: dict[str, bool]
) -> None:
    attacker, victim = MfaUser(journey, "totp", "sms"), MfaUser(journey, "totp", "sms")
    query, foreign = {"uid": victim.person.uid}, body | {"uid": victim.person.uid}
    api.call(operation, token=attacker.session.token, query=query, body=foreign)
    assert victim.begin().factors == {"totp", "sms"}
