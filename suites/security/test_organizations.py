"""Row 75: isolation between organizations."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.organizations import Organizations, new_name
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("organizations")

STANDARDS = ("ASVS 5.0 8.2.2", "API1:2023")
UNKNOWN, REFUSED = ErrorCode.REQUEST_INVALID, ErrorCode.VERIFICATION_LINK_INVALID

Json = Any


@pytest.fixture
def organizations(journey: Journey) -> Organizations:
    """Return the calls about organizations."""
    return journey.organizations


@pytest.fixture
def own(organizations: Organizations) -> str:
    """Create the attacker's organization; return its id."""
    return str(organizations.create()["Id"])


@pytest.fixture
def foreign(organizations: Organizations) -> str:
    """Create another organization; return its id."""
    return str(organizations.create()["Id"])


@pytest.fixture
def publish(control: EmulatorClient) -> Callable[[Json], None]:
    """Return what writes the token of a domain to its DNS."""

    def publish(domain: Json) -> None:
        texts = {domain["DomainName"]: [domain["VerificationToken"]]}
        control.patch_settings({"dns_texts": {**control.settings()["dns_texts"], **texts}})

    return publish


@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.role_of_another_is_refused")
def test_role_of_another_organization_cannot_be_given(
    api: Client, organizations: Organizations, own: str, foreign: str, person: Person
) -> None:
    mine, theirs = (str(organizations.create_role(one)["Id"]) for one in (own, foreign))
    organizations.try_to_let_in(person.uid, own, mine, theirs).must_be_refused(ErrorCode.ROLE_NOT_FOUND)
    assert organizations.of(person.uid) == []
    organizations.let_in(person.uid, own, mine)
    everywhere = api.call("organization_role.assign_by_uid", path={"uid": person.uid}, body={"RoleIds": [theirs]})
    everywhere.must_be_refused(ErrorCode.ROLE_NOT_FOUND)
    assert organizations.of(person.uid) == [(own, mine)]


@pytest.mark.parametrize("operation", ["get", "verify", "delete"])
@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.domain_of_another_is_unknown")
def test_domain_of_another_organization_is_unknown(
    api: Client, organizations: Organizations, own: str, foreign: str, operation: str
) -> None:
    theirs = organizations.add_domain(foreign, f"{new_name()}.example.com")
    path = {"org_id": own, "domain_id": theirs["Id"]}
    api.call(f"organization_domain.{operation}", path=path).must_be_refused(UNKNOWN)
    assert organizations.domains(foreign) == [theirs]


@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.domain_belongs_to_one")
def test_verified_domain_belongs_to_one_organization(
    api: Client, organizations: Organizations, own: str, foreign: str, publish: Callable[[Json], None]
) -> None:
    name = f"{new_name()}.example.com"
    late, first = organizations.add_domain(own, name), organizations.add_domain(foreign, name)
    publish(first)
    assert organizations.verify_domain(foreign, first["Id"])["IsVerified"]
    publish(late)
    verify = api.call("organization_domain.verify", path={"org_id": own, "domain_id": late["Id"]})
    verify.must_be_refused(UNKNOWN)
    organizations.remove_domain(own, late["Id"])
    domain = {"DomainName": name}
    api.call("organization_domain.add", path={"org_id": own}, body=domain).must_be_refused(UNKNOWN)
    body = {"Name": new_name(), "Domains": [domain]}
    api.call("organization.create", body=body).must_be_refused(UNKNOWN)


@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.domain_is_verified_by_dns")
def test_domain_is_not_verified_by_the_token_of_another(
    organizations: Organizations, own: str, foreign: str, publish: Callable[[Json], None]
) -> None:
    name = f"{new_name()}.example.com"
    mine, theirs = organizations.add_domain(own, name), organizations.add_domain(foreign, name)
    publish(theirs)
    assert not organizations.verify_domain(own, mine["Id"])["IsVerified"]


@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.members_are_told_apart")
def test_members_and_roles_of_another_organization_are_not_listed(
    journey: Journey, own: str, foreign: str, person: Person
) -> None:
    organizations = journey.organizations
    mine, theirs = (organizations.create_role(one) for one in (own, foreign))
    other = journey.verified_person()
    organizations.let_in(person.uid, own, mine["Id"])
    organizations.let_in(other.uid, foreign, theirs["Id"])
    assert organizations.members(own) == [(person.uid, mine["Id"])]
    assert [role["Id"] for role in organizations.roles(own)] == [mine["Id"]]
    assert organizations.of(other.uid, own) == []
    assert theirs["Id"] not in {role["Id"] for role in organizations.tenant_roles()}
    by_name = journey.client.call("tenant_role.get_by_name", path={"name": theirs["Name"]}, query={"orgId": own})
    by_name.must_be_refused(ErrorCode.ROLE_NOT_FOUND)


@pytest.mark.parametrize("removal", ["member", "user", "organization"])
@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.others_stay_members")
def test_removal_spares_the_other_organization(
    journey: Journey, own: str, foreign: str, person: Person, removal: str
) -> None:
    organizations = journey.organizations
    everywhere = str(organizations.create_tenant_role()["Id"])
    other = journey.verified_person()
    for member, owner in ((person, own), (person, foreign), (other, own), (other, foreign)):
        organizations.let_in(member.uid, owner, everywhere)
    left = {
        "member": [(own, other), (foreign, other), (foreign, person)],
        "user": [(own, other), (foreign, other)],
        "organization": [(foreign, other), (foreign, person)],
    }[removal]
    if removal == "organization":
        organizations.delete(own)
    else:
        organizations.take_out(person.uid, own if removal == "member" else None)
    assert {(owner, uid) for uid in (person.uid, other.uid) for owner, _ in organizations.of(uid)} == {
        (owner, member.uid) for owner, member in left
    }


@pytest.mark.security(75, "ASVS 5.0 6.5.1")
@pytest.mark.rule("organizations.revoked_invitation_is_refused")
def test_revoked_invitation_is_refused(organizations: Organizations, own: str, person: Person) -> None:
    sent = organizations.invite(person.email, own, person.uid, organizations.create_role(own)["Id"])
    assert organizations.revoke(sent["Id"])["Status"] == "revoked"
    organizations.accept(person, organizations.token_of_mail(person.email)).must_be_refused(REFUSED)
    assert organizations.members(own) == []


@pytest.mark.security(75, "ASVS 5.0 6.5.1")
@pytest.mark.rule("organizations.invitation_works_once")
def test_invitation_works_once(organizations: Organizations, own: str, person: Person) -> None:
    organizations.invite(person.email, own, person.uid, organizations.create_role(own)["Id"])
    token = organizations.token_of_mail(person.email)
    organizations.accept(person, token).must_succeed()
    organizations.take_out(person.uid)
    organizations.accept(person, token).must_be_refused(REFUSED)
    assert organizations.members(own) == []


@pytest.mark.security(75, "ASVS 5.0 6.5.1")
@pytest.mark.rule("organizations.invitation_works_once")
def test_invitation_expires(
    journey: Journey, organizations: Organizations, own: str, person: Person, control: EmulatorClient
) -> None:
    organizations.invite(person.email, own, person.uid, organizations.create_role(own)["Id"])
    token = organizations.token_of_mail(person.email)
    journey.let_time_pass(control.settings()["invitation_seconds"] + 1)
    organizations.accept(person, token).must_be_refused(ErrorCode.LINK_EXPIRED)
    assert organizations.members(own) == []


@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.invitation_is_for_its_address")
def test_invitation_of_another_address_is_refused(
    journey: Journey, organizations: Organizations, own: str, person: Person
) -> None:
    invited = journey.new_person()
    organizations.invite(invited.email, own, person.uid, organizations.create_role(own)["Id"])
    token = organizations.token_of_mail(invited.email)
    organizations.accept(person, token).must_be_refused(REFUSED)
    thief = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": thief.email}], "Password": thief.password}
    register = journey.client.call("authentication.register_by_email", query={"invitation_token": token}, body=body)
    register.must_be_refused(REFUSED)
    assert organizations.members(own) == []


@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.invitation_is_for_its_organization")
def test_invitation_leads_to_its_own_organization(
    organizations: Organizations, own: str, foreign: str, person: Person
) -> None:
    mine, theirs = (str(organizations.create_role(one)["Id"]) for one in (own, foreign))
    organizations.try_to_invite(person.email, own, person.uid, theirs).must_be_refused(ErrorCode.ROLE_NOT_FOUND)
    organizations.invite(person.email, foreign, person.uid, theirs)
    organizations.invite(person.email, own, person.uid, mine)
    assert [one["RoleIds"] for one in organizations.invitations(own)] == [[mine]]
    organizations.accept(person, organizations.token_of_mail(person.email)).must_succeed()
    assert organizations.of(person.uid) == [(own, mine)]


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("get", None), ("update", {"ClientId": "attacker"}), ("update_status", {"Active": True}), ("delete", None),
        ("create_group_role", {"GroupId": "everybody"}), ("list_group_roles", None),
    ],
)  # fmt: skip
@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.connection_of_another_is_unknown")
def test_connection_of_another_organization_is_unknown(
    journey: Journey, own: str, foreign: str, operation: str, body: Json
) -> None:
    theirs = journey.organizations.connect(foreign)
    path = {"org_id": own, "connection_id": theirs["Id"]}
    journey.client.call(f"organization_connection.{operation}", path=path, body=body).must_be_refused(UNKNOWN)
    assert journey.organizations.connections(foreign) == [theirs]


@pytest.mark.security(75, *STANDARDS)
@pytest.mark.rule("organizations.group_has_no_role_of_another")
def test_group_is_given_no_role_of_another_organization(
    api: Client, organizations: Organizations, own: str, foreign: str
) -> None:
    connection, theirs = organizations.connect(own)["Id"], organizations.create_role(foreign)["Id"]
    path, body = {"org_id": own, "connection_id": connection}, {"GroupId": "engineers", "RoleId": theirs}
    give = api.call("organization_connection.create_group_role", path=path, body=body)
    give.must_be_refused(ErrorCode.ROLE_NOT_FOUND)
    assert organizations.groups(own, connection) == []


@pytest.mark.security(75, "ASVS 5.0 8.3.2")
@pytest.mark.preset("oidc", organizations=True)
@pytest.mark.rule("organizations.tokens_end_with_membership")
def test_tokens_of_an_organization_end_with_the_membership(
    journey: Journey, organizations: Organizations, own: str, person: Person
) -> None:
    app = journey.federation
    role = organizations.create_role(own)["Id"]
    organizations.let_in(person.uid, own, role)
    inside, elsewhere = app.tokens(person, org_id=own), app.tokens(person)
    organizations.take_out(person.uid, own)
    assert app.introspect(inside["access_token"]) == {"active": False}
    organizations.let_in(person.uid, own, role)
    assert app.introspect(inside["access_token"]) == {"active": False}
    app.refresh(inside["refresh_token"]).must_fail_with("invalid_grant")
    assert app.introspect(elsewhere["access_token"])["active"]
