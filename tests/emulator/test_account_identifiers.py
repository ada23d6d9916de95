"""E-mail addresses and phone of an account, set by the tenant's own servers."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

Last = Callable[[str, str], Message]
PHONE = "+15550100100"


def upsert(*emails: tuple[str, str]) -> dict[str, Any]:
    """Return a body of types and addresses."""
    return {"Email": [{"Type": kind, "Value": value} for kind, value in emails]}


def test_address_replaces_the_one_of_its_type_and_no_mail_goes_out(ask: Ask, person: Member, tenant: Tenant) -> None:
    path = {"uid": person.uid}
    ask("account.upsert_email_by_uid", path=path, body=upsert(("Business", "work@example.com")))
    body = upsert(("primary", "new@example.com"), ("Secondary", "home@example.com"))
    profile = ask("account.upsert_email_by_uid", path=path, body=body).data
    assert {email["Value"] for email in profile["Email"]} == {"work@example.com", "new@example.com", "home@example.com"}
    assert profile["UnverifiedEmail"] is None
    assert tenant.outbox.find() == []


def test_replaced_address_is_free(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    ask("account.upsert_email_by_uid", path=path, body=upsert(("Primary", "new@example.com")))
    assert (
        ask("account.get_account_profile_by_email", query={"email": person.email}).code == ErrorCode.ACCOUNT_NOT_FOUND
    )
    assert ask("account.get_account_profile_by_email", query={"email": "new@example.com"}).status == 200


def test_same_address_again_changes_nothing(ask: Ask, person: Member) -> None:
    answer = ask("account.upsert_email_by_uid", path={"uid": person.uid}, body=upsert(("Primary", person.email)))
    assert answer.data["Email"] == [{"Type": "Primary", "Value": person.email}]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (upsert(("Secondary", "taken@example.com")), ErrorCode.EMAIL_ALREADY_EXISTS),
        (upsert(("Secondary", "ada@example.com")), ErrorCode.EMAIL_ALREADY_EXISTS),
        (upsert(("Secondary", "a@example.com"), ("Business", "A@example.com")), ErrorCode.EMAIL_DUPLICATED),
        (upsert(("Primary", "a@example.com"), ("primary", "b@example.com")), ErrorCode.PRIMARY_EMAIL_DUPLICATED),
        (upsert(("Other", "a@example.com"), ("other", "b@example.com")), ErrorCode.EMAIL_TYPE_ALREADY_EXISTS),
        (upsert(("Other", "no address")), ErrorCode.VALID_EMAIL_REQUIRED),
        ({"Email": [{"Value": "a@example.com"}]}, ErrorCode.EMAIL_TYPE_MISSING),
        ({}, ErrorCode.EMAIL_MISSING),
    ],
)
def test_address_is_refused_and_nothing_changes(ask: Ask, person: Member, body: dict[str, Any], code: int) -> None:
    taken = {"Email": [{"Type": "Primary", "Value": "taken@example.com"}], "Password": "correct horse 7"}
    ask("account.create_account", body=taken)
    assert ask("account.upsert_email_by_uid", path={"uid": person.uid}, body=body).code == code
    profile = ask("account.get_account_profile_by_uid", path={"uid": person.uid}).data
    assert profile["Email"] == [{"Type": "Primary", "Value": person.email}]


def test_removed_address_logs_in_no_more_and_the_next_one_is_primary(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    ask("account.upsert_email_by_uid", path=path, body=upsert(("Secondary", "home@example.com")))
    profile = ask("account.remove_email_by_uid", path=path, body={"email": person.email}).data
    assert profile["Email"] == [{"Type": "Primary", "Value": "home@example.com"}]
    credentials = {"email": person.email, "password": person.password}
    assert ask("authentication.login_by_email", body=credentials).code == ErrorCode.ACCOUNT_NOT_FOUND


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"email": "ada@example.com"}, ErrorCode.LAST_EMAIL_NOT_REMOVABLE),
        ({"email": "b@example.com"}, ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL),
        ({}, ErrorCode.EMAIL_MISSING),
    ],
)
def test_address_is_not_removed(ask: Ask, person: Member, body: dict[str, str], code: int) -> None:
    assert ask("account.remove_email_by_uid", path={"uid": person.uid}, body=body).code == code


def test_invalidated_address_is_verified_again_by_its_mail(ask: Ask, last: Last, person: Member) -> None:
    path = {"uid": person.uid}
    query = {"verificationUrl": "https://app.example.com/verify"}
    assert ask("account.invalidate_email_verification_by_uid", path=path, query=query).status == 200
    assert ask("account.get_account_profile_by_uid", path=path).data["EmailVerified"] is False
    mail = last("emailverification", person.email)
    assert str(mail.link).startswith("https://app.example.com/verify?vtype=emailverification&vtoken=")
    assert ask("authentication.verify_email", query={"verificationToken": mail.token}).status == 200


def test_unverified_address_cannot_be_invalidated(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    ask("account.invalidate_email_verification_by_uid", path=path)
    assert (
        ask("account.invalidate_email_verification_by_uid", path=path).code == ErrorCode.EMAIL_INVALIDATION_NOT_VERIFIED
    )


def test_account_without_address_cannot_be_invalidated(ask: Ask) -> None:
    body = {"PhoneId": PHONE, "Password": "correct horse 7"}
    path = {"uid": ask("account.create_account", body=body).data["Uid"]}
    assert (
        ask("account.invalidate_email_verification_by_uid", path=path).code
        == ErrorCode.EMAIL_INVALIDATION_NO_EMAIL_PROFILE
    )


@pytest.mark.preset("verification-disabled")
def test_nothing_is_invalidated_where_nothing_is_verified(ask: Ask, person: Member) -> None:
    assert (
        ask("account.invalidate_email_verification_by_uid", path={"uid": person.uid}).code
        == ErrorCode.EMAIL_VERIFICATION_DISABLED
    )


@pytest.mark.preset("phone-login")
def test_new_number_stands_in_the_profile_unverified(ask: Ask, person: Member, tenant: Tenant) -> None:
    profile = ask("account.update_phone_by_uid", path={"uid": person.uid}, body={"phone": PHONE}).data
    assert (profile["PhoneId"], profile["PhoneIdVerified"]) == (PHONE, False)
    assert tenant.outbox.find() == []


@pytest.mark.preset("phone-login")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"phone": PHONE}, ErrorCode.PHONE_ALREADY_EXISTS),
        ({"phone": "12"}, ErrorCode.PHONE_MALFORMED),
        ({}, ErrorCode.PHONE_MISSING),
    ],
)
def test_number_is_refused(ask: Ask, person: Member, body: dict[str, str], code: int) -> None:
    ask("account.create_account", body={"PhoneId": PHONE, "Password": "correct horse 7"})
    assert ask("account.update_phone_by_uid", path={"uid": person.uid}, body=body).code == code


@pytest.mark.preset("phone-login")
def test_invalidated_number_is_verified_again_by_its_code(ask: Ask, last: Last) -> None:
    body = {"PhoneId": PHONE, "Password": "correct horse 7"}
    path = {"uid": ask("account.create_account", body=body).data["Uid"]}
    assert ask("account.invalidate_phone_verification_by_uid", path=path).status == 200
    assert (
        ask("account.invalidate_phone_verification_by_uid", path=path).code == ErrorCode.PHONE_INVALIDATION_NOT_VERIFIED
    )
    otp = last("phoneidverification", PHONE).otp
    assert ask("phone.verify_by_otp", query={"otp": otp}, body={"phone": PHONE}).status == 200


@pytest.mark.preset("phone-login")
def test_account_without_number_cannot_be_invalidated(ask: Ask, person: Member) -> None:
    assert (
        ask("account.invalidate_phone_verification_by_uid", path={"uid": person.uid}).code
        == ErrorCode.PHONE_INVALIDATION_NO_PHONE
    )


@pytest.mark.parametrize("operation", ["account.update_phone_by_uid", "account.invalidate_phone_verification_by_uid"])
def test_numbers_are_refused_where_phone_login_is_off(ask: Ask, person: Member, operation: str) -> None:
    assert ask(operation, path={"uid": person.uid}, body={"phone": PHONE}).code == ErrorCode.PHONE_LOGIN_DISABLED
