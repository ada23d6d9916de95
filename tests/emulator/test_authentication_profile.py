"""A user's own profile, security questions, deletion, privacy policy.

Source: product-facts.md#password-reset, #password-change, #own-profile, #account-deletion, #consent.
"""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.password_hashing import hash_answer
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member
from tests.emulator.login_helpers import EMAIL, Last, log_in, register, token_of

policy = pytest.mark.preset("privacy-policy")
strict = pytest.mark.preset("privacy-policy", privacy_policy_mode="Strict")


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    """Return an access token of the person."""
    return token_of(ask, person)


@pytest.fixture
def question(tenant: Tenant, person: Member) -> str:
    """Return a question that the person has answered with `blue`."""
    question = next(iter(tenant.settings.security_questions))
    tenant.managed_account(person.uid).security_answers = {question: hash_answer("blue")}
    return question


def update(ask: Ask, token: str, query: dict[str, Any] | None = None, **members: Any) -> Answer:
    """Update the profile."""
    return ask("authentication.update_profile", body=members, query=query or {}, token=token)


def read(ask: Ask, token: str, **query: str) -> dict[str, Any]:
    """Return the profile."""
    profile: dict[str, Any] = ask("authentication.get_profile", query=query, token=token).data
    return profile


def test_update_merges_and_leaves_the_rest(ask: Ask, token: str) -> None:
    data = update(ask, token, LastName="Lovelace", company="Engines").data["Data"]
    assert (data["FirstName"], data["FullName"], data["Company"]) == ("Ada", "Ada Lovelace", "Engines")


@pytest.mark.parametrize(("support", "name"), [({}, "Ada"), ({"nullSupport": "true"}, None)])
def test_null_clears_only_where_asked(ask: Ask, token: str, support: dict[str, str], name: str | None) -> None:
    assert update(ask, token, support, FirstName=None).data["Data"]["FirstName"] == name


def test_element_may_be_deleted_from_a_list(ask: Ask, token: str) -> None:
    update(ask, token, Addresses=[{"Type": "Home", "City": "Delft"}, {"Type": "Work", "City": "Leiden"}])
    data = update(ask, token, Addresses=[{"Type": "Home", "op": "delete"}]).data["Data"]
    assert [address["City"] for address in data["Addresses"]] == ["Leiden"]


def test_list_of_addresses_cannot_be_replaced(ask: Ask, token: str, person: Member) -> None:
    register(ask)
    assert (
        update(ask, token, Email=[{"Type": "Primary", "Value": "other@example.com"}]).code
        == ErrorCode.EMAIL_TYPE_ALREADY_EXISTS
    )
    assert update(ask, token, Email=[{"Type": "Primary", "Value": EMAIL}]).code == ErrorCode.EMAIL_ALREADY_EXISTS
    assert update(ask, token, Email=[{"Type": "Primary", "Value": person.email}]).status == 200


def test_refused_update_changes_nothing(ask: Ask, token: str) -> None:
    ask("account.create_account", body={"PhoneId": "+15550100101", "UserName": "taken", "Password": "correct 9"})
    assert update(ask, token, FirstName="Eve", UserName="taken").code == ErrorCode.USERNAME_ALREADY_EXISTS
    assert update(ask, token, FirstName="Eve", PhoneId="+15550100101").code == ErrorCode.PHONE_ALREADY_EXISTS
    assert update(ask, token, FirstName="Eve", BirthDate="02/30/2000").code == ErrorCode.DATE_INVALID
    assert read(ask, token)["FirstName"] == "Ada"


def test_new_phone_number_waits_for_its_code(ask: Ask, token: str, tenant: Tenant) -> None:
    assert update(ask, token, PhoneId="+15550100102").data["Data"]["PhoneId"] is None
    assert tenant.outbox.find("+15550100102", "addphone")


@pytest.mark.parametrize("wrong", [{"Gender": "unsure"}, {"FirstName": 5}, {"Hireable": "yes"}, {"Skills": "many"}])
def test_member_of_a_wrong_form_is_refused(ask: Ask, token: str, wrong: dict[str, Any]) -> None:
    assert update(ask, token, **wrong).code == ErrorCode.BODY_MALFORMED


@pytest.mark.preset("default", bot_protection=["PutUpdateProfile"])
def test_bot_protection_covers_the_update(ask: Ask, token: str) -> None:
    assert update(ask, token, FirstName="Eve").code == ErrorCode.CAPTCHA_MISSING_OR_INCORRECT


def test_fields_picks_members(ask: Ask, token: str, person: Member) -> None:
    assert read(ask, token, fields="uid,Email(Value)") == {"Uid": person.uid, "Email": [{"Value": person.email}]}


def test_first_read_may_send_the_welcome_mail_once(ask: Ask, token: str, person: Member, tenant: Tenant) -> None:
    for _ in range(2):
        read(ask, token, welcomeEmailTemplate="welcome")
    assert len(tenant.outbox.find(person.email, "welcome")) == 1


def test_user_name_is_kept_lower_case_and_unique(ask: Ask, token: str) -> None:
    rename = "authentication.set_or_change_username"
    ask("account.create_account", body={"PhoneId": "+15550100101", "UserName": "taken", "Password": "correct 9"})
    assert ask(rename, body={"username": "Taken"}, token=token).code == ErrorCode.USERNAME_ALREADY_EXISTS
    assert (
        ask(rename, body={"username": "two words"}, token=token).code == ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID
    )
    assert ask(rename, body={"username": "Ada"}, token=token).data == {"IsPosted": True}
    assert read(ask, token)["UserName"] == "ada"


def test_questions_are_listed_by_any_name(ask: Ask, token: str, person: Member, question: str, tenant: Tenant) -> None:
    account = tenant.managed_account(person.uid)
    tenant.accounts.set_phone(account, "+15550100103")
    tenant.accounts.set_username(account, "ada")
    wanted = [{"QuestionId": question, "Question": tenant.settings.security_questions[question]}]
    names = {"email": person.email, "phone": "+15550100103", "userName": "ada"}
    for name, value in names.items():
        listed = ask(f"authentication.get_security_questions_by_{name.lower()}", query={name: value})
        assert listed.data == wanted
    assert ask("authentication.get_security_questions_by_access_token", token=token).data == wanted


def test_questions_need_an_owner_with_answers(ask: Ask, person: Member, tenant: Tenant) -> None:
    by_email = "authentication.get_security_questions_by_email"
    assert ask(by_email, query={"email": "nobody@example.com"}).code == ErrorCode.ACCOUNT_NOT_FOUND
    assert ask(by_email, query={"email": person.email}).code == ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER
    tenant.settings.security_questions = {}
    assert ask(by_email, query={"email": person.email}).code == ErrorCode.SECURITY_QUESTIONS_DISABLED


@pytest.mark.preset("duplicate-emails")
def test_questions_are_asked_for_by_user_name_where_addresses_are_shared(ask: Ask, person: Member) -> None:
    assert (
        ask("authentication.get_security_questions_by_email", query={"email": person.email}).code
        == ErrorCode.SECURITY_QUESTIONS_BY_USERNAME_REQUIRED
    )


def test_only_enabled_questions_take_new_answers(ask: Ask, token: str, question: str, tenant: Tenant) -> None:
    answer = "authentication.update_security_answers"
    assert ask(answer, body={"securityquestionanswer": {question: "green"}}, token=token).status == 200
    other = next(known for known in tenant.settings.security_questions if known != question)
    assert (
        ask(answer, body={"securityquestionanswer": {other: "green"}}, token=token).code
        == ErrorCode.SECURITY_QUESTION_ID_INVALID
    )


def test_deletion_is_confirmed_by_mail(ask: Ask, token: str, person: Member, last: Last) -> None:
    assert ask("authentication.request_account_deletion", token=token).data == {"IsDeleteRequestAccepted": True}
    sent = {"deletetoken": last("deleteuser", person.email).token}
    assert ask("authentication.delete_account_by_delete_token", query=sent).data == {"IsPosted": True}
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID
    assert log_in(ask, person).code == ErrorCode.ACCOUNT_NOT_FOUND
    assert ask("authentication.delete_account_by_delete_token", query=sent).code == ErrorCode.DELETION_TOKEN_INVALID


def test_deletion_token_expires(ask: Ask, token: str, person: Member, last: Last, tenant: Tenant) -> None:
    ask("authentication.request_account_deletion", token=token)
    tenant.clock.advance(tenant.settings.delete_seconds + 1)
    sent = {"deletetoken": last("deleteuser", person.email).token}
    assert ask("authentication.delete_account_by_delete_token", query=sent).code == ErrorCode.DELETION_TOKEN_INVALID


@policy
def test_policy_is_accepted_once_a_version(ask: Ask, token: str, tenant: Tenant) -> None:
    accept, history = (
        "authentication.accept_privacy_policy",
        "authentication.get_privacy_policy_history_by_access_token",
    )
    assert ask(history, token=token).data["Current"] is None
    assert ask(accept, token=token).data["PrivacyPolicy"]["Version"] == "1.0"
    assert ask(accept, token=token).code == ErrorCode.PRIVACY_POLICY_ALREADY_ACCEPTED
    tenant.settings.privacy_policy_version = "2.0"
    ask(accept, token=token)
    listed = ask(history, token=token).data
    assert (listed["Current"]["Version"], [former["Version"] for former in listed["History"]]) == ("2.0", ["1.0"])


@policy
def test_newest_policy_that_has_begun_is_the_current_one(ask: Ask, token: str, tenant: Tenant) -> None:
    accept, now = "authentication.accept_privacy_policy", tenant.clock.now()
    tenant.settings.later_policies = {"2.0": now + 100, "3.0": now + 200}
    assert ask(accept, token=token).data["PrivacyPolicy"]["Version"] == "1.0"
    assert ask(accept, token=token).code == ErrorCode.PRIVACY_POLICY_ALREADY_ACCEPTED
    tenant.clock.advance(150)
    assert ask(accept, token=token).data["PrivacyPolicy"]["Version"] == "2.0"


def test_without_a_policy_there_is_nothing_to_accept(ask: Ask, token: str) -> None:
    assert ask("authentication.accept_privacy_policy", token=token).code == ErrorCode.PRIVACY_POLICY_NOT_CONFIGURED
    assert (
        ask("authentication.get_privacy_policy_history_by_access_token", token=token).code
        == ErrorCode.PRIVACY_POLICY_NOT_CONFIGURED
    )


@strict
def test_strict_policy_gives_a_token_that_only_accepts(ask: Ask, person: Member) -> None:
    refused = log_in(ask, person)
    assert refused.code == ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED
    limited = refused.data["Data"]["access_token"]
    assert ask("authentication.get_profile", token=limited).code == ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED
    assert ask("authentication.accept_privacy_policy", token=limited).status == 200
    assert ask("authentication.get_profile", token=limited).status == 200
    assert log_in(ask, person).status == 200
