"""Invitations that a challenge, link or code remembers until the log-in finishes."""

from collections.abc import Callable

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.organizations.records import Invitation, Organization
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member
from tests.emulator.enrolment import app_code, with_token

Last = Callable[[str, str], Message]

second_factor = pytest.mark.preset("mfa-required", organizations=True)


@pytest.fixture
def invitation(tenant: Tenant, person: Member) -> Invitation:
    """Return an open invitation of the person."""
    tenant.organizations.by_id.put("org_1", Organization(id="org_1", name="Engines", created=0, modified=0))
    invitation = Invitation(
        id="inv_1", token="of-the-mail", email=person.email, organization_id="org_1", role_ids=["role_1"],
        inviter_uid=person.uid, created=0, modified=0, expires=tenant.clock.now() + 3_600,
    )  # fmt: skip
    tenant.organizations.invitations.put(invitation.id, invitation)
    return invitation


def roles(tenant: Tenant, person: Member) -> list[str]:
    return [one.role_id for one in tenant.organizations.memberships(person.uid)]


def first_factor(ask: Ask, person: Member, **query: str) -> Answer:
    return ask("mfa.login_by_email", query=query, body={"email": person.email, "password": person.password})


def prove(ask: Ask, tenant: Tenant, person: Member, waiting: Answer) -> Answer:
    body = {"authenticatorcode": app_code(tenant, person)}
    query = with_token(waiting.data["SecondFactorAuthentication"])
    return ask("mfa.validate_authenticator_code", query=query, body=body)


@second_factor
def test_second_factor_accepts_what_its_own_challenge_remembers(
    ask: Ask, tenant: Tenant, person: Member, invitation: Invitation
) -> None:
    waiting = first_factor(ask, person, invitation_token=invitation.token)
    other = first_factor(ask, person)
    assert prove(ask, tenant, person, other).status == 200
    assert roles(tenant, person) == []
    tenant.clock.advance(60)
    assert prove(ask, tenant, person, waiting).status == 200
    assert (roles(tenant, person), invitation.status) == (["role_1"], "accepted")


@second_factor
@pytest.mark.parametrize("meanwhile", ["revoked", "accepted", "expired"])
def test_second_factor_leaves_out_an_invitation_that_is_no_longer_open(
    ask: Ask, tenant: Tenant, person: Member, invitation: Invitation, meanwhile: str
) -> None:
    waiting = first_factor(ask, person, invitation_token=invitation.token)
    if meanwhile == "expired":
        invitation.expires = tenant.clock.now()
    else:
        invitation.status = meanwhile
    assert prove(ask, tenant, person, waiting).status == 200
    assert roles(tenant, person) == []


@second_factor
def test_second_factor_accepts_nothing_once_the_feature_is_off(
    ask: Ask, tenant: Tenant, person: Member, invitation: Invitation
) -> None:
    waiting = first_factor(ask, person, invitation_token=invitation.token)
    tenant.settings.organizations = False
    assert prove(ask, tenant, person, waiting).status == 200
    assert (roles(tenant, person), invitation.status) == ([], "invited")


@second_factor
def test_revoked_invitation_gets_no_challenge(ask: Ask, person: Member, invitation: Invitation) -> None:
    invitation.status = "revoked"
    refused = first_factor(ask, person, invitation_token=invitation.token)
    assert refused.code == ErrorCode.VERIFICATION_LINK_INVALID


@pytest.mark.preset("passwordless-registration", organizations=True, otp_email_verification=True)
def test_passwordless_code_leaves_out_a_revoked_invitation(
    ask: Ask, tenant: Tenant, person: Member, invitation: Invitation, last: Last
) -> None:
    query, sott = {"invitation_token": invitation.token}, ask("sott.generate_sott").data["Sott"]
    body = {"Email": [{"Type": "Primary", "Value": person.email}]}
    assert ask("passwordless_login.by_email_with_profile", query=query, sott=sott, body=body).status == 200
    invitation.status = "revoked"
    code = last("passwordlesslogin", person.email).otp
    assert ask("passwordless_login.verify_email_otp", body={"email": person.email, "otp": code}).status == 200
    assert roles(tenant, person) == []
