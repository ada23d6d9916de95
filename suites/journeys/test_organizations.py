"""Organizations: their domains, permissions and roles, and the people in them."""

from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.federation import Browser
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.organizations import Organizations, new_name
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("organizations")

Json = Any


def ids(listed: list[Json]) -> set[str]:
    return {one["Id"] for one in listed}


@pytest.mark.rule("organizations.created_one_is_kept")
def test_organization_is_listed_until_it_is_deleted(organizations: Organizations) -> None:
    given = {
        "Display": {"Name": "Analytical Engines", "LogoURL": "https://www.example.com/logo.png"},
        "Metadata": {"segment": "research"},
    }
    created = organizations.create(**given)
    assert {name: created[name] for name in given} == given
    assert organizations.get(created["Id"]) == created
    assert created in organizations.all()
    organizations.delete(created["Id"])
    assert created["Id"] not in ids(organizations.all())


@pytest.mark.rule("organizations.update_changes_what_it_names")
def test_update_changes_nothing_else(organizations: Organizations) -> None:
    created = organizations.create(Metadata={"segment": "research"}, Display={"Name": "Engines"})
    changes = {"Name": new_name(), "IsActive": False, "Metadata": {"segment": "finance"}}
    changed = organizations.update(created["Id"], **changes)
    assert {name: changed[name] for name in changes} == changes
    unnamed = created.keys() - changes.keys() - {"ModifiedDate"}
    assert {name: changed[name] for name in unnamed} == {name: created[name] for name in unnamed}
    assert organizations.get(created["Id"]) == changed


@pytest.mark.rule("organizations.update_changes_what_it_names")
def test_policies_are_set_one_by_one(organizations: Organizations, organization: str) -> None:
    session = {"AccessTokenTTL": 600, "RefreshTokenTTL": 5_000}
    organizations.update(organization, Policies={"SessionPolicy": session})
    policies = organizations.update(organization, Policies={"MFAPolicy": {"EnforcementMode": "required"}})["Policies"]
    assert (policies["SessionPolicy"], policies["MFAPolicy"]) == (session, {"EnforcementMode": "required"})
    emptied = organizations.update(organization, Policies={"SessionPolicy": None})["Policies"]
    assert emptied == {**policies, "SessionPolicy": None}


@pytest.mark.rule("organizations.domain_is_kept")
def test_domain_is_listed_until_it_is_removed(organizations: Organizations, organization: str) -> None:
    name = f"{new_name()}.example.com"
    added = organizations.add_domain(organization, name)
    assert (added["DomainName"], added["IsVerified"]) == (name, False)
    assert organizations.domain(organization, added["Id"]) == added
    assert organizations.domains(organization) == organizations.get(organization)["Domains"] == [added]
    organizations.remove_domain(organization, added["Id"])
    assert organizations.domains(organization) == []


@pytest.mark.rule("organizations.update_changes_what_it_names")
def test_domains_that_are_named_again_stay(organizations: Organizations) -> None:
    names = [f"{new_name()}.example.com" for _ in range(3)]
    created = organizations.create(Domains=[{"DomainName": name} for name in names[:2]])
    changed = organizations.update(created["Id"], Domains=[{"DomainName": name} for name in names[1:]])
    assert [domain["DomainName"] for domain in changed["Domains"]] == names[1:]
    assert changed["Domains"][0] == created["Domains"][1]


@pytest.mark.rule("organizations.domain_is_verified_by_dns")
def test_domain_is_verified_once_its_dns_shows_the_token(
    organizations: Organizations, organization: str, control: EmulatorClient
) -> None:
    added = organizations.add_domain(organization, f"{new_name()}.example.com")
    others = organizations.add_domain(organization, f"{new_name()}.example.com")
    assert not organizations.verify_domain(organization, added["Id"])["IsVerified"]
    texts = {added["DomainName"]: ["v=spf1 -all", added["VerificationToken"]]}
    control.patch_settings({"dns_texts": {**control.settings()["dns_texts"], **texts}})
    assert organizations.verify_domain(organization, added["Id"])["IsVerified"]
    assert organizations.domain(organization, added["Id"])["IsVerified"]
    assert not organizations.verify_domain(organization, others["Id"])["IsVerified"]


@pytest.mark.rule("organizations.permission_is_kept")
def test_permission_is_listed_until_it_is_deleted(api: Client, organizations: Organizations) -> None:
    created = organizations.create_permission(Description="May write", ResourceId="documents")
    path = {"permission_id": created["Id"]}
    assert api.call("permission.get", path=path).must_succeed().data == created
    body = {"Name": new_name(), "Description": "May read"}
    changed = api.call("permission.update", path=path, body=body).must_succeed().data
    assert (changed["Name"], changed["Description"]) == (body["Name"], "May read")
    assert changed in organizations.permissions()
    api.call("permission.delete", path=path).must_succeed()
    assert created["Id"] not in ids(organizations.permissions())


@pytest.mark.rule("organizations.deleted_permission_leaves_roles")
def test_deleted_permission_leaves_its_roles(api: Client, organizations: Organizations, organization: str) -> None:
    stays, goes = (str(organizations.create_permission()["Id"]) for _ in range(2))
    role = organizations.create_role(organization, stays, goes)["Id"]
    api.call("permission.delete", path={"permission_id": goes}).must_succeed()
    assert [permission["ID"] for permission in organizations.role(role)["Permissions"]] == [stays]


@pytest.mark.rule("organizations.role_is_kept")
def test_role_is_listed_until_it_is_deleted(organizations: Organizations, organization: str) -> None:
    permission = organizations.create_permission()
    own, everywhere = (
        organizations.create_role(organization, permission["Id"]),
        organizations.create_tenant_role(permission["Id"]),
    )
    for created, listed in ((own, organizations.roles(organization)), (everywhere, organizations.tenant_roles())):
        assert created in listed
        assert [granted["ID"] for granted in created["Permissions"]] == [permission["Id"]]
        assert organizations.role(created["Id"])["Permissions"] == created["Permissions"]
        organizations.delete_role(created["Id"])
    assert organizations.roles(organization) == []
    assert everywhere["Id"] not in ids(organizations.tenant_roles())


@pytest.mark.rule("organizations.role_is_updated")
def test_role_answers_what_it_was_last_given(api: Client, organizations: Organizations) -> None:
    before, after = (str(organizations.create_permission()["Id"]) for _ in range(2))
    path = {"role_id": organizations.create_tenant_role(before)["Id"]}
    body = {"Name": new_name(), "Description": "May read", "Permissions": [after]}
    changed = api.call("tenant_role.update", path=path, body=body).must_succeed().data
    assert (changed["Name"], changed["Description"]) == (body["Name"], "May read")
    assert [granted["ID"] for granted in changed["Permissions"]] == [after]
    assert organizations.role(path["role_id"]) == changed


@pytest.mark.rule("organizations.role_is_found_by_name")
def test_role_is_found_by_its_name(api: Client, organizations: Organizations, organization: str) -> None:
    own, everywhere = organizations.create_role(organization), organizations.create_tenant_role()

    def found(name: str, **query: str) -> Json:
        return api.call("tenant_role.get_by_name", path={"name": name}, query=query).must_succeed().data["Id"]

    assert found(own["Name"], orgId=organization) == own["Id"]
    assert found(everywhere["Name"]) == everywhere["Id"]
    with expect_error(ErrorCode.ROLE_NOT_FOUND):
        found(own["Name"])


@pytest.mark.rule("organizations.default_role_is_confirmed")
def test_role_becomes_the_default_one(api: Client, organizations: Organizations) -> None:
    path = {"role_id": organizations.create_tenant_role()["Id"]}
    assert api.call("tenant_role.set_default", path=path).must_succeed().data == {"IsDefault": True}


@pytest.mark.rule("organizations.member_has_assigned_roles")
def test_member_is_listed_with_user_and_organization(
    organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    everywhere = str(organizations.create_tenant_role()["Id"])
    rows = organizations.let_in(person.uid, organization, role, everywhere)
    assert {row["Email"] for row in rows} == {person.email}
    assert organizations.of(person.uid) == [(organization, role), (organization, everywhere)]
    assert organizations.of(person.uid, organization) == organizations.of(person.uid)
    assert organizations.members(organization) == [(person.uid, role), (person.uid, everywhere)]


@pytest.mark.rule("organizations.assignment_adds")
def test_assigned_roles_stand_beside_the_former(
    organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    second = str(organizations.create_role(organization)["Id"])
    organizations.let_in(person.uid, organization, role)
    organizations.let_in(person.uid, organization, second, role, second)
    assert organizations.of(person.uid) == [(organization, role), (organization, second)]


@pytest.mark.rule("organizations.assignment_everywhere")
def test_roles_are_assigned_in_each_organization_of_a_user(
    organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    second, foreign = (str(organizations.create()["Id"]) for _ in range(2))
    everywhere, other = str(organizations.create_tenant_role()["Id"]), str(organizations.create_role(second)["Id"])
    organizations.let_in(person.uid, organization, role)
    organizations.let_in(person.uid, second, other)
    organizations.let_in_everywhere(person.uid, everywhere)
    assert sorted(organizations.of(person.uid)) == sorted(
        [(organization, role), (organization, everywhere), (second, other), (second, everywhere)]
    )
    assert organizations.members(foreign) == []


@pytest.mark.rule("organizations.removed_member_has_no_role")
def test_member_is_taken_out(organizations: Organizations, organization: str, role: str, person: Person) -> None:
    second = str(organizations.create()["Id"])
    for owner, its_role in ((organization, role), (second, organizations.create_role(second)["Id"])):
        organizations.let_in(person.uid, owner, its_role)
    organizations.take_out(person.uid, organization)
    assert {owner for owner, _ in organizations.of(person.uid)} == {second}
    organizations.take_out(person.uid)
    assert organizations.of(person.uid) == organizations.members(second) == []


@pytest.mark.rule("organizations.deleted_role_leaves_members")
def test_deleted_role_leaves_its_members(
    organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    stays = str(organizations.create_role(organization)["Id"])
    organizations.let_in(person.uid, organization, role, stays)
    organizations.delete_role(role)
    assert organizations.of(person.uid) == [(organization, stays)]


@pytest.mark.rule("organizations.deleted_one_takes_all_along")
def test_deleted_organization_takes_roles_and_members_along(
    organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    organizations.let_in(person.uid, organization, role, str(organizations.create_tenant_role()["Id"]))
    organizations.delete(organization)
    assert organizations.of(person.uid) == []
    with expect_error(ErrorCode.ROLE_NOT_FOUND):
        organizations.role(role)


@pytest.mark.rule("organizations.deleted_one_takes_all_along")
def test_deleted_user_leaves_the_organization(
    journey: Journey, organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    organizations.let_in(person.uid, organization, role)
    journey.accounts.delete(person.uid)
    assert organizations.members(organization) == []


@pytest.mark.rule("organizations.invitation_is_listed")
def test_invitation_is_listed_and_tells_what_it_is_for(
    journey: Journey, organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    invited = journey.new_person().email
    sent = organizations.invite(invited, organization, person.uid, role)
    assert (sent["EmailId"], sent["RoleIds"], sent["Status"]) == (invited, [role], "invited")
    assert organizations.invitation(sent["Id"]) == sent
    assert organizations.invitations(organization) == [sent]
    offer = organizations.offer(organizations.token_of_mail(invited))
    assert (offer["Email"], offer["Status"], offer["IsEmailExist"]) == (invited, "Invited", False)


@pytest.mark.rule("organizations.invitation_is_accepted")
def test_invited_user_logs_in_to_the_organization_and_leaves(
    journey: Journey, organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    invited = journey.verified_person()
    sent = organizations.invite(invited.email, organization, person.uid, role)
    token = organizations.token_of_mail(invited.email)
    assert organizations.offer(token)["IsEmailExist"]
    assert organizations.accept(invited, token).must_succeed().data["Profile"]["Uid"] == invited.uid
    assert organizations.of(invited.uid) == [(organization, role)]
    assert organizations.invitation(sent["Id"])["Status"] == "accepted"
    assert organizations.offer(token)["Status"] == "Accepted"
    organizations.take_out(invited.uid, organization)
    assert journey.log_in(invited).uid == invited.uid
    assert organizations.members(organization) == []
    organizations.delete(organization)


@pytest.mark.rule("organizations.invitation_is_accepted")
def test_new_user_registers_with_an_invitation(
    api: Client, journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    inviter, invited = journey.verified_person(), journey.new_person()
    organizations.invite(invited.email, organization, inviter.uid, role)
    query = {"invitation_token": organizations.token_of_mail(invited.email)}
    body = {"Email": [{"Type": "Primary", "Value": invited.email}], "Password": invited.password}
    api.call("authentication.register_by_email", query=query, body=body).must_succeed()
    (member,) = organizations.members(organization)
    assert member[1] == role
    journey.confirm_email(invited)
    assert journey.log_in(invited).uid == member[0]


@pytest.mark.rule("organizations.invitation_is_accepted")
def test_passwordless_log_in_accepts_an_invitation(
    api: Client, journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    invited = journey.verified_person()
    organizations.invite(invited.email, organization, invited.uid, role)
    query = {"invitation_token": organizations.token_of_mail(invited.email)}
    api.call("passwordless_login.by_email", query={"email": invited.email}).must_succeed()
    query["verificationToken"] = journey.mailbox.wait(to=invited.email, kind="passwordlesslogin").token
    api.call("passwordless_login.verify_link", query=query).must_succeed()
    assert organizations.of(invited.uid) == [(organization, role)]


@pytest.mark.rule("organizations.invitation_is_changed")
def test_invitation_takes_other_roles_and_is_mailed_again(
    api: Client, journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    invited, other = journey.verified_person(), str(organizations.create_role(organization)["Id"])
    path = {"invitation_id": organizations.invite(invited.email, organization, invited.uid, role)["Id"]}
    first = organizations.token_of_mail(invited.email)
    body = {"RolesIds": [other], "ResendEmail": True}
    assert api.call("organization_invitation.update", path=path, body=body).must_succeed().data["RoleIds"] == [other]
    assert organizations.token_of_mail(invited.email) == first
    assert api.call("organization_invitation.resend", path=path).must_succeed().data == {"Resent": True}
    organizations.accept(invited, organizations.token_of_mail(invited.email)).must_succeed()
    assert organizations.of(invited.uid) == [(organization, other)]


@pytest.mark.rule("organizations.revoked_invitation_is_refused")
def test_revoked_invitation_stays_in_the_list_and_lets_nobody_in(
    journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    invited = journey.verified_person()
    sent = organizations.invite(invited.email, organization, invited.uid, role)
    revoked = organizations.revoke(sent["Id"])
    assert (revoked["Id"], revoked["Status"]) == (sent["Id"], "revoked")
    assert organizations.invitations(organization) == [revoked]
    refused = organizations.accept(invited, organizations.token_of_mail(invited.email))
    refused.must_be_refused(ErrorCode.VERIFICATION_LINK_INVALID)
    assert organizations.members(organization) == []


@pytest.mark.rule("organizations.connection_is_kept")
def test_connection_is_listed_until_it_is_deleted(api: Client, organizations: Organizations, organization: str) -> None:
    created = organizations.connect(organization, Issuer="https://id.example.com", ClientId="engines")
    assert (created["Issuer"], created["ClientId"], created["IsActive"]) == ("https://id.example.com", "engines", False)
    path = {"org_id": organization, "connection_id": created["Id"]}
    assert api.call("organization_connection.get", path=path).must_succeed().data == created
    assert organizations.connections(organization) == organizations.get(organization)["Connections"] == [created]
    api.call("organization_connection.delete", path=path).must_succeed()
    assert organizations.connections(organization) == []


@pytest.mark.rule("organizations.connection_is_changed", "organizations.connection_is_switched")
def test_connection_is_changed_and_switched(api: Client, organizations: Organizations, organization: str) -> None:
    created = organizations.connect(organization, Issuer="https://id.example.com", ClientId="engines")
    path = {"org_id": organization, "connection_id": created["Id"]}
    body = {"ClientId": "difference-engines", "Attributes": {"Email": "mail"}}
    changed = api.call("organization_connection.update", path=path, body=body).must_succeed().data
    assert {name: changed[name] for name in body} == body
    assert changed["Issuer"] == created["Issuer"]
    for on in (True, False):
        switched = api.call("organization_connection.update_status", path=path, body={"Active": on}).must_succeed()
        assert switched.data == {"IsActive": on}
        assert api.call("organization_connection.get", path=path).must_succeed().data["IsActive"] is on


@pytest.mark.rule("organizations.group_role_is_kept")
def test_group_has_its_role_until_it_is_taken(
    api: Client, organizations: Organizations, organization: str, role: str
) -> None:
    connection, other = organizations.connect(organization)["Id"], organizations.create_role(organization)["Id"]
    given = organizations.give_group(organization, connection, "engineers", role)
    assert (given["GroupId"], given["RoleId"]) == ("engineers", role)
    assert organizations.groups(organization, connection) == [given]
    path = {"org_id": organization, "connection_id": connection, "group_role_id": given["Id"]}
    api.call("organization_connection.update_group_role", path=path, body={"RoleId": other}).must_succeed()
    assert organizations.groups(organization, connection) == [{**given, "RoleId": other}]
    api.call("organization_connection.delete_group_role", path=path).must_succeed()
    assert organizations.groups(organization, connection) == []


@pytest.mark.preset("oidc", organizations=True)
@pytest.mark.rule("organizations.app_asks_for_members")
def test_app_of_an_organization_is_for_its_members(
    journey: Journey, organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    app, browser = journey.federation, Browser()
    app.log_in(person, browser)
    refused = app.authorize(browser, org_id=organization, state="s-1").redirected
    assert (refused["error"], refused["state"]) == ("access_denied", "s-1")
    organizations.let_in(person.uid, organization, role)
    assert "code" in app.authorize(browser, org_id=organization).redirected
