"""Attempt limits of second factors."""

import pytest

from loginradius_harness.checks.support.mfa_users import WRONG, MfaUser
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

THRESHOLD = 3

pytestmark = pytest.mark.preset("mfa-optional", lockout_type="Suspend", lockout_threshold=THRESHOLD)


@pytest.mark.rule("mfa.wrong_codes_lock_the_login")
@pytest.mark.parametrize("factor", ["totp", "sms", "email"])
def test_wrong_codes_end_the_mfa_challenge(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, factor)
    challenge, other = owner.begin(), owner.begin()
    right = owner.proof(factor)
    for _ in range(THRESHOLD - 1):
        with expect_error(WRONG[factor]):
            owner.answer_wrongly(challenge, factor)
    with expect_error(ErrorCode.ACCOUNT_LOCKED_DURING_MFA, WRONG[factor]):
        owner.answer_wrongly(challenge, factor)
    for waiting in (challenge, other):
        with expect_error(ErrorCode.SECOND_FACTOR_TOKEN_INVALID, ErrorCode.ACCOUNT_LOCKED_DURING_MFA):
            journey.mfa.answer(waiting, factor, right, at=owner.reference(factor))
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        owner.begin()


@pytest.mark.rule("mfa.new_challenge_keeps_the_count")
def test_new_challenge_does_not_reset_the_failure_counter(journey: Journey) -> None:
    owner = MfaUser(journey, "totp")
    for _ in range(THRESHOLD - 1):
        with expect_error(ErrorCode.AUTHENTICATOR_CODE_INCORRECT):
            owner.answer_wrongly(owner.begin(), "totp")
    with expect_error(ErrorCode.ACCOUNT_LOCKED_DURING_MFA, ErrorCode.AUTHENTICATOR_CODE_INCORRECT):
        owner.answer_wrongly(owner.begin(), "totp")
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY, ErrorCode.ACCOUNT_LOCKED_DURING_MFA):
        owner.answer(owner.begin(), "totp")


@pytest.mark.rule("mfa.backup_code_guesses_are_limited")
def test_wrong_backup_codes_end_the_mfa_challenge(journey: Journey) -> None:
    owner = MfaUser(journey, "totp")
    codes, challenge = journey.backup_codes(owner.session), owner.begin()
    for _ in range(THRESHOLD):
        with expect_error(ErrorCode.BACKUP_CODE_INCORRECT_OR_USED, ErrorCode.ACCOUNT_LOCKED_DURING_MFA):
            journey.mfa.answer_backup_code(challenge, "00000-00000")
    with expect_error(ErrorCode.SECOND_FACTOR_TOKEN_INVALID, ErrorCode.ACCOUNT_LOCKED_DURING_MFA):
        journey.mfa.answer_backup_code(challenge, codes[0])
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        owner.begin()
