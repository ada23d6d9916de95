"""Log-ins in the context of an organization: what the suites cannot see."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.oauth_client import WEB_CLIENT, WEB_SECRET
from loginradius_harness.emulator.services.federation import signing
from loginradius_harness.emulator.state.organizations.records import MemberRole, Organization
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member
from tests.emulator.enrolment import challenge
from tests.emulator.test_oidc import APP, REQUEST

pytestmark = pytest.mark.preset("oidc", organizations=True)


@pytest.fixture
def organization(tenant: Tenant, person: Member) -> Organization:
    """Return an organization of which the person is a member."""
    organization = Organization(id="org_1", name="Engines", created=0, modified=0)
    tenant.organizations.by_id.put(organization.id, organization)
    tenant.organizations.assign(person.uid, organization.id, ["role_1"])
    return organization


def log_in(ask: Ask, person: Member, **request: str) -> dict[str, str]:
    """Log in to an app; return what the browser brings back to it."""
    body = {"email": person.email, "password": person.password}
    token = ask("authentication.login_by_email", body=body).data["access_token"]
    answer = ask("oidc.authorize", path=APP, query={**REQUEST, "token": token, **request})
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def redeem(ask: Ask, code: str) -> Answer:
    client = {"client_id": WEB_CLIENT, "client_secret": WEB_SECRET}
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": REQUEST["redirect_uri"], **client}
    return ask("oidc.token", path=APP, body=body)


def test_id_token_names_the_organization(ask: Ask, tenant: Tenant, person: Member, organization: Organization) -> None:
    tokens = redeem(ask, log_in(ask, person, org_id=organization.id)["code"]).data
    for name in ("access_token", "id_token"):
        assert (signing.read(tenant, tokens[name]) or {})["org_id"] == organization.id
    elsewhere = redeem(ask, log_in(ask, person)["code"]).data
    assert "org_id" not in (signing.read(tenant, elsewhere["id_token"]) or {})


def test_code_is_worth_nothing_once_the_organization_is_not_active(
    ask: Ask, person: Member, organization: Organization
) -> None:
    code = log_in(ask, person, org_id=organization.id)["code"]
    organization.active = False
    assert redeem(ask, code).data["error"] == "invalid_grant"


@pytest.mark.parametrize("way", ["leave", "organization", "role"])
def test_code_of_an_ended_membership_is_worth_nothing_after_a_rejoin(
    ask: Ask, tenant: Tenant, person: Member, organization: Organization, way: str
) -> None:
    known = tenant.organizations
    role = MemberRole(id="role_1", name="member", original_name="member", created=0, modified=0)
    known.roles.put(role.id, role)
    code = log_in(ask, person, org_id=organization.id)["code"]
    ends = {
        "leave": lambda: known.leave(person.uid, organization.id),
        "organization": lambda: known.delete(organization),
        "role": lambda: known.delete_role(role),
    }
    ends[way]()
    known.by_id.put(organization.id, organization)
    known.assign(person.uid, organization.id, [role.id])
    assert redeem(ask, code).data["error"] == "invalid_grant"


@pytest.mark.parametrize("named", ["org_unknown", "org_1 "])
@pytest.mark.usefixtures("organization")
def test_unknown_organization_lets_nobody_in(ask: Ask, person: Member, named: str) -> None:
    assert log_in(ask, person, org_id=named)["error"] == "access_denied"


@pytest.mark.preset("oidc")
def test_tenant_without_organizations_ignores_a_named_one(ask: Ask, person: Member) -> None:
    assert "code" in log_in(ask, person, org_id="org_1")


@pytest.mark.parametrize("word", ["required", "REQUIRED", "optional", None])
def test_one_word_demands_a_second_factor(organization: Organization, word: str | None) -> None:
    organization.policies = {"MFAPolicy": {"EnforcementMode": word} if word else None}
    assert organization.demands_second_factor is ((word or "").lower() == "required")


@pytest.mark.preset("mfa-optional", organizations=True)
def test_policies_of_an_organization_bind_nobody_once_the_feature_is_off(
    ask: Ask, tenant: Tenant, person: Member, organization: Organization
) -> None:
    organization.policies = {"MFAPolicy": {"EnforcementMode": "required"}, "PasswordPolicy": {"MinLength": 40}}
    assert challenge(ask, person)
    tenant.settings.organizations = False
    session = ask("mfa.login_by_email", body={"email": person.email, "password": person.password}).data
    assert session["SecondFactorAuthentication"] is None
    body = {"oldpassword": person.password, "newpassword": "Difference-1822"}
    assert ask("authentication.change_password", token=session["access_token"], body=body).status == 200


@pytest.mark.preset("organizations")
def test_who_registers_with_an_invitation_is_bound_by_the_password_policy(
    ask: Ask, tenant: Tenant, person: Member, organization: Organization
) -> None:
    organization.policies = {"PasswordPolicy": {"MinLength": 40}}
    sent = {"email": "new@example.com", "roleIds": [], "orgId": organization.id, "inviterUid": person.uid}
    assert ask("organization_invitation.send", body=sent).status == 200
    ((_, invitation),) = tenant.organizations.invitations.scan()

    query, sott = {"invitation_token": invitation.token}, ask("sott.generate_sott").data["Sott"]

    def register(password: str) -> Answer:
        body = {"Email": [{"Type": "Primary", "Value": "new@example.com"}], "Password": password}
        return ask("authentication.register_by_email", query=query, sott=sott, body=body)

    assert register("Difference-1822").code == ErrorCode.FIELD_VALIDATION_FAILED
    assert register("Difference-1822" * 3).status == 200
