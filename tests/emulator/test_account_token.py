"""Link tokens and codes that the tenant's own servers make: each serves the flow of its type, and nothing is sent."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.accounts import Pin
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

Last = Callable[[str, str], Message]
PHONE = "+15550100100"
NEW_PASSWORD = "battery staple 8"


@pytest.fixture
def unverified(ask: Ask) -> Member:
    """Return a person who has not verified the address."""
    email = "bea@example.com"
    body = {"Email": [{"Type": "Primary", "Value": email}], "Password": "correct horse 7", "EmailVerified": False}
    return Member(ask("account.create_account", body=body).data["Uid"], email, "correct horse 7")


@pytest.fixture
def caller(ask: Ask) -> Member:
    """Return a person with a verified number and no address."""
    body = {"PhoneId": PHONE, "Password": "correct horse 7"}
    return Member(ask("account.create_account", body=body).data["Uid"], PHONE, "correct horse 7")


def email_token(ask: Ask, kind: str, **body: str) -> str:
    """Return a generated token."""
    token: str = ask("account.generate_email_token", path={"tokentype": kind}, body=body).data["Token"]
    return token


def test_verification_token_verifies(ask: Ask, unverified: Member, tenant: Tenant) -> None:
    token = ask("account.get_email_verification_token", body={"email": unverified.email}).data["VerificationToken"]
    assert tenant.outbox.find() == []
    assert ask("authentication.verify_email", query={"verificationToken": token}).status == 200


def test_verified_address_gets_no_verification_token(ask: Ask, person: Member) -> None:
    assert (
        ask("account.get_email_verification_token", body={"email": person.email}).code
        == ErrorCode.VERIFICATION_TOKEN_EMAIL_ALREADY_VERIFIED
    )


@pytest.mark.preset("verification-disabled")
def test_tenant_that_does_not_verify_makes_no_verification_token(ask: Ask, unverified: Member) -> None:
    assert (
        ask("account.get_email_verification_token", body={"email": unverified.email}).code
        == ErrorCode.EMAIL_VERIFICATION_DISABLED
    )


@pytest.mark.preset("default", bot_protection=["PostForgotPasswordByEmail"])
def test_reset_token_sets_a_password_without_a_mail(ask: Ask, person: Member, tenant: Tenant) -> None:
    token = ask("account.get_forgot_password_token", body={"email": person.email}).data["ForgotToken"]
    assert tenant.outbox.find() == []
    body = {"resettoken": token, "password": NEW_PASSWORD}
    assert ask("authentication.reset_password_by_reset_token", body=body).status == 200


def test_reset_token_is_mailed_on_request(ask: Ask, last: Last, person: Member) -> None:
    query = {"sendEmail": "true", "resetPasswordUrl": "https://app.example.com/reset"}
    token = ask("account.get_forgot_password_token", query=query, body={"email": person.email}).data["ForgotToken"]
    assert last("forgotpassword", person.email).link == f"https://app.example.com/reset?vtype=reset&vtoken={token}"


def test_newer_reset_token_kills_the_older_one(ask: Ask, person: Member) -> None:
    older = ask("account.get_forgot_password_token", body={"email": person.email}).data["ForgotToken"]
    ask("authentication.forgot_password", body={"email": person.email})
    body = {"resettoken": older, "password": NEW_PASSWORD}
    assert ask("authentication.reset_password_by_reset_token", body=body).code == ErrorCode.VERIFICATION_TOKEN_INVALID


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, ErrorCode.EMAIL_OR_USERNAME_REQUIRED),
        ({"email": "nobody@example.com"}, ErrorCode.ACCOUNT_NOT_FOUND),
        ({"username": "nobody"}, ErrorCode.ACCOUNT_NOT_FOUND),
    ],
)
def test_reset_token_of_an_unknown_user_is_refused(ask: Ask, body: dict[str, str], code: int) -> None:
    assert ask("account.get_forgot_password_token", body=body).code == code


def test_generated_verification_token_verifies(ask: Ask, unverified: Member) -> None:
    token = email_token(ask, "EmailVerification", Uid=unverified.uid)
    assert ask("authentication.verify_email", query={"verificationToken": token}).status == 200


def test_generated_token_adds_an_address(ask: Ask, person: Member) -> None:
    token = email_token(ask, "addemail", Uid=person.uid, Email="home@example.com", Type="Secondary")
    ask("authentication.verify_email", query={"verificationToken": token})
    profile = ask("account.get_account_profile_by_uid", path={"uid": person.uid}).data
    assert {"Type": "Secondary", "Value": "home@example.com"} in profile["Email"]
    assert profile["UnverifiedEmail"] is None


def test_generated_reset_token_sets_a_password(ask: Ask, person: Member) -> None:
    body = {"resettoken": email_token(ask, "forgotpassword", Email=person.email), "password": NEW_PASSWORD}
    assert ask("authentication.reset_password_by_reset_token", body=body).status == 200


def test_generated_delete_token_deletes(ask: Ask, person: Member) -> None:
    token = email_token(ask, "deleteuser", Uid=person.uid)
    assert ask("authentication.delete_account_by_delete_token", query={"deletetoken": token}).status == 200
    assert ask("account.get_account_profile_by_uid", path={"uid": person.uid}).code == ErrorCode.ACCOUNT_NOT_FOUND


def test_generated_passwordless_token_logs_in(ask: Ask, person: Member) -> None:
    token = email_token(ask, "passwordlesslogin", Email=person.email)
    answer = ask("passwordless_login.verify_link", query={"verificationToken": token})
    assert answer.data["Profile"]["Uid"] == person.uid


@pytest.mark.preset("pin")
def test_generated_pin_token_sets_a_pin(ask: Ask, person: Member, tenant: Tenant) -> None:
    tenant.managed_account(person.uid).pin = Pin(hash="Rfc2898DeriveBytes$1$AA==$AA==")
    body = {"ResetToken": email_token(ask, "forgotpin", Email=person.email), "PIN": "4711"}
    assert ask("pin.reset_pin_by_reset_token", body=body).status == 200


@pytest.mark.parametrize(("kind", "flow"), [("onetouchlogin", "one_touch_login"), ("autologin", "smart_login")])
def test_generated_token_lets_a_waiting_device_in(ask: Ask, person: Member, kind: str, flow: str) -> None:
    token = email_token(ask, kind, Email=person.email, ClientGuid="device-1")
    opening = {"one_touch_login": "one_touch_login.verify_email", "smart_login": "smart_login.verify_token"}[flow]
    assert ask(opening, query={"verificationToken": token}).status == 200
    answer = ask(f"{flow}.ping", query={"clientGuid": "device-1"})
    assert answer.data["Profile"]["Uid"] == person.uid


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("nothing", {"Email": "ada@example.com"}, ErrorCode.TOKEN_TYPE_INVALID),
        ("forgotpassword", {}, ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED),
        ("forgotpassword", {"Email": "nobody@example.com"}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("addemail", {"Email": "home@example.com"}, ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED),
        ("emailverification", {"Email": "ada@example.com"}, ErrorCode.VERIFICATION_TOKEN_EMAIL_ALREADY_VERIFIED),
        ("autologin", {"Email": "ada@example.com"}, ErrorCode.CLIENT_GUID_INVALID),
        ("forgotpin", {"Email": "ada@example.com"}, ErrorCode.PIN_LOGIN_DISABLED),
    ],
)
def test_email_token_is_refused(ask: Ask, kind: str, body: dict[str, str], code: int) -> None:
    assert ask("account.generate_email_token", path={"tokentype": kind}, body=body).code == code


@pytest.mark.preset("default", token_limit=1)
def test_tokens_are_limited_until_the_window_has_passed(ask: Ask, person: Member, tenant: Tenant) -> None:
    parts: dict[str, Any] = {"path": {"tokentype": "forgotpassword"}, "body": {"Email": person.email}}
    ask("account.generate_email_token", **parts)
    assert ask("account.generate_email_token", **parts).code == ErrorCode.TOKEN_GENERATION_LIMIT_EXCEEDED
    tenant.clock.advance(tenant.settings.mail_window_seconds)
    assert ask("account.generate_email_token", **parts).status == 200


def sms_otp(ask: Ask, kind: str, **body: str) -> str:
    """Return a generated code."""
    code: str = ask("account.generate_sms_otp", path={"smsotptype": kind}, body=body).data["Token"]
    return code


@pytest.mark.usefixtures("caller")
@pytest.mark.preset("phone-login")
def test_generated_code_resets_a_password(ask: Ask, tenant: Tenant) -> None:
    body = {"phone": PHONE, "otp": sms_otp(ask, "forgotpassword", Phone=PHONE), "password": NEW_PASSWORD}
    assert tenant.outbox.find() == []
    assert ask("phone.reset_password_by_otp", body=body).status == 200


@pytest.mark.preset("phone-login")
def test_generated_code_verifies_a_number(ask: Ask, tenant: Tenant, caller: Member) -> None:
    tenant.managed_account(caller.uid).phone_verified = False
    otp = sms_otp(ask, "phoneidverification", Uid=caller.uid)
    assert ask("phone.verify_by_otp", query={"otp": otp}, body={"phone": PHONE}).status == 200


@pytest.mark.preset("phone-login")
def test_generated_code_adds_a_number(ask: Ask, person: Member) -> None:
    token = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data["access_token"]
    otp = sms_otp(ask, "addphone", Uid=person.uid, Phone=PHONE)
    assert ask("phone.verify_by_otp_and_access_token", token=token, query={"otp": otp}).status == 200
    assert ask("account.get_account_profile_by_uid", path={"uid": person.uid}).data["PhoneIdVerified"] is True


@pytest.mark.usefixtures("caller")
@pytest.mark.preset("phone-login")
def test_generated_passwordless_code_logs_in(ask: Ask) -> None:
    body = {"phone": PHONE, "otp": sms_otp(ask, "passwordlesslogin", Phone=PHONE)}
    assert ask("passwordless_login.verify_phone_otp", body=body).status == 200


@pytest.mark.preset("phone-login")
def test_generated_one_touch_token_registers_an_unknown_user(ask: Ask) -> None:
    guid = "11111111-2222-3333-4444-555555555555"
    token = email_token(ask, "onetouchlogin", Email="stranger@example.com", ClientGuid=guid)
    assert ask("one_touch_login.verify_email", query={"verificationToken": token}).status == 200
    assert ask("one_touch_login.ping", query={"clientGuid": guid}).status == 200


def test_generated_one_touch_code_registers_an_unknown_user(ask: Ask) -> None:
    otp = sms_otp(ask, "onetouchlogin", Phone=PHONE)
    assert ask("one_touch_login.verify_otp", query={"otp": otp}, body={"phone": PHONE}).status == 200


@pytest.mark.usefixtures("caller")
@pytest.mark.preset("phone-login")
@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("nothing", {"Phone": PHONE}, ErrorCode.SMS_OTP_TYPE_INVALID),
        ("forgotpassword", {}, ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED),
        ("forgotpassword", {"Phone": "+15550199999"}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("forgotpassword", {"Phone": "12"}, ErrorCode.PHONE_MALFORMED),
        ("phoneidverification", {"Phone": PHONE}, ErrorCode.PHONE_ALREADY_VERIFIED),
        ("addphone", {"Phone": PHONE}, ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED),
        ("forgotpin", {"Phone": PHONE}, ErrorCode.PIN_LOGIN_DISABLED),
    ],
)
def test_sms_code_is_refused(ask: Ask, kind: str, body: dict[str, str], code: int) -> None:
    assert ask("account.generate_sms_otp", path={"smsotptype": kind}, body=body).code == code


@pytest.mark.usefixtures("caller")
@pytest.mark.preset("phone-login", otp_limit=1)
def test_codes_are_limited(ask: Ask) -> None:
    sms_otp(ask, "forgotpassword", Phone=PHONE)
    again = ask("account.generate_sms_otp", path={"smsotptype": "forgotpassword"}, body={"Phone": PHONE})
    assert again.code == ErrorCode.OTP_GENERATION_LIMIT_EXCEEDED
