"""Password login by e-mail, user name or phone, and who is refused."""

from dataclasses import replace

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import PLAIN_LOGINS, Journey
from loginradius_harness.journey.people import Person, new_password

WAYS = [
    pytest.param("email", marks=pytest.mark.preset("default")),
    pytest.param("username", marks=pytest.mark.preset("username-login")),
    pytest.param("phone", marks=pytest.mark.preset("phone-login")),
]


def known_by(journey: Journey, way: str) -> Person:
    """Create an account that can log in by this identifier."""
    return journey.verified_person() if way == "email" else journey.verified_person(way)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.rule("login.right_password_answers_a_session")
def test_correct_password_logs_in(journey: Journey, way: str) -> None:
    _bystander, person = journey.verified_person(), known_by(journey, way)
    session = journey.log_in(person, by=way)
    assert session.uid == person.uid
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.rule("login.wrong_password_is_refused")
def test_wrong_password_is_refused(journey: Journey, way: str) -> None:
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT) as refusal:
        journey.log_in(known_by(journey, way), by=way, password=new_password())
    assert refusal.reply is not None
    assert refusal.reply.status == 401


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.rule("login.unknown_user_is_refused")
def test_unknown_account_is_refused(journey: Journey, way: str) -> None:
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(journey.new_person(), by=way)


@pytest.mark.preset("phone-login")
@pytest.mark.rule("login.unverified_phone_is_refused")
def test_unverified_phone_cannot_log_in(journey: Journey) -> None:
    person = journey.new_person()
    journey.phones.register(person)
    with expect_error(ErrorCode.PHONE_NOT_VERIFIED):
        journey.log_in(person, by="phone")
    journey.phones.confirm(person)
    journey.log_in(person, by="phone")


@pytest.mark.preset("username-login")
def test_username_login_leaves_email_login(journey: Journey) -> None:
    journey.log_in(journey.verified_person("username"))


@pytest.mark.preset("duplicate-emails")
@pytest.mark.rule("login.shared_addresses_need_a_user_name")
@pytest.mark.parametrize("way", ["email", "phone"])
def test_shared_emails_disable_other_logins(journey: Journey, way: str) -> None:
    with expect_error(ErrorCode.USERNAME_LOGIN_REQUIRED):
        journey.log_in(journey.verified_person("username", "phone"), by=way)


@pytest.mark.rule("login.identifier_switched_off_is_refused")
@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("username", ErrorCode.USERNAME_LOGIN_DISABLED),
        pytest.param("phone", ErrorCode.PHONE_LOGIN_DISABLED, marks=pytest.mark.needs("no-phone-login")),
    ],
)
def test_disabled_login_method_is_refused(journey: Journey, way: str, code: int) -> None:
    with expect_error(code):
        journey.log_in(journey.verified_person(way), by=way)


@pytest.mark.preset("phone-login", email_login_with_phone_login=False)
@pytest.mark.rule("login.phone_login_refuses_email_when_exclusive")
def test_phone_login_can_disable_email_login(journey: Journey) -> None:
    with expect_error(ErrorCode.PHONE_LOGIN_REQUIRED):
        journey.log_in(journey.verified_person("phone"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.rule("login.blocked_account_is_refused")
def test_blocked_account_cannot_log_in(journey: Journey, way: str) -> None:
    person = known_by(journey, way)
    journey.accounts.update(person.uid, IsActive=False)
    with expect_error(ErrorCode.ACCOUNT_BLOCKED):
        journey.log_in(person, by=way)


@pytest.mark.rule("login.blocked_account_is_refused")
@pytest.mark.parametrize("ask", ["forget_password", "passwordless.ask_for_link", "passwordless.begin_smart_login"])
def test_blocked_account_gets_no_login_mail(journey: Journey, person: Person, ask: str) -> None:
    journey.accounts.update(person.uid, IsActive=False)
    topic, _, verb = ask.rpartition(".")
    with expect_error(ErrorCode.ACCOUNT_BLOCKED):
        getattr(getattr(journey, topic) if topic else journey, verb)(person)


@pytest.mark.rule("login.blocked_account_is_refused")
def test_login_link_sent_before_the_block_is_refused(journey: Journey, person: Person) -> None:
    journey.passwordless.ask_for_link(person)
    journey.accounts.update(person.uid, IsActive=False)
    with expect_error(ErrorCode.ACCOUNT_BLOCKED):
        journey.passwordless.follow_link(person)


@pytest.mark.preset("mfa-optional")
@pytest.mark.rule("login.blocked_account_is_refused")
def test_blocked_account_gets_no_mfa_challenge(journey: Journey, person: Person) -> None:
    journey.accounts.update(person.uid, IsActive=False)
    with expect_error(ErrorCode.ACCOUNT_BLOCKED):
        journey.mfa.first_factor(person)


@pytest.mark.preset("pin")
@pytest.mark.rule("login.blocked_account_is_refused")
def test_blocked_account_cannot_log_in_with_pin(journey: Journey) -> None:
    person = journey.verified_person("pin")
    session = journey.log_in(person)
    journey.accounts.update(person.uid, IsActive=False)
    with expect_error(ErrorCode.ACCOUNT_BLOCKED):
        journey.pins.log_in(person, session)


@pytest.mark.rule("login.disabled_account_is_refused")
def test_login_disabled_account_refuses_the_correct_password(journey: Journey, person: Person) -> None:
    journey.accounts.update(person.uid, DisableLogin=True)
    with expect_error(ErrorCode.ACCOUNT_LOGIN_DISABLED):
        journey.log_in(person)
    journey.accounts.update(person.uid, DisableLogin=False)
    journey.log_in(person)


@pytest.mark.rule("login.each_one_is_counted")
def test_login_count_includes_successes_only(journey: Journey, person: Person) -> None:
    journey.log_in(person)
    first = journey.accounts.read(person.uid)
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(person, password=new_password())
    untouched = journey.accounts.read(person.uid)
    journey.log_in(person)
    second = journey.accounts.read(person.uid)
    assert [seen["NoOfLogins"] for seen in (first, untouched, second)] == [1, 1, 2]
    assert first["LastLoginDate"] == untouched["LastLoginDate"] < second["LastLoginDate"]


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("email", marks=pytest.mark.preset("mfa-optional")),
        pytest.param("username", marks=pytest.mark.preset("mfa-username-login")),
        pytest.param("phone", marks=pytest.mark.preset("mfa-phone-login")),
    ],
)
@pytest.mark.rule("login.mfa_tenant_refuses_plain_login")
def test_plain_login_is_refused_when_mfa_is_enabled(journey: Journey, way: str) -> None:
    person = known_by(journey, way)
    body = {way: getattr(person, way), "password": person.password}
    journey.client.call(PLAIN_LOGINS[way], body=body).must_be_refused(ErrorCode.MFA_LOGIN_REQUIRED)


PROTECTED = [
    "PostLoginByEmailAndPassword", "PostLoginByPhoneAndPassword", "PostLoginByUserNameAndPassword",
    "PostForgotPasswordByEmail", "PostForgotPasswordByPhone", "PutChangePassword", "PutUpdateProfile",
]  # fmt: skip
guarded_phones = pytest.mark.preset("phone-login", bot_protection=PROTECTED)
guarded_names = pytest.mark.preset("username-login", bot_protection=PROTECTED)
GUARDED = [
    pytest.param("authentication.login_by_email", ["email", "password"], marks=guarded_phones),
    pytest.param("authentication.login_by_username", ["username", "password"], marks=guarded_names),
    pytest.param("phone.login_by_phone", ["phone", "password"], marks=guarded_phones),
    pytest.param("authentication.forgot_password", ["email"], marks=guarded_phones),
    pytest.param("phone.forgot_password", ["phone"], marks=guarded_phones),
    pytest.param("authentication.change_password", ["oldpassword", "newpassword"], marks=guarded_phones),
    pytest.param("authentication.update_profile", ["FirstName"], marks=guarded_phones),
]


@pytest.mark.rule("login.bot_protection_demands_captcha")
@pytest.mark.parametrize(("operation", "members"), GUARDED)
def test_bot_protection_requires_a_captcha(
    journey: Journey, api: Client, captcha: str, operation: str, members: list[str]
) -> None:
    person = journey.verified_person("phone", "username")
    known = vars(person) | {"oldpassword": person.password, "newpassword": new_password(), "FirstName": "Changed"}
    body = {member: known[member] for member in members}
    token = journey.accounts.log_in(person).token
    for answer in ({}, {"g-recaptcha-response": "wrong"}):
        api.call(operation, body=body | answer, token=token).must_be_refused(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT)
    api.call(operation, body=body | {"g-recaptcha-response": captcha}, token=token).must_succeed()


@pytest.mark.rule("login.first_login_is_flagged_once")
def test_first_login_flag_is_set_once(api: Client, person: Person) -> None:
    body = {"email": person.email, "password": person.password}
    answers = [api.call("authentication.login_by_email", body=body).must_succeed().data for _ in range(3)]
    assert [answer["Profile"]["FirstLogin"] for answer in answers] == [True, False, False]


@pytest.mark.preset("username-login")
@pytest.mark.rule("login.user_name_case_does_not_matter")
def test_username_login_is_case_insensitive(journey: Journey) -> None:
    person = journey.new_person()
    shouted = replace(person, username=person.username.upper())
    journey.accounts.create(shouted, UserName=shouted.username)
    for name in (person, shouted):
        assert journey.profile(journey.log_in(name, by="username"))["UserName"] == person.username


@pytest.mark.preset("username-login", case_sensitive_usernames=True)
@pytest.mark.rule("login.user_name_case_does_not_matter")
def test_username_can_be_case_sensitive(journey: Journey) -> None:
    person = journey.new_person()
    shouted = replace(person, username=person.username.upper())
    journey.accounts.create(shouted, UserName=shouted.username)
    assert journey.profile(journey.log_in(shouted, by="username"))["UserName"] == shouted.username


@pytest.mark.rule("login.refused_unverified_login_mails_again")
def test_unverified_login_sends_another_verification_mail(journey: Journey, control: EmulatorClient) -> None:
    person = journey.new_person()
    journey.register(person)
    with expect_error(ErrorCode.EMAIL_NOT_VERIFIED):
        journey.log_in(person)
    assert [mail["kind"] for mail in control.outbox(to=person.email)] == ["emailverification"] * 2


OBSTACLES = {"consent": True, "consent_strict": True, "privacy_policy_version": "1.0", "privacy_policy_mode": "Strict"}


@pytest.mark.preset("pin", **OBSTACLES)
@pytest.mark.rule("login.password_is_judged_first")
def test_password_is_checked_first(journey: Journey) -> None:
    unconfirmed, person = journey.new_person(), journey.verified_person()
    journey.accounts.create(unconfirmed, EmailVerified=False)
    for new_person in (unconfirmed, person):
        with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
            journey.log_in(new_person, password=new_password())


@pytest.mark.preset("pin", **OBSTACLES)
@pytest.mark.rule("login.obstacles_have_an_order")
def test_login_requirements_are_checked_in_a_fixed_order(journey: Journey, control: EmulatorClient) -> None:
    person = journey.new_person()
    journey.accounts.create(person, EmailVerified=False)
    for code, off in (
        (ErrorCode.EMAIL_NOT_VERIFIED, {"email_verification": "optional"}),
        (ErrorCode.PIN_SETUP_REQUIRED, {"pin_required": False}), (ErrorCode.CONSENT_REQUIRED, {"consent": False}),
        (ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED, {"privacy_policy_mode": "Moderated"}),
    ):  # fmt: skip
        with expect_error(code):
            journey.log_in(person)
        control.patch_settings(off)
    journey.log_in(person)
