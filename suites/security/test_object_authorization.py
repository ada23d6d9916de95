"""Row 53: objects of one account named by another (broken object level authorization)."""

from typing import Any

import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.security.endpoints import USER_CALLS
from loginradius_harness.checks.security.login_attempts import log_in, provider_user
from loginradius_harness.checks.security.victim_state import VictimState
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext

STANDARDS = ("ASVS 5.0 8.2.2", "API1:2023", "WSTG-APIT-02", "WSTG-ATHZ-04")
NOT_MINE = (ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL, ErrorCode.EMAIL_NOT_FOUND)
NAMES = ("uid", "Uid", "accountId", "userId", "profileid", "ID", "owner")  # parameter names that might be read as a uid
PIN_REFUSALS = (ErrorCode.PIN_INCORRECT, ErrorCode.PIN_SESSION_TOKEN_INVALID, ErrorCode.PIN_SESSION_TOKEN_EXPIRED)


def other_person(prepared: PreparedRequest) -> str:
    """Return the access token of another account of the same tenant."""
    journey = prepared.tenant.journey
    return journey.accounts.log_in(journey.verified_person()).token


@pytest.mark.parametrize("operation", USER_CALLS)
@pytest.mark.security(53, *STANDARDS)
@pytest.mark.rule("custom_objects.belong_to_their_owner", "profile.is_the_callers_own")
def test_naming_another_accounts_objects_is_refused(prepared_request: PreparedRequest) -> None:
    victim = VictimState.of(prepared_request.tenant, prepared_request.request["token"])
    before = victim.state()
    reply = prepared_request.send(token=other_person(prepared_request))
    assert victim.shown_in(reply.data, dict(prepared_request.request)) == []
    assert victim.state() == before
    if not reply.ok:
        prepared_request.send().must_succeed()


@pytest.mark.parametrize("operation", USER_CALLS)
@pytest.mark.security(53, *STANDARDS)
@pytest.mark.rule("isolation.user_calls_ignore_foreign_uids")
def test_added_uid_parameter_is_ignored(prepared_request: PreparedRequest) -> None:
    journey = prepared_request.tenant.journey
    person = journey.verified_person()
    victim = VictimState.of(prepared_request.tenant, journey.accounts.log_in(person).token)
    before = victim.state()
    named = dict.fromkeys(NAMES, person.uid)
    body = {"body": {**named, **prepared_request.body}} if isinstance(prepared_request.body, dict) else {}
    headers = {"X-Uid": person.uid, "X-User-Id": person.uid}
    reply = prepared_request.send(
        query={**named, **prepared_request.query}, headers=headers, check=False, **body
    )  # it may be a request of a sibling operation now
    assert victim.shown_in(reply.data, named) == []
    assert victim.state() == before


@pytest.mark.parametrize("verb", ["get", "update", "delete"])
@pytest.mark.security(53, *STANDARDS)
@pytest.mark.rule("custom_objects.uid_and_record_must_fit")
def test_record_is_not_found_under_another_uid(journey: Journey, person: Person, verb: str) -> None:
    other = journey.verified_person()
    query: dict[str, Any] = {"objectName": journey.client.target.custom_object}
    made = journey.client.call("custom_object.create_by_uid", path={"uid": person.uid}, query=query, body={"n": 1})
    record = made.must_succeed().data["Id"]
    operation = {
        "get": "custom_object.get_by_record_id_and_uid",
        "update": "custom_object.update_by_uid",
        "delete": "custom_object.delete_by_record_id_and_uid",
    }[verb]
    body = {"n": 2} if verb == "update" else None
    path = {"uid": other.uid, "object_record_id": record}
    assert not journey.client.call(operation, path=path, query=query, body=body).ok
    listed = journey.client.call("custom_object.list_by_uid", path={"uid": person.uid}, query=query).must_succeed().data
    assert [entry["CustomObject"] for entry in listed["data"]] == [{"n": 1}]


@pytest.mark.security(53, *STANDARDS)
@pytest.mark.rule("emails.foreign_one_cannot_be_removed")
def test_another_account_cannot_remove_an_email(journey: Journey, session: Session) -> None:
    other, second = journey.verified_person(), journey.new_person().email
    addresses = {"Email": [{"Type": "Secondary", "Value": second}]}
    journey.client.call("account.upsert_email_by_uid", path={"uid": other.uid}, body=addresses).must_succeed()
    body = {"email": second}
    journey.client.call("authentication.remove_email", token=session.token, body=body).must_be_refused(*NOT_MINE)
    assert second in str(journey.accounts.read(other.uid)["Email"])


@pytest.mark.security(53, *STANDARDS)
@pytest.mark.rule("profile.is_the_callers_own")
def test_profile_belongs_to_the_access_token(journey: Journey, person: Person, session: Session) -> None:
    newest = journey.verified_person()
    profile = journey.profile(session)
    assert (profile["Uid"], profile["Email"][0]["Value"]) == (person.uid, person.email)
    assert newest.uid not in str(profile)


@pytest.mark.preset("pin")
@pytest.mark.security(53, *STANDARDS)
@pytest.mark.rule("pin.session_token_belongs_to_its_account")
def test_pin_does_not_open_the_session_of_another_account(journey: Journey) -> None:
    victim, thief = journey.verified_person("pin"), journey.verified_person("pin")
    if victim.pin == thief.pin:
        pytest.skip("both accounts have the same PIN by chance")
    query = {"session_token": log_in(journey, victim).session_token}
    journey.client.call("pin.login", query=query, body={"PIN": thief.pin}).must_be_refused(*PIN_REFUSALS)


@pytest.mark.security(53, "ASVS 5.0 8.2.2")
@pytest.mark.rule("roles.assignment_spares_other_accounts")
def test_role_is_assigned_to_one_account(journey: Journey, person: Person) -> None:
    other, role = journey.verified_person(), f"lrh-role-{person.uid[:12]}"
    call = journey.client.call
    call("role.create_roles", body={"roles": [{"name": role, "permissions": {"edit": True}}]}).must_succeed()
    call("role.assign_roles_by_uid", path={"uid": person.uid}, body={"roles": [role]}).must_succeed()
    held = call("role.get_roles_by_uid", path={"uid": other.uid})
    assert role not in str(held.data)


@pytest.mark.security(53, "ASVS 5.0 8.2.2")
@pytest.mark.rule("sessions.list_shows_one_account")
def test_session_list_is_of_one_account(journey: Journey, person: Person, session: Session) -> None:
    other = log_in(journey, journey.verified_person())
    rows = journey.client.call("social.get_active_session_by_account_id", query={"accountId": person.uid})
    tokens = {row["AccessToken"] for row in rows.must_succeed().data["data"]}
    assert session.token in tokens
    assert other.token not in tokens


@pytest.mark.security(53, "ASVS 5.0 8.2.2")
@pytest.mark.rule("social.data_profile_is_the_tokens_own")
def test_social_profile_is_that_of_the_token(journey: Journey, tenant_context: TenantContext) -> None:
    persons = [journey.new_person(), journey.new_person()]
    older, newer = (
        journey.social.log_in("facebook", provider_user(journey, "facebook", email=one.email)) for one in persons
    )
    for person, session, other in ((persons[0], older, newer), (persons[1], newer, older)):
        reply = journey.client.call("social_data.get_user_profile", token=session.token).must_succeed()
        assert person.email in str(reply.data)
        assert VictimState.of(tenant_context, other.token).shown_in(reply.data) == []
