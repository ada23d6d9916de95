"""Backup codes: ten single-use codes that replace a lost second factor."""

from collections.abc import Callable
from functools import partial

import pytest

from loginradius_harness.checks.support.concurrency import concurrent_error_codes
from loginradius_harness.checks.support.mfa_users import MfaUser
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

pytestmark = pytest.mark.preset("mfa-optional")

Getter = Callable[[MfaUser], list[str]]


def first_own(owner: MfaUser) -> list[str]:
    """Get the first set with the access token."""
    return owner.journey.mfa.backup_codes(owner.session)


def first_by_operator(owner: MfaUser) -> list[str]:
    """Get the first set by management."""
    return owner.journey.mfa_removal.backup_codes_of(owner.person.uid)


def new_own(owner: MfaUser) -> list[str]:
    """Get a new set with the access token."""
    return owner.journey.mfa.new_backup_codes(owner.session)


def new_by_operator(owner: MfaUser) -> list[str]:
    """Get a new set by management."""
    return owner.journey.mfa_removal.new_backup_codes_of(owner.person.uid)


@pytest.mark.parametrize("get", [first_own, first_by_operator])
@pytest.mark.rule("mfa.backup_codes_are_ten", "mfa.backup_codes_are_shown_once")
def test_enrolled_account_gets_ten_backup_codes_once(journey: Journey, get: Getter) -> None:
    owner = MfaUser(journey)
    with expect_error(ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR):
        get(owner)
    owner.enrol("totp")
    assert len(set(get(owner))) == 10
    with expect_error(ErrorCode.BACKUP_CODES_ALREADY_EXIST):
        get(owner)


@pytest.mark.rule("mfa.backup_code_is_single_use")
def test_backup_code_logs_in_once(journey: Journey) -> None:
    owner = MfaUser(journey, "totp")
    code = first_own(owner)[0]
    journey.log_in_with_backup_code(owner.person, code)
    with expect_error(ErrorCode.BACKUP_CODE_INCORRECT_OR_USED):
        journey.log_in_with_backup_code(owner.person, code)
    with expect_error(ErrorCode.BACKUP_CODE_INCORRECT_OR_USED):
        journey.log_in_with_backup_code(owner.person, "00000-00000")


@pytest.mark.rule("mfa.parallel_backup_codes_succeed_once")
def test_concurrent_use_of_one_backup_code_succeeds_once(journey: Journey) -> None:
    owner = MfaUser(journey, "totp")
    code = first_own(owner)[0]
    challenges = [owner.begin() for _ in range(6)]
    codes = concurrent_error_codes(
        *[partial(journey.mfa.answer_backup_code, challenge, code) for challenge in challenges]
    )
    assert codes.count(None) == 1


@pytest.mark.parametrize("renew", [new_own, new_by_operator])
@pytest.mark.rule("mfa.new_set_ends_the_old")
def test_new_backup_codes_replace_the_old(journey: Journey, renew: Getter) -> None:
    owner = MfaUser(journey, "totp")
    old = first_own(owner)
    new = renew(owner)
    assert not {*old} & {*new}
    with expect_error(ErrorCode.BACKUP_CODE_INCORRECT_OR_USED):
        journey.log_in_with_backup_code(owner.person, old[0])
    journey.log_in_with_backup_code(owner.person, new[0])
