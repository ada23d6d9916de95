"""Passwordless login: a mailed link, a mailed code or a texted code instead of the password."""

from collections.abc import Callable

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.accounts import Email
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

KIND = "passwordlesslogin"
PHONE = "+15550100100"
Last = Callable[[str, str], Message]


@pytest.fixture
def reachable(ask: Ask) -> Member:
    """Return a person with a user name and a verified number."""
    body = {
        "Email": [{"Type": "Primary", "Value": "bea@example.com"}],
        "EmailVerified": True,
        "Password": "correct horse 7",
        "UserName": "bea",
        "PhoneId": PHONE,
    }
    answer = ask("account.create_account", body=body)
    return Member(answer.data["Uid"], "bea@example.com", "correct horse 7")


def _open_link(ask: Ask, last: Last, person: Member) -> Answer:
    ask("passwordless_login.by_email", query={"email": person.email})
    token = last(KIND, person.email).token
    return ask("passwordless_login.verify_link", query={"verificationToken": token})


def test_mailed_link_logs_in(ask: Ask, last: Last, person: Member) -> None:
    answer = _open_link(ask, last, person)
    assert answer.data["Profile"]["Uid"] == person.uid
    assert ask("social.validate_access_token", token=answer.data["access_token"]).status == 200


def test_link_works_once(ask: Ask, last: Last, person: Member) -> None:
    _open_link(ask, last, person)
    token = last(KIND, person.email).token
    assert (
        ask("passwordless_login.verify_link", query={"verificationToken": token}).code
        == ErrorCode.PASSWORDLESS_LOGIN_LINK_ALREADY_USED
    )


def test_unknown_link_is_refused(ask: Ask) -> None:
    assert (
        ask("passwordless_login.verify_link", query={"verificationToken": "0" * 32}).code
        == ErrorCode.VERIFICATION_LINK_INVALID
    )


def test_link_expires(ask: Ask, last: Last, tenant: Tenant, person: Member) -> None:
    ask("passwordless_login.by_email", query={"email": person.email})
    tenant.clock.advance(tenant.settings.link_seconds)
    token = last(KIND, person.email).token
    assert ask("passwordless_login.verify_link", query={"verificationToken": token}).code == ErrorCode.LINK_EXPIRED


def test_newer_link_kills_the_older_one(ask: Ask, last: Last, person: Member) -> None:
    ask("passwordless_login.by_email", query={"email": person.email})
    older = last(KIND, person.email).token
    ask("passwordless_login.by_email", query={"email": person.email})
    assert (
        ask("passwordless_login.verify_link", query={"verificationToken": older}).code
        == ErrorCode.VERIFICATION_LINK_INVALID
    )


def test_link_verifies_the_address(ask: Ask, last: Last, tenant: Tenant, person: Member) -> None:
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    account.emails[0].verified = False
    assert _open_link(ask, last, person).data["Profile"]["EmailVerified"] is True


def test_unknown_address_is_refused(ask: Ask) -> None:
    assert ask("passwordless_login.by_email", query={"email": "nobody@example.com"}).code == ErrorCode.ACCOUNT_NOT_FOUND


@pytest.mark.preset("default", no_registration_passwordless=True)
def test_unknown_user_is_registered_where_no_registration_is_required(ask: Ask, tenant: Tenant) -> None:
    ask("passwordless_login.by_email", query={"email": "new@example.com"})
    joined = tenant.accounts.by_email("new@example.com")
    assert joined is not None
    assert joined.emails == [Email(type="Primary", value="new@example.com")]


def test_neither_address_nor_user_name_is_refused(ask: Ask) -> None:
    assert ask("passwordless_login.by_email").code == ErrorCode.EMAIL_OR_USERNAME_REQUIRED


@pytest.mark.preset("default", passwordless=False)
@pytest.mark.parametrize(
    ("operation", "parts"),
    [
        ("passwordless_login.by_email", {"query": {"email": "ada@example.com"}}),
        ("passwordless_login.by_username", {"query": {"username": "ada"}}),
        ("passwordless_login.by_phone", {"query": {"phone": PHONE}}),
        ("passwordless_login.verify_link", {"query": {"verificationToken": "0" * 32}}),
        ("passwordless_login.verify_email_otp", {"body": {"email": "ada@example.com", "otp": "1"}}),
        ("passwordless_login.verify_username_otp", {"body": {"username": "ada", "otp": "1"}}),
        ("passwordless_login.verify_phone_otp", {"body": {"phone": PHONE, "otp": "1"}}),
    ],
)
def test_switched_off_it_is_refused(ask: Ask, operation: str, parts: dict[str, dict[str, str]]) -> None:
    assert ask(operation, **parts).code == ErrorCode.PASSWORDLESS_LOGIN_DISABLED


@pytest.mark.preset("mfa-optional")
def test_it_does_not_bypass_a_second_factor(ask: Ask, person: Member) -> None:
    assert ask("passwordless_login.by_email", query={"email": person.email}).code == ErrorCode.MFA_LOGIN_REQUIRED


def test_blocked_person_gets_no_mail(ask: Ask, tenant: Tenant, person: Member) -> None:
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    account.active = False
    assert ask("passwordless_login.by_email", query={"email": person.email}).code == ErrorCode.ACCOUNT_BLOCKED
    assert not tenant.outbox.find(person.email, KIND)


@pytest.mark.preset("passwordless")
def test_mailed_code_logs_in_by_address(ask: Ask, last: Last, reachable: Member) -> None:
    ask("passwordless_login.by_email", query={"email": reachable.email})
    body = {"email": reachable.email, "otp": last(KIND, reachable.email).otp}
    assert ask("passwordless_login.verify_email_otp", body=body).data["Profile"]["Uid"] == reachable.uid


@pytest.mark.preset("passwordless")
def test_mailed_code_logs_in_by_user_name(ask: Ask, last: Last, reachable: Member) -> None:
    ask("passwordless_login.by_username", query={"username": "Bea"})
    body = {"username": "bea", "otp": last(KIND, reachable.email).otp}
    assert ask("passwordless_login.verify_username_otp", body=body).data["Profile"]["Uid"] == reachable.uid


@pytest.mark.preset("passwordless")
def test_wrong_used_and_expired_codes_differ(ask: Ask, last: Last, tenant: Tenant, reachable: Member) -> None:
    ask("passwordless_login.by_email", query={"email": reachable.email})
    right = last(KIND, reachable.email).otp

    def verify(otp: str | None) -> Answer:
        return ask("passwordless_login.verify_email_otp", body={"email": reachable.email, "otp": otp})

    assert verify("wrong").code == ErrorCode.EMAIL_OTP_INCORRECT
    assert verify(right).status == 200
    assert verify(right).code == ErrorCode.EMAIL_OTP_ALREADY_USED
    ask("passwordless_login.by_email", query={"email": reachable.email})
    tenant.clock.advance(tenant.settings.otp_seconds)
    assert verify(last(KIND, reachable.email).otp).code == ErrorCode.EMAIL_OTP_EXPIRED


@pytest.mark.preset("passwordless", lockout_type="Suspend", lockout_threshold=2)
def test_guessed_codes_lock_the_account(ask: Ask, last: Last, reachable: Member) -> None:
    ask("passwordless_login.by_email", query={"email": reachable.email})
    guess = {"email": reachable.email, "otp": "wrong"}
    codes = [ask("passwordless_login.verify_email_otp", body=guess).code for _ in range(2)]
    assert codes == [ErrorCode.EMAIL_OTP_INCORRECT, ErrorCode.ACCOUNT_LOCKED_TEMPORARILY]
    right = {"email": reachable.email, "otp": last(KIND, reachable.email).otp}
    assert ask("passwordless_login.verify_email_otp", body=right).code == ErrorCode.ACCOUNT_LOCKED_TEMPORARILY


@pytest.mark.preset("passwordless", otp_email_verification=False, lockout_type="Suspend", lockout_threshold=1)
def test_locked_person_keeps_the_link_for_later(ask: Ask, last: Last, tenant: Tenant, reachable: Member) -> None:
    ask("passwordless_login.by_email", query={"email": reachable.email})
    ask("passwordless_login.verify_phone_otp", body={"phone": PHONE, "otp": "wrong"})
    link = {"verificationToken": last(KIND, reachable.email).token}
    assert ask("passwordless_login.verify_link", query=link).code == ErrorCode.ACCOUNT_LOCKED_TEMPORARILY
    tenant.clock.advance(tenant.settings.lockout_seconds)
    assert ask("passwordless_login.verify_link", query=link).status == 200


@pytest.mark.preset("passwordless")
def test_texted_code_logs_in(ask: Ask, last: Last, reachable: Member) -> None:
    assert "IsPosted" not in ask("passwordless_login.by_phone", query={"phone": PHONE}).data
    body = {"phone": PHONE, "otp": last(KIND, PHONE).otp}
    assert ask("passwordless_login.verify_phone_otp", body=body).data["Profile"]["Uid"] == reachable.uid


@pytest.mark.preset("passwordless")
def test_unverified_number_is_refused(ask: Ask, tenant: Tenant, reachable: Member) -> None:
    account = tenant.accounts.by_uid(reachable.uid)
    assert account is not None
    account.phone_verified = False
    assert ask("passwordless_login.by_phone", query={"phone": PHONE}).code == ErrorCode.PHONE_NOT_VERIFIED


@pytest.mark.preset("passwordless", sms_provider=False)
@pytest.mark.usefixtures("reachable")
def test_without_sms_provider_no_code_can_be_sent(ask: Ask) -> None:
    assert ask("passwordless_login.by_phone", query={"phone": PHONE}).code == ErrorCode.SMS_PROVIDER_NOT_CONFIGURED
