"""Verifying, resending, adding and removing e-mail addresses (product-facts.md#email-verification, #emails)."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member
from tests.emulator.login_helpers import EMAIL, PASSWORD, Last, log_in, register, token_of

NEWCOMER = Member("", EMAIL, PASSWORD)
SECOND = "second@example.com"

with_codes = pytest.mark.preset("otp-verification")


def verify(ask: Ask, token: str | None) -> Answer:
    """Open the link of a verification mail."""
    return ask("authentication.verify_email", query={"verificationToken": token})


def verify_by_code(ask: Ask, otp: str | None, **who: str) -> Answer:
    """Type in the code of a verification mail."""
    return ask("authentication.verify_email_by_otp", body={"otp": otp, **(who or {"email": EMAIL})})


def resend(ask: Ask, email: str = EMAIL) -> Answer:
    """Ask for another verification mail."""
    return ask("authentication.resend_email_verification", body={"email": email})


def add(ask: Ask, token: str, email: str = SECOND, label: str = "Secondary") -> Answer:
    """Add an address."""
    return ask("authentication.add_email", body={"email": email, "type": label}, token=token)


def remove(ask: Ask, token: str, email: str) -> Answer:
    """Remove an address."""
    return ask("authentication.remove_email", body={"email": email}, token=token)


def test_opened_link_lets_the_person_in(ask: Ask, last: Last) -> None:
    register(ask)
    assert verify(ask, last("emailverification", EMAIL).token).data == {"IsPosted": True}
    profile = log_in(ask, NEWCOMER).data["Profile"]
    assert (profile["EmailVerified"], profile["UnverifiedEmail"]) == (True, None)


def test_verification_token_dies_on_first_use(ask: Ask, last: Last) -> None:
    register(ask)
    token = last("emailverification", EMAIL).token
    verify(ask, token)
    assert verify(ask, token).code == ErrorCode.LINK_ALREADY_USED


def test_blocked_person_verifies_nothing(ask: Ask, last: Last, tenant: Tenant) -> None:
    register(ask)
    account = tenant.accounts.by_email(EMAIL)
    assert account is not None
    account.active = False
    assert verify(ask, last("emailverification", EMAIL).token).code == ErrorCode.ACCOUNT_BLOCKED
    assert resend(ask).code == ErrorCode.ACCOUNT_BLOCKED


def test_person_whose_login_is_disabled_verifies_nothing(ask: Ask, last: Last, tenant: Tenant) -> None:
    register(ask)
    account = tenant.accounts.by_email(EMAIL)
    assert account is not None
    account.login_disabled = True
    token = last("emailverification", EMAIL).token
    assert verify(ask, token).code == ErrorCode.ACCOUNT_LOGIN_DISABLED
    account.login_disabled = False
    assert verify(ask, token).status == 200


def test_verification_token_expires(ask: Ask, last: Last, tenant: Tenant) -> None:
    register(ask)
    tenant.clock.advance(tenant.settings.link_seconds + 1)
    assert verify(ask, last("emailverification", EMAIL).token).code == ErrorCode.LINK_EXPIRED


def test_unknown_verification_token_is_refused(ask: Ask) -> None:
    assert verify(ask, "0" * 32).code == ErrorCode.VERIFICATION_LINK_INVALID


def test_reset_token_does_not_verify(ask: Ask, person: Member, last: Last) -> None:
    ask("authentication.forgot_password", body={"email": person.email})
    assert verify(ask, last("forgotpassword", person.email).token).code == ErrorCode.VERIFICATION_LINK_INVALID


@pytest.mark.preset("default", login_on_email_verification=True)
def test_verification_may_log_in(ask: Ask, last: Last) -> None:
    register(ask)
    assert verify(ask, last("emailverification", EMAIL).token).data["Data"]["Profile"]["EmailVerified"]


@pytest.mark.preset("verification-optional", logout_on_email_verification=True)
def test_verification_may_log_out(ask: Ask, last: Last) -> None:
    token = register(ask).data["Data"]["access_token"]
    verify(ask, last("emailverification", EMAIL).token)
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID


def test_newer_verification_mail_kills_the_older_link(ask: Ask, last: Last) -> None:
    register(ask)
    older = last("emailverification", EMAIL).token
    assert resend(ask).data == {"IsPosted": True}
    assert verify(ask, older).code == ErrorCode.VERIFICATION_LINK_INVALID
    assert verify(ask, last("emailverification", EMAIL).token).status == 200


def test_verified_address_needs_no_other_mail(ask: Ask, person: Member) -> None:
    assert resend(ask, person.email).code == ErrorCode.EMAIL_ALREADY_VERIFIED
    assert resend(ask, "nobody@example.com").code == ErrorCode.ACCOUNT_NOT_FOUND


@pytest.mark.preset("verification-disabled")
def test_nothing_is_resent_where_nothing_is_verified(ask: Ask) -> None:
    register(ask)
    assert resend(ask).code == ErrorCode.EMAIL_VERIFICATION_DISABLED


@pytest.mark.preset("default", mail_limit=1)
def test_mail_limit_stops_verification_mails(ask: Ask) -> None:
    register(ask)
    assert resend(ask).code == ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED


@with_codes
def test_code_verifies_once(ask: Ask, last: Last) -> None:
    register(ask)
    otp = last("emailverification", EMAIL).otp
    assert verify_by_code(ask, "wrong").code == ErrorCode.EMAIL_OTP_INCORRECT
    assert verify_by_code(ask, otp).data == {"IsPosted": True}
    assert verify_by_code(ask, otp).code == ErrorCode.EMAIL_OTP_ALREADY_USED
    assert log_in(ask, NEWCOMER).status == 200


@with_codes
def test_code_expires(ask: Ask, last: Last, tenant: Tenant) -> None:
    register(ask)
    tenant.clock.advance(tenant.settings.otp_seconds + 1)
    assert verify_by_code(ask, last("emailverification", EMAIL).otp).code == ErrorCode.EMAIL_OTP_EXPIRED


@with_codes
def test_code_needs_an_owner(ask: Ask) -> None:
    assert ask("authentication.verify_email_by_otp", body={"otp": "1"}).code == ErrorCode.EMAIL_OR_PHONE_REQUIRED
    assert verify_by_code(ask, "1", email="nobody@example.com").code == ErrorCode.ACCOUNT_NOT_FOUND
    assert verify_by_code(ask, "1", uuid="unknown").code == ErrorCode.EMAIL_OTP_INVALID


def test_codes_may_be_off(ask: Ask) -> None:
    assert verify_by_code(ask, "1").code == ErrorCode.EMAIL_OTP_VERIFICATION_DISABLED


@with_codes
def test_uuid_stands_for_the_address_that_was_mailed(ask: Ask, tenant: Tenant, last: Last) -> None:
    register(ask)
    account = tenant.accounts.by_email(EMAIL)
    assert account is not None
    token = tenant.sessions.open(account, tenant.settings).token
    uuid = ask("authentication.send_social_link_verification_email", token=token).data["UUID"]
    assert verify_by_code(ask, last("emailverification", EMAIL).otp, uuid=uuid).status == 200


def test_added_address_waits_for_its_mail(ask: Ask, person: Member, last: Last) -> None:
    token = token_of(ask, person)
    assert add(ask, token).data == {"IsPosted": True}
    assert ask("authentication.get_profile", token=token).data["UnverifiedEmail"][0]["Value"] == SECOND
    verify(ask, last("addemail", SECOND).token)
    assert ask("authentication.get_profile", token=token).data["UnverifiedEmail"] is None


def test_taken_address_or_type_is_refused(ask: Ask, person: Member) -> None:
    register(ask)
    token = token_of(ask, person)
    assert add(ask, token, EMAIL).code == ErrorCode.EMAIL_ALREADY_EXISTS
    assert add(ask, token, label="primary").code == ErrorCode.EMAIL_TYPE_ALREADY_EXISTS
    assert ask("authentication.add_email", body={"email": SECOND}, token=token).code == ErrorCode.EMAIL_TYPE_MISSING


@pytest.mark.preset("verification-optional")
def test_account_without_a_verified_address_gets_no_second(ask: Ask) -> None:
    token = register(ask).data["Data"]["access_token"]
    assert add(ask, token).code == ErrorCode.ACCOUNT_HAS_NO_VERIFIED_EMAIL


def test_next_address_takes_over_as_primary(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    add(ask, token)
    assert remove(ask, token, person.email.upper()).data == {"IsDeleted": True}
    assert ask("authentication.get_profile", token=token).data["Email"] == [{"Type": "Primary", "Value": SECOND}]


def test_link_to_a_removed_address_is_dead(ask: Ask, person: Member, last: Last) -> None:
    token = token_of(ask, person)
    add(ask, token)
    remove(ask, token, SECOND)
    assert verify(ask, last("addemail", SECOND).token).code == ErrorCode.VERIFICATION_LINK_INVALID


def test_account_keeps_its_last_address(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    assert remove(ask, token, person.email).code == ErrorCode.LAST_EMAIL_NOT_REMOVABLE
    assert remove(ask, token, SECOND).code == ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL


def test_welcome_mail_goes_out_again_on_request(ask: Ask, person: Member, tenant: Tenant) -> None:
    token = token_of(ask, person)
    for _ in range(2):
        assert ask("authentication.send_welcome_email", token=token).data == {"IsPosted": True}
    assert len(tenant.outbox.find(person.email, "welcome")) == 2
