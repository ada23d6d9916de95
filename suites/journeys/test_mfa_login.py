"""Login with a second factor."""

from dataclasses import replace

import pytest

from loginradius_harness.checks.support.mfa_users import FACTORS, WRONG, MfaUser
from loginradius_harness.checks.support.presets import each_of
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Challenge
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

pytestmark = pytest.mark.preset("mfa-optional")

NO_TOKEN = "00000000-0000-0000-0000-000000000000"
UNKNOWN = Challenge(token="00000000-0000-4000-8000-000000000000")
TAKES_A_TOKEN = [
    "authentication.get_profile", "authentication.validate_access_token", "mfa.get_settings",
    "social.validate_access_token",
]  # fmt: skip
WAYS = [
    pytest.param("email", marks=pytest.mark.preset("mfa-optional")),
    pytest.param("username", marks=pytest.mark.preset("mfa-username-login")),
    pytest.param("phone", marks=pytest.mark.preset("mfa-phone-login")),
]


@pytest.mark.needs("no-mfa")
@pytest.mark.preset("default")
@pytest.mark.rule("mfa.off_refuses_its_calls")
def test_mfa_operations_are_refused_when_mfa_is_disabled(journey: Journey, person: Person) -> None:
    with expect_error(ErrorCode.MFA_DISABLED):
        journey.mfa.first_factor(person)
    with expect_error(ErrorCode.MFA_DISABLED):
        journey.mfa.settings(journey.log_in(person))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.rule("mfa.optional_challenges_the_enrolled")
def test_enrolled_account_gets_an_mfa_challenge(journey: Journey, way: str) -> None:
    owner = MfaUser(journey, "totp", having=("username", "phone"))
    challenge = journey.mfa.begin(owner.person, by=way)
    assert challenge.factors == {"totp"}


@pytest.mark.rule("mfa.optional_spares_the_unenrolled")
def test_optional_mfa_lets_unenrolled_account_log_in(journey: Journey, person: Person) -> None:
    session = journey.mfa.log_in(person)
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.required_challenges_everybody")
def test_required_mfa_forces_enrolment(journey: Journey, person: Person) -> None:
    challenge = journey.mfa.begin(person)
    assert challenge.factors == frozenset()
    assert challenge.secret


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.rule("mfa.first_factor_is_checked")
def test_wrong_password_gets_no_mfa_challenge(journey: Journey, way: str) -> None:
    owner = MfaUser(journey, "totp", having=("username", "phone"))
    guesser = replace(owner.person, password=new_password())
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.mfa.first_factor(guesser, by=way)


@pytest.mark.rule("mfa.challenge_carries_no_session")
def test_mfa_challenge_carries_no_access_token(journey: Journey) -> None:
    answer = journey.mfa.first_factor(MfaUser(journey, "totp").person).data
    assert (answer["access_token"], answer["Profile"], answer.get("refresh_token")) == (NO_TOKEN, None, None)


@pytest.mark.rule("mfa.challenge_token_opens_nothing_else")
@pytest.mark.parametrize("operation", TAKES_A_TOKEN)
def test_mfa_token_is_not_an_access_token(journey: Journey, api: Client, operation: str) -> None:
    challenge = MfaUser(journey, "totp").begin()
    api.call(operation, token=challenge.token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


@each_of("step-up")
@pytest.mark.rule("mfa.challenge_token_opens_nothing_else")
def test_mfa_token_cannot_start_reauthentication(journey: Journey, api: Client) -> None:
    challenge = MfaUser(journey, "totp").begin()
    api.call("reauthentication.trigger", token=challenge.token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


@pytest.mark.rule("mfa.bad_challenge_is_refused")
@pytest.mark.parametrize("factor", ["totp", "sms", "backup"])
def test_unknown_mfa_token_is_refused(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, "totp" if factor == "backup" else factor)
    codes = journey.backup_codes(owner.session)
    owner.begin()
    with expect_error(ErrorCode.SECOND_FACTOR_TOKEN_INVALID):
        journey.mfa.answer(UNKNOWN, factor, codes[0] if factor == "backup" else owner.proof(factor))


@pytest.mark.preset("mfa-optional", second_factor_seconds=300)
@pytest.mark.rule("mfa.bad_challenge_is_refused")
def test_mfa_challenge_expires(journey: Journey) -> None:
    owner = MfaUser(journey, "totp")
    first, second = owner.begin(), owner.begin()
    journey.let_time_pass(280)
    owner.answer(first, "totp")
    journey.let_time_pass(30)
    with expect_error(ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED):
        owner.answer(second, "totp")


@pytest.mark.rule("mfa.challenge_is_single_use")
@pytest.mark.parametrize("factor", ["totp", "backup"])
def test_mfa_challenge_works_once(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, "totp")
    codes, challenge = journey.backup_codes(owner.session), owner.begin()
    journey.mfa.answer(challenge, factor, owner.app.code() if factor == "totp" else codes[0])
    with expect_error(ErrorCode.SECOND_FACTOR_TOKEN_INVALID):
        journey.mfa.answer(challenge, factor, owner.app.code() if factor == "totp" else codes[1])


@pytest.mark.rule("mfa.challenge_belongs_to_its_account")
@pytest.mark.parametrize("factor", ["totp", "sms"])
def test_proof_of_another_account_does_not_meet_the_challenge(journey: Journey, factor: str) -> None:
    owner, other = MfaUser(journey, factor), MfaUser(journey, factor)
    challenge = owner.begin()
    other.begin()
    with expect_error(WRONG[factor]):
        other.answer(challenge, factor)


@pytest.mark.rule("mfa.right_code_opens_a_session")
@pytest.mark.parametrize("factor", FACTORS)
def test_correct_second_factor_logs_in(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, factor)
    session = owner.answer(owner.begin(), factor)
    assert session.uid == owner.person.uid
    assert journey.token_is_live(session)


@pytest.mark.rule("mfa.right_code_opens_a_session", "mfa.wrong_code_is_refused")
def test_legacy_parameter_name_of_the_code_is_accepted(journey: Journey, api: Client) -> None:
    owner = MfaUser(journey, "totp")
    query = {"secondFactorAuthenticationToken": owner.begin().token}
    wrong, right = {"googleauthenticatorcode": "wrong!"}, {"googleauthenticatorcode": owner.app.code()}
    api.call("mfa.validate_google_code", query=query, body=wrong).must_be_refused(
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT
    )
    answer = api.call("mfa.validate_google_code", query=query, body=right).must_succeed().data
    assert answer["Profile"]["Uid"] == owner.person.uid


@pytest.mark.rule("mfa.wrong_code_is_refused")
@pytest.mark.parametrize("factor", FACTORS)
def test_wrong_second_factor_is_refused(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey, factor)
    challenge = owner.begin()
    with expect_error(WRONG[factor]):
        owner.answer_wrongly(challenge, factor)
    owner.answer(challenge, factor)


@pytest.mark.preset("mfa-optional", totp_replay_refused=True)
@pytest.mark.rule("mfa.authenticator_code_is_single_use")
def test_authenticator_code_logs_in_once(journey: Journey) -> None:
    owner = MfaUser(journey, "totp")
    code = owner.app.code()
    journey.mfa.answer(owner.begin(), "totp", code)
    with expect_error(ErrorCode.AUTHENTICATOR_CODE_INCORRECT):
        journey.mfa.answer(owner.begin(), "totp", code)


@pytest.mark.rule("mfa.code_of_distant_step_is_refused")
@pytest.mark.parametrize("steps", [-2, 2])
def test_authenticator_code_of_another_time_is_refused(journey: Journey, steps: int) -> None:
    owner = MfaUser(journey, "totp")
    challenge = owner.begin()
    with expect_error(ErrorCode.AUTHENTICATOR_CODE_INCORRECT):
        journey.mfa.answer(challenge, "totp", owner.app.old_code(steps))


@pytest.mark.rule("mfa.contact_data_is_masked")
def test_mfa_challenge_masks_phone_and_email(journey: Journey) -> None:
    owner = MfaUser(journey, "sms", "email")
    asked = journey.mfa.first_factor(owner.person).data["SecondFactorAuthentication"]
    assert "*" in asked["OTPPhoneNo"]
    assert owner.person.phone not in str(asked)
    assert all("*" in address for address in asked["Email"])
    assert owner.person.email not in str(asked)


@pytest.mark.rule("mfa.mail_otp_needs_own_address")
def test_mfa_code_is_mailed_to_the_enrolled_email_only(journey: Journey) -> None:
    owner, other = MfaUser(journey, "email", "totp"), journey.verified_person()
    challenge = owner.begin()
    with expect_error(ErrorCode.EMAIL_NOT_FOUND, ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL):
        journey.mfa.send_email(challenge, other.email)
    journey.mfa.send_email(challenge, owner.person.email)
    owner.answer(challenge, "email")


def test_sms_code_is_sent_on_request_when_other_factors_exist(journey: Journey) -> None:
    owner = MfaUser(journey, "totp", "sms")
    challenge = owner.begin()
    assert challenge.factors == {"totp", "sms"}
    journey.mfa.resend_sms(challenge)
    owner.answer(challenge, "sms")


@pytest.mark.rule("mfa.sms_is_not_the_only_factor")
def test_sms_is_never_the_only_offered_factor(journey: Journey) -> None:
    offered = journey.configuration["TwoFactorAuthentication"]
    assert offered["IsSmsOTPAuthenticator"] is True
    assert offered["IsAuthenticator"] is True


@pytest.mark.rule("mfa.login_links_do_not_skip_it")
@pytest.mark.parametrize("verb", ["ask_for_link", "begin_smart_login", "begin_one_touch"])
def test_link_login_requires_the_second_factor(journey: Journey, verb: str) -> None:
    owner = MfaUser(journey, "totp")
    with expect_error(ErrorCode.MFA_LOGIN_REQUIRED):
        getattr(journey.passwordless, verb)(owner.person.email if verb == "begin_one_touch" else owner.person)


@pytest.mark.preset("default", mfa="disabled")
@pytest.mark.rule("mfa.login_links_do_not_skip_it")
def test_link_sent_before_enrolment_requires_the_second_factor(journey: Journey, control: EmulatorClient) -> None:
    person = journey.verified_person()
    journey.passwordless.ask_for_link(person)
    guid = journey.passwordless.begin_smart_login(person)
    journey.passwordless.open_smart_login(person)
    control.patch_settings({"mfa": "optional"})
    journey.enrol_totp(journey.accounts.log_in(person))
    with expect_error(ErrorCode.MFA_LOGIN_REQUIRED):
        journey.passwordless.follow_link(person)
    with expect_error(ErrorCode.MFA_LOGIN_REQUIRED):
        journey.passwordless.ping_smart_login(guid)


@pytest.mark.rule("mfa.otp_of_a_single_factor_goes_out_at_login", "mfa.sms_status_names_the_message")
@pytest.mark.parametrize("factors", [("sms",), ("sms", "totp")])
def test_sms_is_sent_immediately_when_it_is_the_only_factor(
    journey: Journey, control: EmulatorClient, factors: tuple[str, ...]
) -> None:
    owner = MfaUser(journey, *factors)
    asked = journey.mfa.first_factor(owner.person).data["SecondFactorAuthentication"]
    sent = control.outbox(to=owner.person.phone, kind="secondfactor")
    assert len(sent) == (1 if factors == ("sms",) else 0)
    assert bool((asked["OTPStatus"] or {}).get("Sid")) == bool(sent)


@pytest.mark.rule("mfa.otp_of_a_single_factor_goes_out_at_login")
def test_email_code_is_sent_immediately_when_it_is_the_only_factor(journey: Journey, control: EmulatorClient) -> None:
    owner = MfaUser(journey, "email")
    owner.begin()
    assert len(control.outbox(to=owner.person.email, kind="secondfactor")) == 1


@pytest.mark.rule("mfa.unconfirmed_secret_is_no_factor")
def test_unconfirmed_authenticator_is_not_challenged(journey: Journey, person: Person) -> None:
    journey.mfa.settings(journey.mfa.log_in(person))
    assert journey.profile(journey.mfa.log_in(person))["Uid"] == person.uid
