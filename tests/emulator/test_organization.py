"""Organizations, their domains, permissions, roles and members: what the suites cannot see."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

pytestmark = pytest.mark.preset("organizations")

Json = Any


def created(ask: Ask, name: str = "Engines", **members: Json) -> Json:
    answer = ask("organization.create", body={"Name": name, **members})
    assert answer.status == 200, answer
    return answer.data


def test_name_of_another_organization_is_refused(ask: Ask) -> None:
    first, second = created(ask, "First"), created(ask, "Second")
    path = {"org_id": second["Id"]}
    assert ask("organization.update", path=path, body={"Name": "First"}).code == ErrorCode.REQUEST_INVALID
    assert ask("organization.update", path=path, body={"Name": "Second"}).status == 200
    assert ask("organization.create", body={"Name": first["Name"]}).code == ErrorCode.REQUEST_INVALID


def test_domain_twice_in_one_call_is_refused(ask: Ask, tenant: Tenant) -> None:
    twice = [{"DomainName": "engines.example.com"}, {"DomainName": "ENGINES.example.com"}]
    assert ask("organization.create", body={"Name": "Engines", "Domains": twice}).code == ErrorCode.REQUEST_INVALID
    assert len(tenant.organizations.by_id) == 0


def test_caller_may_vouch_for_a_domain_at_creation(ask: Ask) -> None:
    domains = created(ask, Domains=[{"DomainName": "Engines.example.com", "IsVerified": True}])["Domains"]
    assert [(domain["DomainName"], domain["IsVerified"]) for domain in domains] == [("engines.example.com", True)]


def test_domain_stays_verified_without_its_record(ask: Ask, tenant: Tenant) -> None:
    organization = created(ask, Domains=[{"DomainName": "engines.example.com"}])
    (domain,) = organization["Domains"]
    path = {"org_id": organization["Id"], "domain_id": domain["Id"]}
    tenant.settings.dns_texts = {"ENGINES.example.com": [f"token={domain['VerificationToken']}"]}
    assert ask("organization_domain.verify", path=path).data["IsVerified"]
    tenant.settings.dns_texts = {}
    assert ask("organization_domain.verify", path=path).data["IsVerified"]


def test_role_of_tenant_and_organization_share_no_name(ask: Ask) -> None:
    path, taken = {"org_id": created(ask)["Id"]}, ErrorCode.ROLE_NAME_INVALID_OR_ALREADY_EXISTS
    assert ask("tenant_role.create", body={"Name": "Editor"}).status == 200
    assert ask("organization.create_role", path=path, body={"Name": "Editor"}).code == taken
    assert ask("organization.create_role", path=path, body={"Name": "Reader"}).status == 200
    assert ask("tenant_role.create", body={"Name": "Reader"}).code == taken
    other = {"org_id": created(ask, "Others")["Id"]}
    assert ask("organization.create_role", path=other, body={"Name": "Reader"}).status == 200


def test_one_role_is_the_default(ask: Ask, tenant: Tenant) -> None:
    first, second = (ask("tenant_role.create", body={"Name": name}).data["Id"] for name in ("First", "Second"))
    for role in (first, second):
        assert ask("tenant_role.set_default", path={"role_id": role}).data == {"IsDefault": True}
    assert [role.id for _, role in tenant.organizations.roles.scan() if role.default] == [second]


def test_membership_follows_an_account_to_its_new_uid(ask: Ask, tenant: Tenant, person: Member) -> None:
    organization = created(ask)["Id"]
    role = ask("tenant_role.create", body={"Name": "Editor"}).data["Id"]
    path = {"uid": person.uid, "org_id": organization}
    ask("organization_role.assign_by_uid_and_organization", path=path, body={"RoleIds": [role]})
    tenant.rename(tenant.managed_account(person.uid), "ada")
    (row,) = ask("organization.get_context", path={"org_id": organization}).data["Data"]
    assert (row["Uid"], row["Email"]) == ("ada", person.email)
    assert [one.uid for one in tenant.organizations.memberships("ada")] == ["ada"]
    assert tenant.organizations.memberships(person.uid) == []


def test_unknown_permission_creates_no_role(ask: Ask, tenant: Tenant) -> None:
    refused = ask("tenant_role.create", body={"Name": "Editor", "Permissions": ["permission_none"]})
    assert refused.code == ErrorCode.ADDITIONAL_PERMISSION_NOT_FOUND
    assert len(tenant.organizations.roles) == 0


@pytest.mark.preset("default")
def test_organizations_are_off_by_default(ask: Ask) -> None:
    assert ask("organization.list").code == ErrorCode.ENDPOINT_NOT_IN_PLAN


def test_members_that_the_contract_does_not_name_are_not_kept(ask: Ask) -> None:
    made = created(ask, Display={"Name": "Engines", "Size": [1]})
    assert made["Display"] == {"Name": "Engines"}
    body = {"Display": {"Colour": {}}, "Policies": {"MFAPolicy": {"EnforcementMode": "required", "More": 1}, "More": 1}}
    changed = ask("organization.update", path={"org_id": made["Id"]}, body=body).data
    assert (changed["Display"], changed["Policies"]["MFAPolicy"]) == ({}, {"EnforcementMode": "required"})
    assert ask("organization.update", path={"org_id": made["Id"]}, body={"Display": None}).data["Display"] is None


def test_policy_gives_no_role_of_another_organization(ask: Ask, tenant: Tenant) -> None:
    own, other = created(ask, "Own"), created(ask, "Other")
    foreign = ask("organization.create_role", path={"org_id": other["Id"]}, body={"Name": "Reader"}).data["Id"]
    policies = {"MemberPolicy": {"DefaultMemberRole": foreign}}
    ask("organization.update", path={"org_id": own["Id"]}, body={"Policies": policies})
    known = tenant.organizations
    assert known.default_roles(known.find(own["Id"])) == []
    role = ask("organization.create_role", path={"org_id": own["Id"]}, body={"Name": "Reader"}).data["Id"]
    ask("tenant_role.set_default", path={"role_id": role})
    assert known.default_roles(known.find(own["Id"])) == [role]
    assert known.default_roles(known.find(other["Id"])) == []
