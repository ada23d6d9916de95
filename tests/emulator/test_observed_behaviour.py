"""The emulator behaves as the product was seen to, where published sources differ from older readings.

Not emulated, because one weak source each names them: `q=key:value` in the look-up of accounts, and a refresh by GET
with a Bearer refresh token.
"""

import hmac
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.http import request_signing
from loginradius_harness.emulator.state.tenant import Tenant

from .conftest import Answer, Ask, Member
from .login_helpers import EMAIL, PASSWORD, Last, body, log_in, register

SECOND, THIRD = "second@example.com", "third@example.com"


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    """Log the person in and return the access token."""
    return str(log_in(ask, person).data["access_token"])


def add_email(ask: Ask, token: str, email: str, kind: str = "Secondary") -> Answer:
    return ask("authentication.add_email", body={"email": email, "type": kind}, token=token)


def profile_of(ask: Ask, token: str) -> dict[str, Any]:
    profile: dict[str, Any] = ask("authentication.get_profile", token=token).data
    return profile


def test_unverified_primary_address_stands_in_email(ask: Ask) -> None:
    """product-facts.md#profile."""
    register(ask)
    profile = ask("account.get_account_profile_by_email", query={"email": EMAIL}).data
    assert profile["Email"] == [{"Type": "Primary", "Value": EMAIL}]
    assert (profile["UnverifiedEmail"], profile["EmailVerified"]) == (None, False)


def test_added_address_waits_in_unverified_email_only(ask: Ask, token: str, person: Member, last: Last) -> None:
    """product-facts.md#profile."""
    add_email(ask, token, SECOND)
    primary, added = {"Type": "Primary", "Value": person.email}, {"Type": "Secondary", "Value": SECOND}
    waiting = profile_of(ask, token)
    assert (waiting["Email"], waiting["UnverifiedEmail"]) == ([primary], [added])
    ask("authentication.verify_email", query={"verificationToken": last("addemail", SECOND).token})
    verified = profile_of(ask, token)
    assert (verified["Email"], verified["UnverifiedEmail"]) == ([primary, added], None)


def test_two_addresses_of_one_type_may_wait(ask: Ask, token: str) -> None:
    """product-facts.md#emails."""
    assert [add_email(ask, token, email).status for email in (SECOND, THIRD)] == [200, 200]


def test_address_of_the_account_is_not_added_again(ask: Ask, token: str) -> None:
    """product-facts.md#emails."""
    add_email(ask, token, SECOND)
    assert add_email(ask, token, SECOND, "Other").code == ErrorCode.EMAIL_TYPE_ALREADY_EXISTS


def test_first_login_is_false_before_and_after_the_first_login(ask: Ask, person: Member) -> None:
    """product-facts.md#profile."""
    before = ask("account.get_account_profile_by_uid", path={"uid": person.uid}).data
    logins = [log_in(ask, person).data["Profile"] for _ in range(2)]
    seen = [(profile["NoOfLogins"], profile["FirstLogin"]) for profile in (before, *logins)]
    assert seen == [(0, False), (1, True), (2, False)]


def test_verification_sends_no_welcome_mail(ask: Ask, tenant: Tenant, last: Last) -> None:
    """product-facts.md#email-verification."""
    register(ask)
    ask("authentication.verify_email", query={"verificationToken": last("emailverification", EMAIL).token})
    assert tenant.outbox.find(kind="welcome") == []


def refresh(ask: Ask, token: str) -> Answer:
    return ask("account.refresh_access_token_by_refresh_token", query={"refresh_Token": token})


@pytest.mark.parametrize(("ends_family", "code"), [(False, None), (True, ErrorCode.REFRESH_TOKEN_INVALID)])
def test_refresh_replay_ends_its_family_only_where_set(
    ask: Ask, person: Member, tenant: Tenant, *, ends_family: bool, code: int | None
) -> None:
    """product-facts.md#tokens."""
    tenant.settings.refresh_replay_ends_family = ends_family
    used = log_in(ask, person).data["refresh_token"]
    child = refresh(ask, used).data["refresh_token"]
    assert refresh(ask, used).code == ErrorCode.REFRESH_TOKEN_INVALID
    assert refresh(ask, child).code == code


def test_access_token_is_read_without_a_scheme(ask: Ask, token: str, person: Member) -> None:
    """product-facts.md#credentials."""
    assert ask("authentication.get_profile", headers={"Authorization": token}).data["Uid"] == person.uid


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic dXNlcjpwYXNz"])
def test_header_without_a_token_carries_none(ask: Ask, header: str) -> None:
    """product-facts.md#credentials."""
    assert ask("authentication.get_profile", headers={"Authorization": header}).code == ErrorCode.ACCESS_TOKEN_MISSING


def test_first_security_answers_are_set_with_an_access_token(ask: Ask, token: str, tenant: Tenant) -> None:
    """product-facts.md#password-change."""
    first, second = tenant.settings.security_questions
    answer = ask("authentication.update_security_answers", token=token, body={"securityquestionanswer": {first: "x"}})
    assert answer.status == 200
    later = ask("authentication.update_security_answers", token=token, body={"securityquestionanswer": {second: "x"}})
    assert later.code == ErrorCode.SECURITY_QUESTION_ID_INVALID


def test_profile_refresh_of_an_email_account_answers_its_profile(ask: Ask, token: str, person: Member) -> None:
    """product-facts.md#tokens."""
    assert ask("social.refresh_user_profile", token=token).data["Uid"] == person.uid


@pytest.mark.parametrize("length", [36, 88, 128])
def test_client_guid_may_be_long(ask: Ask, person: Member, length: int) -> None:
    """product-facts.md#passwordless."""
    query = {"email": person.email, "clientGuid": "g" * length}
    assert ask("smart_login.by_email", query=query).status == 200


@pytest.mark.parametrize("url", ["http://hooks.example.com/feed", "http://app:3000/h"])
def test_webhook_target_may_be_plain_http(ask: Ask, url: str) -> None:
    """product-facts.md#webhooks."""
    assert ask("webhook.create_subscription", body={"Event": "Login", "TargetUrl": url}).status == 200


@pytest.mark.preset("phone-login")
def test_own_phone_number_may_be_set_again(ask: Ask, tenant: Tenant) -> None:
    """product-facts.md#phone."""
    body = {"PhoneId": "+12025550123", "Password": "correct horse 7"}
    uid = ask("account.create_account", body=body).data["Uid"]
    token = tenant.sessions.open(tenant.managed_account(uid), tenant.settings).token
    assert ask("phone.update_phone", token=token, body={"phone": "+12025550123"}).status == 200


@pytest.mark.parametrize(
    ("expiration", "told"),
    [
        ("10/1/2030 8:30:00 AM", "2030-10-01T08:30:00Z"),
        ("2030-10-01 8:30:00 AM", "2030-10-01T08:30:00Z"),
        ("2001-10-01 8:30:00 PM", "2001-10-01T20:30:00Z"),
    ],
)
def test_role_context_expires_at_a_date_of_either_form_or_in_the_past(
    ask: Ask, person: Member, expiration: str, told: str
) -> None:
    """product-facts.md#roles-and-records."""
    body = {"rolecontext": [{"context": "shop", "expiration": expiration}]}
    answer = ask("role.update_role_context_by_uid", path={"uid": person.uid}, body=body)
    assert answer.data["Data"][0]["Expiration"] == told


@pytest.mark.parametrize("verified", [False, True])
def test_account_made_by_management_is_verified_only_where_set(ask: Ask, tenant: Tenant, *, verified: bool) -> None:
    """product-facts.md#account-management."""
    tenant.settings.manage_create_verified = verified
    made = ask("account.create_account", body=body()).data
    assert made["EmailVerified"] is verified
    assert tenant.outbox.find() == []


def test_account_made_by_management_is_verified_where_the_body_says(ask: Ask) -> None:
    """product-facts.md#account-management."""
    assert ask("account.create_account", body=body(EmailVerified=True)).data["EmailVerified"] is True


def manage(ask: Ask, person: Member, **members: Any) -> Answer:
    return ask("account.update_account_by_uid", path={"uid": person.uid}, body=members)


def test_management_changes_verification_addresses_and_phone(ask: Ask, person: Member) -> None:
    """product-facts.md#account-management."""
    assert manage(ask, person, EmailVerified=False).data["EmailVerified"] is False
    added = manage(ask, person, Email=[{"Type": "Work", "Value": SECOND}], EmailVerified=True).data
    assert (added["Email"][1], added["EmailVerified"]) == ({"Type": "Work", "Value": SECOND}, True)
    called = manage(ask, person, PhoneId="+12025550123").data
    assert (called["PhoneId"], called["PhoneIdVerified"]) == ("+12025550123", False)
    assert manage(ask, person, PhoneIdVerified=True).data["PhoneIdVerified"] is True


def test_management_takes_no_identifier_of_another_account(ask: Ask, person: Member) -> None:
    """product-facts.md#account-management."""
    ask("account.create_account", body=body(PhoneId="+12025550123"))
    taken = manage(ask, person, FirstName="Eve", Email=[{"Type": "Work", "Value": EMAIL}])
    called = manage(ask, person, FirstName="Eve", PhoneId="+12025550123")
    assert (taken.code, called.code) == (ErrorCode.EMAIL_ALREADY_EXISTS, ErrorCode.PHONE_ALREADY_EXISTS)
    assert ask("account.get_account_profile_by_uid", path={"uid": person.uid}).data["FirstName"] == "Ada"


@pytest.mark.parametrize("born", ["1990/7/5", "07-05-1990", "7/5/1990"])
def test_age_follows_from_the_birth_date(ask: Ask, person: Member, tenant: Tenant, born: str) -> None:
    """product-facts.md#profile."""
    tenant.clock.advance(-tenant.clock.now())  # 1970-01-01
    tenant.clock.advance(1_909_000_000)  # 2030-06-30
    profile = manage(ask, person, BirthDate=born).data
    assert (profile["BirthDate"], profile["Age"]) == (born, "39")


def test_full_name_comes_back_where_no_other_name_is_known(ask: Ask) -> None:
    """product-facts.md#profile."""
    made = ask("account.create_account", body=body(FullName="Ada Lovelace")).data
    assert made["FullName"] == "Ada Lovelace"


@pytest.mark.parametrize("gender", ["MALE", "Female", "oTHER", "m"])
def test_gender_is_read_without_regard_to_case(ask: Ask, person: Member, gender: str) -> None:
    """product-facts.md#values."""
    assert manage(ask, person, Gender=gender).data["Gender"] == gender


@pytest.mark.parametrize("name", ["BirthDate", "Gender", "UserName", "PhoneId"])
def test_empty_member_is_not_given(ask: Ask, name: str) -> None:
    """product-facts.md#tolerance."""
    made = ask("account.create_account", body=body(**{name: ""}))
    assert made.status == 200
    assert not made.data[name]


def test_empty_phone_is_no_identifier(ask: Ask) -> None:
    """product-facts.md#tolerance."""
    assert ask("account.create_account", body={"PhoneId": "", "Password": PASSWORD}).status == 400


@pytest.mark.preset("username-login")
def test_username_login_leaves_email_login(ask: Ask, person: Member) -> None:
    """product-facts.md#identifier-settings."""
    assert log_in(ask, person).status == 200


@pytest.mark.preset("duplicate-emails")
def test_shared_addresses_need_a_username(ask: Ask, person: Member) -> None:
    """product-facts.md#identifier-settings."""
    assert log_in(ask, person).code == ErrorCode.USERNAME_LOGIN_REQUIRED
    found = ask("authentication.get_security_questions_by_email", query={"email": person.email})
    assert found.code == ErrorCode.SECURITY_QUESTIONS_BY_USERNAME_REQUIRED


URL = "http://127.0.0.1/identity/v2/manage/account"


def signature(tenant: Tenant, url: str, expires: str, tail: bytes) -> dict[str, str]:
    text = f"{expires}:{quote(url, safe='').lower()}".encode() + tail
    digest = b64encode(hmac.digest(tenant.secret.encode(), text, "sha256")).decode()
    return {"X-Request-Expires": expires, "digest": f"SHA-256={digest}"}


@pytest.mark.preset("default", request_signing="strict")
@pytest.mark.parametrize("expires", ["2999-01-02 03:04:05", "2999/1/2 3:4:5"])
@pytest.mark.parametrize("tail", [b"", b":"])
def test_empty_payload_is_signed_in_either_way(ask: Ask, tenant: Tenant, expires: str, tail: bytes) -> None:
    """product-facts.md#request-signing."""
    headers = signature(tenant, f"{URL}/0123456789abcdef0123456789abcdef", expires, tail)
    uid = {"uid": "0123456789abcdef0123456789abcdef"}
    answer = ask("account.get_account_profile_by_uid", path=uid, headers=headers, secret=False)
    assert answer.code == ErrorCode.ACCOUNT_NOT_FOUND


@pytest.mark.parametrize("payload", [b"", b"{}"])
@pytest.mark.parametrize("tail", [b"", b":%s"])
def test_empty_object_is_signed_in_either_way(tenant: Tenant, payload: bytes, tail: bytes) -> None:
    """product-facts.md#request-signing."""
    expires = "2999-01-02 03:04:05"
    signed = signature(tenant, URL, expires, tail.replace(b"%s", payload))["digest"]
    assert signed in request_signing.digests(URL, expires, payload, tenant.secret)


@pytest.mark.preset("default", request_signing="strict")
@pytest.mark.parametrize("operation", ["webhook_legacy.test", "webhook.list_subscriptions"])
def test_some_paths_are_called_with_the_secret_in_strict_mode(ask: Ask, operation: str) -> None:
    """product-facts.md#request-signing."""
    assert ask(operation).status == 200


@pytest.mark.parametrize(
    "address",
    [
        "o'brien@example.com", "a!b@example.com", "a/b@example.com", "a=b@example.com", "a&b@example.com",
        "{x}@example.com", "x@xn--e1afmkfd.xn--p1ai", "x@bücher.example", "x@пример.рф", f"{'a' * 64}@example.com",
    ],
)  # fmt: skip
def test_address_of_rfc_5322_atoms_is_accepted(ask: Ask, address: str) -> None:
    """product-facts.md#values."""
    made = ask("account.create_account", body=body(Email=[{"Type": "Primary", "Value": address}], EmailVerified=True))
    assert made.data["Email"][0]["Value"] == address
    assert log_in(ask, Member(made.data["Uid"], address, PASSWORD)).status == 200
    assert ask("account.delete_account_by_email", query={"email": address}).data["RecordsDeleted"] == 1


@pytest.mark.parametrize(
    "address",
    [
        "a..b@example.com", ".a@example.com", "a.@example.com", "a@-example.com", "a@example-.com", "root@localhost",
        "jürgen@example.com", f"{'a' * 65}@example.com", "a b@example.com", "a@b@example.com",
    ],
)  # fmt: skip
def test_malformed_address_is_refused(ask: Ask, address: str) -> None:
    """product-facts.md#values."""
    made = ask("account.create_account", body=body(Email=[{"Type": "Primary", "Value": address}]))
    assert made.code == ErrorCode.VALID_EMAIL_REQUIRED


@pytest.mark.parametrize(
    ("password", "problem"),
    [("x" * 1_001, "Password is too long."), (17, "Password has the wrong type."), (None, "Password is missing.")],
)
def test_refused_password_is_described(ask: Ask, password: Any, problem: str) -> None:
    """product-facts.md#errors."""
    assert ask("account.create_account", body=body(Password=password)).data["Description"] == problem


@pytest.mark.parametrize("fraction", ["", ".1", ".12", ".123", ".1234", ".12345", ".123456", ".1234567"])
def test_date_of_any_fraction_keeps_the_contract(ask: Ask, person: Member, fraction: str) -> None:
    """product-facts.md#values."""
    profile = ask("account.get_account_profile_by_uid", path={"uid": person.uid}).data
    dated = {**profile, "ModifiedDate": f"2030-01-02T03:04:05{fraction}Z"}
    assert not contracts.get("account.get_account_profile_by_uid").check(200, dated)
