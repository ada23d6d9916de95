"""Row 55: protected members, sent by a user."""

from typing import Any

import pytest

from loginradius_harness.checks.security.login_attempts import attempt_login, log_in
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

STANDARDS = ("ASVS 5.0 8.2.3", "API3:2023")
UNVERIFIED = ErrorCode.EMAIL_NOT_VERIFIED

# Protected members, and the value that an attacker would set.
OWN = {
    "EmailVerified": True,
    "PhoneIdVerified": True,
    "IsActive": False,
    "IsDeleted": True,
    "IsLoginLocked": True,
    "LoginLockedType": "Block",
    "DisableLogin": True,
    "IsCustomUid": True,
    "IsSecurePassword": True,
    "IsPasswordBreached": True,
    "NoOfLogins": 4_711,
    "FirstLogin": True,
    "Provider": "google",
    "RegistrationProvider": "google",
    "Uid": "0123456789abcdef0123456789abcdef",
    "ID": "0123456789abcdef0123456789abcdef",
    "PreviousUids": ["0123456789abcdef0123456789abcdef"],
    "CreatedDate": "2001-02-03T04:05:06.789Z",
    "SignupDate": "2001-02-03T04:05:06.789Z",
    "LastLoginDate": "2001-02-03T04:05:06.789Z",
    "LastPasswordChangeDate": "2001-02-03T04:05:06.789Z",
    "PasswordExpirationDate": "2101-02-03T04:05:06.789Z",
    "Roles": ["administrator"],
    "UnverifiedEmail": [],
    "Identities": [{"Provider": "google", "ID": "4711"}],
}
VOLATILE = {"Uid", "ID", "CreatedDate", "SignupDate"}  # differ from one account to the next


def spellings(name: str) -> dict[str, Any]:
    """Return a member in every spelling that a tenant may accept."""
    return {name: OWN[name], name.lower(): OWN[name], name.upper(): OWN[name]}


def enrol(journey: Journey, **members: Any) -> Person:
    """Register with additional members; register without them where they are refused."""
    person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    reply = journey.client.call("authentication.register_by_email", body={**members, **body})
    if not reply.ok:
        journey.client.call("authentication.register_by_email", body=body).must_succeed()
    return person


@pytest.mark.parametrize("name", OWN)
@pytest.mark.security(55, *STANDARDS)
@pytest.mark.rule("registration.privileged_members_are_ignored")
def test_registration_cannot_set_protected_members(journey: Journey, name: str) -> None:
    person, other = enrol(journey, **spellings(name)), enrol(journey)
    made, plain = journey.accounts.find(person), journey.accounts.find(other)
    if name in VOLATILE:
        assert made[name] != OWN[name]
    else:
        seen = made.get(name)  # products of some ages lack some members
        assert seen == plain.get(name) or seen != OWN[name], f"{name} is {seen!r}"
    assert attempt_login(journey, person).error_code in {None, UNVERIFIED}


@pytest.mark.preset("verification-optional")
@pytest.mark.parametrize("name", OWN)
@pytest.mark.security(55, *STANDARDS)
@pytest.mark.rule("profile.privileged_members_are_ignored")
def test_update_cannot_set_protected_members(journey: Journey, name: str) -> None:
    person = enrol(journey)
    session = log_in(journey, person)
    before = journey.accounts.read(session.uid)
    body = {"FirstName": "Grace", **spellings(name)}
    journey.client.call("authentication.update_profile", token=session.token, body=body, query={"nullsupport": "true"})
    after = journey.accounts.read(session.uid)
    assert after.get(name) == before.get(name)
    log_in(journey, person)


@pytest.mark.security(55, *STANDARDS)
@pytest.mark.rule("profile.privileged_members_are_ignored")
def test_update_cannot_set_password_or_roles(journey: Journey, person: Person, session: Session) -> None:
    call = journey.client.call
    call("role.create_roles", body={"roles": [{"name": "lrh-administrator", "permissions": {"all": True}}]})
    password = new_password()
    body = {"Password": password, "password": password, "Roles": ["lrh-administrator"], "roles": ["lrh-administrator"]}
    call("authentication.update_profile", token=session.token, body=body)
    held = call("role.get_roles_by_uid", path={"uid": person.uid})
    assert "lrh-administrator" not in str(held.data)
    assert not attempt_login(journey, person, password).ok
    log_in(journey, person)
