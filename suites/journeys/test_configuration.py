"""What a tenant publishes about its configuration, and whether it behaves accordingly."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from loginradius_harness.checks.support.presets import each_of
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse, expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import new_password

FACTORS = {
    "mfa_authenticator": "IsAuthenticator",
    "mfa_sms": "IsSmsOTPAuthenticator",
    "mfa_email": "IsEmailOTPAuthenticator",
    "mfa_security_question": "IsSecurityQuestionAuthenticator",
}
IDS = ["0123456789abcdef" * 2, "fedcba9876543210" * 2]


@pytest.mark.rule("configuration.needs_no_secret")
def test_configuration_needs_no_secret(api: Client) -> None:
    reply = api.call("configuration.get_configurations", credentials={"apisecret": None})
    assert reply.must_succeed().data["AppName"]


@pytest.mark.preset("default", webhook_secret="told to nobody", custom_jwt_key="nor is this told")
@pytest.mark.rule("configuration.shows_no_secret")
def test_configuration_contains_no_secret(journey: Journey) -> None:
    reported, target = json.dumps(journey.configuration), journey.client.target
    assert target.api_secret is not None
    for secret in (target.api_secret.reveal(), "told to nobody", "nor is this told"):
        assert secret not in reported


@each_of("default", "verification-optional", "verification-disabled")
@pytest.mark.rule("configuration.tells_verification_flow")
def test_registration_follows_the_configured_verification_flow(journey: Journey, control: EmulatorClient) -> None:
    person = journey.new_person()
    is_in = bool(journey.register(person).data.get("Data"))
    is_mailed = bool(control.outbox(to=person.email, kind="emailverification"))
    flows = {(False, True): "required", (True, True): "optional", (True, False): "disabled"}
    assert journey.configuration["EmailVerificationFlow"] == flows[is_in, is_mailed]


@pytest.mark.preset("default", lockout_type="Suspend", lockout_threshold=4, lockout_seconds=600)
@pytest.mark.rule("configuration.tells_lockout")
def test_lockout_follows_the_configuration(journey: Journey) -> None:
    person, reported = journey.verified_person(), journey.configuration["LoginLockedConfiguration"]
    assert reported["LoginLockedType"] == "Suspend"
    for attempts in (reported["MaximumFailedLoginAttempts"] - 1, reported["MaximumFailedLoginAttempts"]):
        journey.log_in(person)
        for _ in range(attempts):
            with expect_error(ErrorCode.CREDENTIALS_INCORRECT, ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
                journey.log_in(person, password=new_password())
    period = reported["SuspendConfiguration"]["EffectivePeriodInSeconds"]
    journey.let_time_pass(period - 20)
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(person)
    journey.let_time_pass(40)
    journey.log_in(person)


@each_of("default", "mfa-optional", "mfa-required")
@pytest.mark.rule("configuration.tells_factors")
def test_mfa_follows_the_configuration(journey: Journey) -> None:
    reported, person = journey.configuration["TwoFactorAuthentication"], journey.verified_person()
    if not reported["IsEnabled"]:
        with expect_error(ErrorCode.MFA_DISABLED):
            journey.mfa.first_factor(person)
        return
    asked = journey.mfa.first_factor(person).data["SecondFactorAuthentication"]
    assert (asked is not None) == reported["IsRequired"]


@pytest.mark.parametrize(
    "factor", [pytest.param(name, marks=pytest.mark.preset("mfa-optional", **{name: False})) for name in FACTORS]
)
@pytest.mark.rule("configuration.tells_factors")
def test_configuration_lists_the_enabled_factors(journey: Journey, factor: str) -> None:
    reported = journey.configuration["TwoFactorAuthentication"]
    assert {name for name, flag in FACTORS.items() if not reported[flag]} == {factor}


@pytest.mark.preset("default", sott_minutes=10)  # a tenant of its own, whose clock was not moved
@pytest.mark.rule("configuration.server_time_is_utc")
def test_server_time_is_utc(api: Client) -> None:
    reported = api.call("configuration.get_server_time").must_succeed().data["CurrentTime"]
    difference = datetime.now(UTC) - datetime.strptime(reported, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs(difference) < timedelta(seconds=10)


@pytest.mark.preset("duplicate-emails")
@pytest.mark.rule(
    "configuration.one_address_may_serve_many",
    "configuration.shared_address_does_not_log_in",
    "management.identities_are_listed",
)
def test_accounts_sharing_an_email_log_in_by_username(journey: Journey, api: Client) -> None:
    parent = journey.new_person()
    child = replace(journey.new_person(), email=parent.email)
    journey.register(parent, UserName=parent.username)
    journey.register(child, UserName=child.username)
    query = {"email": parent.email}
    found = api.call("account.get_account_identities_by_email", query=query).must_succeed().data["Data"]
    assert {profile["UserName"] for profile in found} == {parent.username, child.username}
    with expect_error(ErrorCode.USERNAME_LOGIN_REQUIRED):
        journey.log_in(parent)
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.USERNAME_LOGIN_REQUIRED):
        journey.forget_password(parent)
    assert journey.log_in(child, by="username").uid != journey.log_in(parent, by="username").uid


@pytest.mark.preset("username-login", case_sensitive_usernames=False)
@pytest.mark.rule("configuration.no_default_account")
@pytest.mark.parametrize("name", ["admin", "administrator", "root", "test", "user", "guest", "demo"])
def test_new_tenant_has_no_default_account(api: Client, name: str) -> None:
    for password in (name, "admin", "password", "12345678", ""):
        body = {"username": name, "password": password}
        assert not api.call("authentication.login_by_username", body=body).ok


@pytest.mark.rule("sott.generated_one_works")
@pytest.mark.preset("default", sott_minutes=10, sott_skew_seconds=0)
@pytest.mark.parametrize(("query", "minutes"), [({}, 10), ({"timeDifference": 30}, 30)])
def test_generated_sott_registers_until_it_expires(
    journey: Journey, api: Client, query: dict[str, int], minutes: int
) -> None:
    sott = api.call("sott.generate_sott", query=query).must_succeed().data["Sott"]

    def sign_up() -> ApiResponse:
        person = journey.new_person()
        body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
        return api.call("authentication.register_by_email", credentials={"sott": sott}, body=body)

    journey.let_time_pass(minutes * 60 - 20)
    sign_up().must_succeed()
    journey.let_time_pass(40)
    sign_up().must_be_refused(ErrorCode.SOTT_INVALID)


@each_of("default", "phone-login", "username-login")
@pytest.mark.rule("configuration.tells_login_ways")
def test_login_methods_follow_the_configuration(journey: Journey) -> None:
    reported, person = journey.configuration, journey.verified_person("phone", "username")
    for flag, way, code in (
        ("IsPhoneLogin", "phone", (ErrorCode.PHONE_LOGIN_DISABLED, ErrorCode.USERNAME_LOGIN_REQUIRED)),
        ("IsUserNameLogin", "username", (ErrorCode.USERNAME_LOGIN_DISABLED,)),
    ):
        if reported[flag]:
            assert journey.log_in(person, by=way).uid == person.uid
        else:
            with expect_error(*code):
                journey.log_in(person, by=way)


@pytest.mark.parametrize(
    "is_on", [pytest.param(on, marks=pytest.mark.preset("default", passwordless=on)) for on in (True, False)]
)
@pytest.mark.rule("configuration.tells_login_ways")
def test_passwordless_login_follows_the_configuration(journey: Journey, *, is_on: bool) -> None:
    assert journey.configuration["IsInstantSignin"]["EmailLink"] is is_on
    if is_on:
        journey.passwordless.ask_for_link(journey.verified_person())
    else:
        with expect_error(ErrorCode.PASSWORDLESS_LOGIN_DISABLED):
            journey.passwordless.ask_for_link(journey.verified_person())


@pytest.mark.preset("privacy-policy")
@pytest.mark.rule("configuration.tells_policies_and_questions")
def test_configured_policy_is_the_accepted_policy(journey: Journey) -> None:
    reported = journey.configuration["PrivacyPolicyConfiguration"]
    accepted = journey.consent.accept_policy(journey.log_in(journey.verified_person()))["PrivacyPolicy"]
    assert reported["IsEnabled"] is True
    assert [policy["Version"] for policy in reported["PrivacyPolicies"]] == [accepted["Version"]]


@pytest.mark.preset("security-questions", security_questions=dict(zip(IDS, ("Where?", "When?"), strict=True)))
@pytest.mark.rule("configuration.tells_policies_and_questions")
def test_configured_security_questions_are_asked(journey: Journey) -> None:
    reported = journey.configuration["SecurityQuestions"]["Questions"]
    assert [question["Question"] for question in reported] == ["Where?", "When?"]
    assert journey.password_reset.questions(journey.verified_person("answer")) == IDS[:1]


@pytest.mark.rule("configuration.templates_are_listed")
def test_each_listed_template_can_be_asked_for(api: Client, journey: Journey, control: EmulatorClient) -> None:
    listed = api.call("configuration.list_templates").must_succeed().data
    assert all(listed["SMSTemplates"][kind] for kind in ("Welcome", "Verification", "ResetPassword"))
    person = journey.verified_person()
    names = listed["EmailTemplates"]["ResetPassword"]
    for name in names:
        query, body = {"emailTemplate": name}, {"email": person.email}
        api.call("authentication.forgot_password", query=query, body=body).must_succeed()
    sent = [mail["template"] for mail in control.outbox(to=person.email, kind="forgotpassword")]
    assert names
    assert sorted(sent) == sorted(names)


def judged(api: Client, key: str | None, secret: str | None) -> tuple[bool, list[str]]:
    """Return status and messages of a pair of key and secret."""
    query = {"apikey": key, "apisecret": secret}
    answer = api.call("configuration.validate_credentials", query=query).must_succeed().data
    return answer["Status"], answer["Messages"]


@pytest.mark.rule("configuration.credentials_are_judged")
def test_wrong_pair_of_key_and_secret_is_told_from_the_right_one(api: Client) -> None:
    target = api.target
    assert target.api_secret is not None
    key, secret = target.api_key.reveal(), target.api_secret.reveal()
    assert judged(api, key, secret) == (True, [])
    assert judged(api, key, str(uuid4())) == (False, ["API_SECRET_NOT_VALID"])
    assert judged(api, key, "no-guid") == (False, ["API_SECRET_NOT_FORMATED"])
    assert judged(api, "no-guid", secret) == (False, ["API_KEY_NOT_FORMATED"])
    assert set(judged(api, None, None)[1]) == {"API_KEY_NOT_FORMATED", "API_SECRET_NOT_FORMATED"}


@pytest.mark.rule("configuration.wrong_key_hides_the_secret")
def test_nothing_is_said_of_a_secret_under_a_wrong_key(api: Client) -> None:
    secret = api.target.api_secret
    assert secret is not None
    for given in (secret.reveal(), str(uuid4())):
        assert judged(api, str(uuid4()), given) == (False, ["API_KEY_NOT_VALID"])
