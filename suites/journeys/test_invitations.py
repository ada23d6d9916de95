"""Invitations to organizations: which log-ins accept them, and the roles that they give."""

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.organizations import Organizations

pytestmark = pytest.mark.preset("organizations")


@pytest.mark.preset("organizations", username_login=True)
@pytest.mark.rule("organizations.invitation_is_accepted")
def test_log_in_by_user_name_accepts_an_invitation(
    api: Client, journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    invited = journey.verified_person("username")
    organizations.invite(invited.email, organization, invited.uid, role)
    query = {"invitation_token": organizations.token_of_mail(invited.email)}
    body = {"username": invited.username, "password": invited.password}
    api.call("authentication.login_by_username", query=query, body=body).must_succeed()
    assert organizations.of(invited.uid) == [(organization, role)]


@pytest.mark.preset("organizations", passkeys=True)
@pytest.mark.rule("organizations.invitation_is_accepted")
def test_log_in_by_passkey_accepts_an_invitation(
    api: Client, journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    invited, device = journey.verified_person(), journey.passkeys.device()
    journey.passkeys.add(journey.log_in(invited), device)
    organizations.invite(invited.email, organization, invited.uid, role)
    query = {"invitation_token": organizations.token_of_mail(invited.email)}
    signed = device.sign(journey.passkeys.begin("passkey.login_begin", query={"identifier": invited.email}))
    api.call("passkey.login_finish", query=query, body=signed.body).must_succeed()
    assert organizations.of(invited.uid) == [(organization, role)]


@pytest.mark.preset("organizations", mfa="required")
@pytest.mark.rule("organizations.invitation_is_accepted")
def test_second_factor_accepts_the_invitation_of_its_log_in(
    journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    invited = journey.verified_person()
    organizations.invite(invited.email, organization, invited.uid, role)
    challenge = journey.mfa.begin(invited, invitation_token=organizations.token_of_mail(invited.email))
    assert organizations.of(invited.uid) == []
    journey.mfa.answer_totp(challenge, journey.mfa.app_of(challenge))
    assert organizations.of(invited.uid) == [(organization, role)]


@pytest.mark.preset("passwordless-registration", organizations=True)
@pytest.mark.rule("organizations.invitation_is_accepted")
def test_passwordless_link_accepts_the_invitation_of_its_request(
    journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    invited = journey.verified_person()
    organizations.invite(invited.email, organization, invited.uid, role)
    journey.passwordless.ask_with_profile(invited, invitation_token=organizations.token_of_mail(invited.email))
    journey.passwordless.follow_link(invited)
    assert organizations.of(invited.uid) == [(organization, role)]


@pytest.mark.preset("passwordless-registration", organizations=True, otp_email_verification=True)
@pytest.mark.rule("organizations.invitation_is_accepted")
def test_passwordless_code_accepts_the_invitation_of_a_newcomer(
    journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    inviter, invited = journey.verified_person(), journey.new_person()
    organizations.invite(invited.email, organization, inviter.uid, role)
    journey.passwordless.ask_with_profile(invited, invitation_token=organizations.token_of_mail(invited.email))
    uid = journey.profile(journey.passwordless.follow_link(invited))["Uid"]
    assert organizations.of(uid) == [(organization, role)]


@pytest.mark.rule("organizations.restriction_to_domains_holds")
def test_organization_restricted_to_its_domains_lets_nobody_else_in(
    journey: Journey, organizations: Organizations, role: str, organization: str
) -> None:
    invited = journey.verified_person()
    organizations.invite(invited.email, organization, invited.uid, role)
    token = organizations.token_of_mail(invited.email)
    organizations.update(organization, IsAuthRestrictedToDomain=True)
    organizations.accept(invited, token).must_be_refused(ErrorCode.VERIFICATION_LINK_INVALID)
    domain = {"DomainName": invited.email.rpartition("@")[2]}
    organizations.update(organization, Domains=[domain | {"IsVerified": False}])
    organizations.accept(invited, token).must_be_refused(ErrorCode.VERIFICATION_LINK_INVALID)
    organizations.update(organization, Domains=[])
    organizations.update(organization, Domains=[domain | {"IsVerified": True}])
    organizations.accept(invited, token).must_succeed()
    assert organizations.of(invited.uid) == [(organization, role)]


@pytest.mark.rule("organizations.default_role_is_given")
def test_invitation_without_roles_gives_the_default_role_or_that_of_the_policy(
    api: Client, journey: Journey, organizations: Organizations, organization: str, role: str
) -> None:
    by_default = str(organizations.create_tenant_role()["Id"])
    api.call("tenant_role.set_default", path={"role_id": by_default}).must_succeed()
    assert roles_of_a_newcomer(journey, organizations, organization) == [(organization, by_default)]
    organizations.update(organization, Policies={"MemberPolicy": {"DefaultMemberRole": role}})
    assert roles_of_a_newcomer(journey, organizations, organization) == [(organization, role)]


def roles_of_a_newcomer(journey: Journey, organizations: Organizations, organization: str) -> list[tuple[str, str]]:
    """Return the roles of somebody who has accepted an invitation that names none."""
    invited = journey.verified_person()
    organizations.invite(invited.email, organization, invited.uid)
    organizations.accept(invited, organizations.token_of_mail(invited.email)).must_succeed()
    return organizations.of(invited.uid)
