"""Log-ins to apps in the context of an organization: who comes in, what the tokens say, and how long they live."""

import pytest

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.federation import Browser
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.organizations import Organizations
from loginradius_harness.journey.people import Person, new_password

pytestmark = pytest.mark.preset("oidc", organizations=True)


@pytest.fixture
def member(organizations: Organizations, organization: str, role: str, person: Person) -> Person:
    """Return a verified user who is a member of the organization."""
    organizations.let_in(person.uid, organization, role)
    return person


@pytest.mark.rule("organizations.tokens_name_their_organization")
def test_tokens_of_a_member_name_the_organization(journey: Journey, organization: str, member: Person) -> None:
    app = journey.federation
    tokens = app.tokens(member, org_id=organization)
    assert app.introspect(tokens["access_token"])["org_id"] == organization
    renewed = app.refresh(tokens["refresh_token"]).must_succeed().data
    assert app.introspect(renewed["access_token"])["org_id"] == organization
    assert "org_id" not in app.introspect(app.tokens(member)["access_token"])


@pytest.mark.rule("organizations.app_asks_for_members")
def test_pushed_request_asks_for_members(
    journey: Journey, organizations: Organizations, organization: str, role: str, person: Person
) -> None:
    app, browser = journey.federation, Browser()
    app.log_in(person, browser)
    request = {"redirect_uri": app.settings.redirect_uri, "response_type": "code", "scope": "openid"}
    body = {**app.secret, **request, "org_id": organization}
    pushed = app.call("push_authorization_request", body=body).must_succeed().data["request_uri"]
    asked = {"request_uri": pushed, **dict.fromkeys(request)}
    assert app.authorize(browser, **asked).redirected["error"] == "access_denied"
    organizations.let_in(person.uid, organization, role)
    assert "code" in app.authorize(browser, **asked).redirected


@pytest.mark.rule("organizations.inactive_one_lets_nobody_in")
def test_inactive_organization_lets_nobody_in(
    journey: Journey, organizations: Organizations, organization: str, role: str, member: Person
) -> None:
    app, browser, invited = journey.federation, Browser(), journey.verified_person()
    app.log_in(member, browser)
    organizations.invite(invited.email, organization, member.uid, role)
    token = organizations.token_of_mail(invited.email)
    organizations.update(organization, IsActive=False)
    assert app.authorize(browser, org_id=organization).redirected["error"] == "access_denied"
    organizations.accept(invited, token).must_be_refused(ErrorCode.VERIFICATION_LINK_INVALID)
    organizations.update(organization, IsActive=True)
    assert "code" in app.authorize(browser, org_id=organization).redirected
    organizations.accept(invited, token).must_succeed()


@pytest.mark.rule("organizations.session_policy_decides")
def test_session_policy_sets_the_lives_of_tokens(
    journey: Journey, organizations: Organizations, organization: str, member: Person, control: EmulatorClient
) -> None:
    app = journey.federation
    policy = {"AccessTokenTTL": 120, "RefreshTokenTTL": 600}
    organizations.update(organization, Policies={"SessionPolicy": policy})
    tokens = app.tokens(member, org_id=organization)
    assert tokens["expires_in"] == 120
    told = app.introspect(tokens["access_token"])
    assert told["exp"] - told["iat"] == 120
    control.advance(601)
    app.refresh(tokens["refresh_token"]).must_fail_with("invalid_grant")
    assert app.tokens(member)["expires_in"] != 120


@pytest.mark.preset("organizations", mfa="optional")
@pytest.mark.rule("organizations.mfa_policy_decides")
def test_member_is_asked_for_a_second_factor(
    journey: Journey, organizations: Organizations, organization: str, member: Person
) -> None:
    journey.mfa.log_in(member)
    organizations.update(organization, Policies={"MFAPolicy": {"EnforcementMode": "required"}})
    challenge = journey.mfa.begin(member)
    journey.mfa.answer_totp(challenge, journey.mfa.app_of(challenge))
    journey.mfa.log_in(journey.verified_person())


@pytest.mark.preset("oidc", organizations=True, mfa="optional")
@pytest.mark.rule("organizations.mfa_policy_decides")
def test_nobody_enters_without_the_second_factor(
    journey: Journey, organizations: Organizations, organization: str, member: Person
) -> None:
    app, browser, names = journey.federation, Browser(), {"org_id": organization}
    plain = journey.mfa.log_in(member).token
    assert "code" in app.authorize(browser, **names, token=plain).redirected
    organizations.update(organization, Policies={"MFAPolicy": {"EnforcementMode": "required"}})
    assert "return_url" in app.authorize(browser, **names).redirected
    for refused in ({"prompt": "none"}, {"token": plain}):
        assert app.authorize(browser, **names, **refused).redirected["error"] == "access_denied"
    challenge = journey.mfa.begin(member)
    proved = journey.mfa.answer_totp(challenge, journey.mfa.app_of(challenge)).token
    assert "code" in app.authorize(browser, **names, token=proved).redirected
    assert "code" in app.authorize(browser, **names, prompt="none").redirected


@pytest.mark.rule("organizations.password_policy_decides")
def test_password_policy_binds_members(
    journey: Journey, organizations: Organizations, organization: str, member: Person
) -> None:
    policy = {"MinLength": 40, "MaxLength": 60, "RequireSpecialChar": True, "RequireUppercase": True}
    organizations.update(organization, Policies={"PasswordPolicy": policy})
    session, fitting = journey.log_in(member), f"A-{'b1' * 19}"
    for wrong in (new_password(), fitting[:39], fitting.replace("-", "b"), fitting.lower(), fitting * 2):
        with expect_error(ErrorCode.FIELD_VALIDATION_FAILED):
            journey.change_password(member, session, wrong)
    journey.change_password(member, session, fitting)
    other = journey.verified_person()
    journey.change_password(other, journey.log_in(other), new_password())


@pytest.mark.rule("organizations.old_password_is_refused")
def test_member_with_an_old_password_does_not_enter(
    journey: Journey, organizations: Organizations, organization: str, member: Person, control: EmulatorClient
) -> None:
    app = journey.federation
    organizations.update(organization, Policies={"PasswordPolicy": {"ExpiryDays": 30}})
    assert "code" in app.log_in(member, org_id=organization).answer
    control.advance(31 * 86_400)
    assert app.log_in(member, org_id=organization).answer["error"] == "access_denied"
    assert app.log_in(member).code
    renewed = journey.change_password(member, journey.log_in(member), new_password())
    assert "code" in app.log_in(renewed, org_id=organization).answer
