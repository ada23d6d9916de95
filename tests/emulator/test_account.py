"""Account management: making, reading, changing, renaming and deleting accounts from the tenant's own servers."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

Last = Callable[[str, str], Message]
NOBODY = {"uid": "0" * 32}


def new(email: str = "bea@example.com", **members: Any) -> dict[str, Any]:
    """Return a body that makes an account."""
    return {
        "Email": [{"Type": "Primary", "Value": email}],
        "EmailVerified": True,
        "Password": "correct horse 7",
        **members,
    }


def test_created_account_is_verified_and_gets_no_mail(ask: Ask, tenant: Tenant) -> None:
    profile = ask("account.create_account", body=new()).data
    assert profile["EmailVerified"] is True
    assert profile["Password"].startswith("Rfc2898DeriveBytes$")
    assert tenant.outbox.find() == []


def test_account_is_created_unverified_when_the_body_says_so(ask: Ask) -> None:
    profile = ask("account.create_account", body=new(EmailVerified=False)).data
    assert profile["EmailVerified"] is False


def test_account_keeps_the_uid_that_it_was_given(ask: Ask) -> None:
    profile = ask("account.create_account", body=new(Uid="customer-7")).data
    assert (profile["Uid"], profile["IsCustomUid"]) == ("customer-7", True)
    assert profile["EmailVerified"] is True


def test_external_ids_are_kept(ask: Ask) -> None:
    ids = [{"SourceId": "17", "Source": "crm"}]
    assert ask("account.create_account", body=new(ExternalIds=ids)).data["ExternalIds"] == ids


@pytest.mark.preset("default", minimum_age=18, registration_disabled=True, blocked_email_domains=["example.com"])
def test_restrictions_do_not_bind_account_management(ask: Ask) -> None:
    assert ask("account.create_account", body=new()).status == 200


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (new("ada@example.com"), ErrorCode.EMAIL_ALREADY_EXISTS),
        ({"Email": [{"Type": "Primary", "Value": "c@example.com"}]}, ErrorCode.PASSWORD_MISSING),
        ({"Password": "correct horse 7"}, ErrorCode.VALID_EMAIL_REQUIRED),
        (new("no address"), ErrorCode.VALID_EMAIL_REQUIRED),
        (new(Uid="not valid"), ErrorCode.UID_LENGTH_OR_CHARACTERS_INVALID),
        (new(BirthDate="31-12-1980"), ErrorCode.DATE_INVALID),
        (new(UserName="two words"), ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID),
        (new(CustomFields={"note": "x" * 1001}), ErrorCode.CUSTOM_FIELD_INVALID),
    ],
)
def test_account_is_not_created(ask: Ask, body: dict[str, Any], code: int) -> None:
    answer = ask("account.create_account", body=body)
    assert answer.code == code


@pytest.mark.preset("username-login", phone_login=True)
def test_every_look_up_finds_the_account(ask: Ask) -> None:
    uid = ask("account.create_account", body=new(UserName="Bea", PhoneId="+15550100100")).data["Uid"]
    found = [
        ask("account.get_account_profile_by_email", query={"email": "BEA@example.com"}),
        ask("account.get_account_profile_by_username", query={"userName": "bea"}),
        ask("account.get_account_profile_by_phone", query={"phone": "15550100100"}),
        ask("account.get_account_profile_by_uid", path={"uid": uid}),
    ]
    assert [answer.data["Uid"] for answer in found] == [uid] * 4


@pytest.mark.parametrize(
    ("operation", "parts", "code"),
    [
        (
            "account.get_account_profile_by_email",
            {"query": {"email": "nobody@example.com"}},
            ErrorCode.ACCOUNT_NOT_FOUND,
        ),
        ("account.get_account_profile_by_email", {}, ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED),
        ("account.get_account_profile_by_email", {"query": {"email": "no address"}}, ErrorCode.VALID_EMAIL_REQUIRED),
        ("account.get_account_profile_by_username", {"query": {"userName": "nobody"}}, ErrorCode.USERNAME_NOT_FOUND),
        ("account.get_account_profile_by_phone", {"query": {"phone": "+15550199999"}}, ErrorCode.PHONE_NOT_FOUND),
        ("account.get_account_profile_by_uid", {"path": NOBODY}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("account.get_account_profile_by_uid", {"path": {"uid": "not valid"}}, ErrorCode.UID_INVALID),
        (
            "account.get_account_identities_by_email",
            {"query": {"email": "nobody@example.com"}},
            ErrorCode.ACCOUNT_NOT_FOUND,
        ),
        ("account.update_account_by_uid", {"path": NOBODY, "body": {"FirstName": "B"}}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("account.delete_account_by_uid", {"path": NOBODY}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("account.delete_account_by_email", {"query": {"email": "nobody@example.com"}}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("account.update_uid", {"query": NOBODY, "body": {"newUid": "customer-7"}}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("account.get_password_hash_by_uid", {"path": NOBODY}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("account.get_privacy_policy_history_by_uid", {"path": NOBODY}, ErrorCode.ACCOUNT_NOT_FOUND),
    ],
)
def test_unknown_account_is_refused(ask: Ask, operation: str, parts: dict[str, Any], code: int) -> None:
    assert ask(operation, **parts).code == code


@pytest.mark.preset("duplicate-emails")
def test_identities_are_all_accounts_of_an_address(ask: Ask) -> None:
    uids = {ask("account.create_account", body=new(UserName=name)).data["Uid"] for name in ("bea", "bee")}
    listed = ask("account.get_account_identities_by_email", query={"email": "bea@example.com"}).data["Data"]
    assert {profile["Uid"] for profile in listed} == uids


def test_update_merges(ask: Ask, person: Member) -> None:
    body = {"LastName": "Lovelace", "CustomFields": {"tier": "gold"}, "Country": "France"}
    profile = ask("account.update_account_by_uid", path={"uid": person.uid}, body=body).data
    assert profile["FullName"] == "Ada Lovelace"
    assert profile["CustomFields"] == {"tier": "gold"}
    assert profile["Country"] == {"Code": None, "Name": "France"}


def test_null_clears_only_with_null_support(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    kept = ask("account.update_account_by_uid", path=path, body={"FirstName": None}).data
    cleared = ask("account.update_account_by_uid", path=path, query={"nullSupport": "true"}, body={"FirstName": None})
    assert (kept["FirstName"], cleared.data["FirstName"]) == ("Ada", None)


def test_user_name_is_set_and_cleared(ask: Ask, person: Member, tenant: Tenant) -> None:
    path = {"uid": person.uid}
    assert ask("account.update_account_by_uid", path=path, body={"UserName": "Ada"}).data["UserName"] == "ada"
    ask("account.update_account_by_uid", path=path, query={"nullSupport": "true"}, body={"UserName": None})
    assert tenant.accounts.by_username("ada") is None


def test_taken_user_name_is_refused(ask: Ask, person: Member) -> None:
    ask("account.create_account", body=new(UserName="bea"))
    assert (
        ask("account.update_account_by_uid", path={"uid": person.uid}, body={"UserName": "BEA"}).code
        == ErrorCode.USERNAME_ALREADY_EXISTS
    )


def test_blocked_account_is_let_in_again_but_its_old_tokens_are_not(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    token = ask("account.get_access_token_by_uid", query=path).data["access_token"]
    ask("account.update_account_by_uid", path=path, body={"IsActive": False})
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCOUNT_BLOCKED
    ask("account.update_account_by_uid", path=path, body={"IsActive": True})
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID
    assert ask("account.get_access_token_by_uid", query=path).status == 200


@pytest.mark.preset("lockout-captcha")
def test_update_lifts_a_lock(ask: Ask, person: Member) -> None:
    credentials = {"email": person.email, "password": person.password}
    for _ in range(3):
        ask("authentication.login_by_email", body={**credentials, "password": "wrong"})
    assert ask("authentication.login_by_email", body=credentials).code == ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA
    ask("account.update_account_by_uid", path={"uid": person.uid}, body={"IsLoginLocked": False})
    assert ask("authentication.login_by_email", body=credentials).status == 200


def test_login_is_disabled_by_update(ask: Ask, person: Member) -> None:
    ask("account.update_account_by_uid", path={"uid": person.uid}, body={"DisableLogin": True})
    credentials = {"email": person.email, "password": person.password}
    assert ask("authentication.login_by_email", body=credentials).code == ErrorCode.ACCOUNT_LOGIN_DISABLED


def test_management_enables_questions(ask: Ask, person: Member, tenant: Tenant) -> None:
    question = next(iter(tenant.settings.security_questions))
    body = {"securityquestionanswer": {question: "Rotterdam"}}
    assert ask("account.update_security_answers_by_uid", path={"uid": person.uid}, body=body).status == 200
    listed = ask("authentication.get_security_questions_by_email", query={"email": person.email}).data
    assert [entry["QuestionId"] for entry in listed] == [question]


def test_unknown_question_is_refused(ask: Ask, person: Member) -> None:
    body = {"securityquestionanswer": {"nothing": "Rotterdam"}}
    assert (
        ask("account.update_security_answers_by_uid", path={"uid": person.uid}, body=body).code
        == ErrorCode.SECURITY_QUESTION_ID_INVALID
    )


def test_deleted_account_is_gone_with_its_tokens(ask: Ask, person: Member) -> None:
    tokens = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data
    assert ask("account.delete_account_by_uid", path={"uid": person.uid}).status == 200
    assert (
        ask("authentication.validate_access_token", token=tokens["access_token"]).code == ErrorCode.ACCESS_TOKEN_INVALID
    )
    query = {"refresh_Token": tokens["refresh_token"]}
    assert ask("account.refresh_access_token_by_refresh_token", query=query).code == ErrorCode.REFRESH_TOKEN_INVALID


def test_address_of_a_deleted_account_is_free(ask: Ask, person: Member) -> None:
    ask("account.delete_account_by_email", query={"email": person.email})
    assert ask("account.create_account", body=new(person.email)).data["Uid"] != person.uid


@pytest.mark.preset("duplicate-emails")
def test_deletion_by_address_counts_the_accounts(ask: Ask) -> None:
    for name in ("bea", "bee"):
        ask("account.create_account", body=new(UserName=name))
    assert ask("account.delete_account_by_email", query={"email": "bea@example.com"}).data["RecordsDeleted"] == 2


def test_everything_follows_an_account_to_its_new_uid(ask: Ask, last: Last, person: Member) -> None:
    token = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data["access_token"]
    ask("custom_object.create_by_token", token=token, query={"objectName": "cart"}, body={"items": 1})
    ask("authentication.forgot_password", body={"email": person.email})
    assert ask("account.update_uid", query={"uid": person.uid}, body={"newUid": "customer-7"}).status == 200
    assert ask("account.get_account_profile_by_uid", path={"uid": person.uid}).code == ErrorCode.ACCOUNT_NOT_FOUND
    assert ask("authentication.get_profile", token=token).data["PreviousUids"] == [person.uid]
    listed = ask("custom_object.list_by_uid", path={"uid": "customer-7"}, query={"objectName": "cart"}).data
    assert listed["Count"] == 1
    reset = {"resettoken": last("forgotpassword", person.email).token, "password": "battery staple 8"}
    assert ask("authentication.reset_password_by_reset_token", body=reset).status == 200


def test_taken_uid_is_refused(ask: Ask, person: Member) -> None:
    ask("account.create_account", body=new(Uid="customer-7"))
    assert (
        ask("account.update_uid", query={"uid": person.uid}, body={"newUid": "customer-7"}).code
        == ErrorCode.UID_ALREADY_EXISTS
    )


def test_password_set_by_management_logs_in(ask: Ask, person: Member) -> None:
    answer = ask("account.set_password_by_uid", path={"uid": person.uid}, body={"password": "battery staple 8"})
    assert answer.data == ask("account.get_password_hash_by_uid", path={"uid": person.uid}).data
    credentials = {"email": person.email, "password": "battery staple 8"}
    assert ask("authentication.login_by_email", body=credentials).status == 200


def test_current_password_is_refused_as_the_new_one(ask: Ask, person: Member) -> None:
    answer = ask("account.set_password_by_uid", path={"uid": person.uid}, body={"password": person.password})
    assert answer.code == ErrorCode.NEW_PASSWORD_NOT_ALLOWED


def test_account_without_address_has_no_password_of_its_own(ask: Ask) -> None:
    body = {"PhoneId": "+15550100100", "Password": "correct horse 7"}
    path = {"uid": ask("account.create_account", body=body).data["Uid"]}
    assert ask("account.get_password_hash_by_uid", path=path).code == ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE
    assert (
        ask("account.set_password_by_uid", path=path, body={"password": "battery staple 8"}).code
        == ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE
    )


@pytest.mark.preset("privacy-policy")
def test_policy_history_keeps_every_acceptance(ask: Ask, person: Member, tenant: Tenant) -> None:
    token = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data["access_token"]
    path = {"uid": person.uid}
    assert ask("account.get_privacy_policy_history_by_uid", path=path).data["Current"] is None
    ask("authentication.accept_privacy_policy", token=token)
    tenant.settings.privacy_policy_version = "2.0"
    ask("authentication.accept_privacy_policy", token=token)
    history = ask("account.get_privacy_policy_history_by_uid", path=path).data
    assert (history["Current"]["Version"], [entry["Version"] for entry in history["History"]]) == ("2.0", ["1.0"])


def test_history_without_policy_is_refused(ask: Ask, person: Member) -> None:
    assert (
        ask("account.get_privacy_policy_history_by_uid", path={"uid": person.uid}).code
        == ErrorCode.PRIVACY_POLICY_NOT_CONFIGURED
    )
