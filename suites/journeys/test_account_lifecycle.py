"""The main journey: registration, second factor, lost password, reset and logout."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import new_password


@pytest.mark.preset("mfa-optional")
def test_account_lifecycle_from_registration_to_logout(
    journey: Journey, step: Callable[[str], AbstractContextManager[None]]
) -> None:
    """Register, verify, log in, enrol TOTP, second factor, backup code, forgot, reset, log out, token dead."""
    with step("sign up and confirm the address"):
        person = journey.new_person()
        journey.register(person)
        with expect_error(ErrorCode.EMAIL_NOT_VERIFIED):
            journey.mfa.log_in(person)
        journey.confirm_email(person)
        session = journey.mfa.log_in(person)
        assert journey.profile(session)["EmailVerified"] is True

    with step("protect the account"):
        app = journey.enrol_totp(session)
        session = journey.log_in_with_totp(person, app)
        code = journey.backup_codes(session)[0]
        journey.log_in_with_backup_code(person, code)
        with expect_error(ErrorCode.BACKUP_CODES_NOT_CONFIGURED, ErrorCode.BACKUP_CODE_INCORRECT_OR_USED):
            journey.log_in_with_backup_code(person, code)

    with step("lose the password and come back"):
        journey.forget_password(person)
        renewed = journey.reset_password(person, new_password())
        with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
            journey.log_in_with_totp(person, app)
        session = journey.log_in_with_totp(renewed, app)

    with step("log out"):
        journey.log_out(session)
        assert not journey.token_is_live(session)
