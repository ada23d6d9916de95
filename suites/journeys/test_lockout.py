"""Account lockout after too many wrong attempts, and how it ends."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from loginradius_harness.checks.support.concurrency import concurrent_error_codes
from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse, Refused, expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

THRESHOLD = 3  # of every preset that locks
DAY = 86_400

TYPES = {
    "Suspend": ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    "Captcha": ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
    "SecurityQuestion": ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
    "Block": ErrorCode.ACCOUNT_BLOCKED,
}
PRESETS = {
    "Suspend": "lockout-suspend", "Captcha": "lockout-captcha", "SecurityQuestion": "lockout-question",
    "Block": "lockout-block",
}  # fmt: skip
LOCKING = {"lockout_type": "Suspend", "lockout_threshold": THRESHOLD}
EACH_WAY = [
    pytest.param("email", marks=pytest.mark.preset("lockout-suspend")),
    pytest.param("username", marks=pytest.mark.preset("username-login", **LOCKING)),
    pytest.param("phone", marks=pytest.mark.preset("phone-login", **LOCKING)),
]
EACH_TYPE = [pytest.param(name, marks=pytest.mark.preset(PRESETS[name])) for name in TYPES]


@pytest.fixture
def person(journey: Journey) -> Person:
    """Create an account with a security answer, in case a lock asks for it."""
    return journey.verified_person("answer")


def guess(journey: Journey, person: Person, times: int = THRESHOLD, by: str = "email") -> ApiResponse:
    """Try so many wrong passwords; return the last response."""
    for _ in range(times):
        with pytest.raises(Refused) as refusal:
            journey.log_in(person, password=new_password(), by=by)
    return refusal.value.reply


@pytest.mark.parametrize("way", EACH_WAY)
@pytest.mark.rule("lockout.threshold_locks_the_account")
def test_account_locks_at_the_configured_threshold(journey: Journey, way: str) -> None:
    clumsy, intruded = journey.verified_person("username", "phone"), journey.verified_person("username", "phone")
    guess(journey, clumsy, THRESHOLD - 1, by=way)
    journey.log_in(clumsy, by=way)
    guess(journey, intruded, by=way)
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(intruded, by=way)


@pytest.mark.preset("lockout-suspend")
@pytest.mark.rule("lockout.right_password_is_refused_while_locked")
def test_locked_account_refuses_the_correct_password(journey: Journey, person: Person) -> None:
    guess(journey, person)
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(person)


@pytest.mark.parametrize("kind", EACH_TYPE)
@pytest.mark.rule("lockout.locked_answer_is_no_oracle")
def test_locked_account_answers_correct_and_wrong_passwords_alike(journey: Journey, person: Person, kind: str) -> None:
    guess(journey, person)
    with expect_error(TYPES[kind]) as wrong:
        journey.log_in(person, password=new_password())
    with expect_error(TYPES[kind]) as right:
        journey.log_in(person)
    assert wrong.reply is not None
    assert right.reply is not None
    assert (right.reply.status, right.reply.data) == (wrong.reply.status, wrong.reply.data)


@pytest.mark.preset("lockout-suspend")
@pytest.mark.rule("lockout.success_resets_the_count")
def test_successful_login_resets_the_failure_counter(journey: Journey, person: Person) -> None:
    for _ in range(2):
        guess(journey, person, THRESHOLD - 1)
        journey.log_in(person)


@pytest.mark.parametrize("kind", EACH_TYPE)
@pytest.mark.rule("lockout.lock_is_named_by_its_type", "lockout.shows_in_profile")
def test_locked_account_error_names_the_lock_type(journey: Journey, person: Person, kind: str) -> None:
    guess(journey, person)
    with expect_error(TYPES[kind]):
        journey.log_in(person)
    profile = journey.accounts.read(person.uid)
    shown = "None" if kind == "Suspend" else kind
    assert profile["IsLoginLocked"] is True
    assert profile.get("LoginLockedType", shown) == shown  # the newest profiles have no such member


@pytest.mark.preset("lockout-suspend", lockout_seconds=900)
@pytest.mark.rule("lockout.suspension_ends_by_time", "lockout.suspension_tells_its_end")
def test_suspension_ends_after_its_duration(journey: Journey, person: Person) -> None:
    until = datetime.fromisoformat(guess(journey, person).data["Data"]["LoginLockedTimeout"])
    assert abs(until - journey.client.clock.now() - timedelta(seconds=900)) < timedelta(seconds=5)
    journey.let_time_pass(880)
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(person)
    journey.let_time_pass(30)
    journey.log_in(person)


@pytest.mark.preset("lockout-captcha")
@pytest.mark.rule("lockout.captcha_opens_the_lock")
def test_captcha_unlocks_a_captcha_lock(journey: Journey, person: Person, captcha: str) -> None:
    guess(journey, person)
    with expect_error(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT):
        journey.log_in(person, **{"g-recaptcha-response": "wrong"})
    with expect_error(ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA):
        journey.log_in(person)
    journey.log_in(person, **{"g-recaptcha-response": captcha})
    journey.log_in(person)


@pytest.mark.preset("lockout-question")
@pytest.mark.rule("lockout.answer_opens_the_lock")
def test_security_answer_unlocks_a_security_question_lock(journey: Journey, person: Person) -> None:
    guess(journey, person)
    with expect_error(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT):
        journey.log_in(person, securityanswer={journey.question_id: "wrong"})
    with expect_error(ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER):
        journey.log_in(person)
    journey.log_in(person, securityanswer={journey.question_id: person.answer})
    journey.log_in(person)


@pytest.mark.preset("lockout-block", link_seconds=DAY)
@pytest.mark.rule("lockout.block_lock_stays")
def test_block_does_not_expire(journey: Journey, person: Person) -> None:
    guess(journey, person)
    assert journey.accounts.read(person.uid)["IsActive"] is False
    journey.let_time_pass(400 * DAY)
    with expect_error(ErrorCode.ACCOUNT_BLOCKED):
        journey.log_in(person)


@pytest.mark.parametrize("kind", EACH_TYPE)
@pytest.mark.rule("lockout.operator_ends_the_lock")
def test_management_ends_any_lock(journey: Journey, person: Person, kind: str) -> None:
    guess(journey, person)
    with expect_error(TYPES[kind]):
        journey.log_in(person)
    journey.accounts.update(person.uid, IsActive=True, IsLoginLocked=False)
    journey.log_in(person)


@pytest.mark.parametrize("kind", [case for case in EACH_TYPE if case.values[0] in {"Captcha", "SecurityQuestion"}])
@pytest.mark.rule("lockout.unlock_call_ends_the_lock")
def test_active_session_can_unlock_the_account(
    journey: Journey, api: Client, person: Person, captcha: str, kind: str
) -> None:
    token = journey.log_in(person).token
    with expect_error(ErrorCode.ACCOUNT_NOT_LOCKED):
        api.call("authentication.unlock_account", token=token, body={"g-recaptcha-response": captcha}).must_succeed()
    guess(journey, person)
    for wrong in ({}, {"g-recaptcha-response": "wrong"}, {"securityanswer": {journey.question_id: "wrong"}}):
        api.call("authentication.unlock_account", token=token, body=wrong).must_be_refused(
            ErrorCode.CAPTCHA_MISSING_OR_INCORRECT, ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT, TYPES[kind]
        )
    answers = {
        "Captcha": {"g-recaptcha-response": captcha},
        "SecurityQuestion": {"securityanswer": {journey.question_id: person.answer}},
    }
    api.call("authentication.unlock_account", token=token, body=answers[kind]).must_succeed()
    journey.log_in(person)


@pytest.mark.preset("lockout-suspend")
@pytest.mark.rule("lockout.lock_spares_other_accounts")
def test_lock_affects_one_account_only(journey: Journey, person: Person) -> None:
    bystander = journey.verified_person()
    guess(journey, person)
    journey.log_in(bystander)


@pytest.mark.preset("phone-login", **LOCKING)
@pytest.mark.rule("lockout.identifiers_share_one_count")
def test_failures_are_counted_across_identifiers(journey: Journey) -> None:
    person = journey.verified_person("phone")
    guess(journey, person, THRESHOLD - 1, by="email")
    guess(journey, person, 1, by="phone")
    for way in ("email", "phone"):
        with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
            journey.log_in(person, by=way)


@pytest.mark.preset("username-login", **LOCKING)
@pytest.mark.rule("lockout.identifiers_share_one_count")
def test_failures_by_username_are_counted_together(journey: Journey, api: Client) -> None:
    person = journey.verified_person("username")
    token = journey.log_in(person, by="username").token
    guess(journey, person, THRESHOLD - 1, by="username")
    body = {"oldpassword": new_password(), "newpassword": new_password()}
    api.call("authentication.change_password", token=token, body=body).must_be_refused(
        ErrorCode.CURRENT_PASSWORD_INCORRECT, ErrorCode.ACCOUNT_LOCKED_TEMPORARILY
    )
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(person, by="username")


@pytest.mark.preset("lockout-suspend")
@pytest.mark.rule("lockout.parallel_guesses_are_counted")
def test_concurrent_failures_are_all_counted(journey: Journey, person: Person) -> None:
    codes = concurrent_error_codes(*[lambda: journey.log_in(person, password=new_password())] * 12)
    assert codes.count(ErrorCode.CREDENTIALS_INCORRECT) <= THRESHOLD
    assert codes.count(ErrorCode.CREDENTIALS_INCORRECT) + codes.count(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY) == len(
        codes
    )
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(person)


@pytest.mark.preset("lockout-suspend")
@pytest.mark.rule("lockout.sender_address_does_not_reset_count")
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Origin-IP"])
def test_failures_are_counted_across_ip_addresses(journey: Journey, api: Client, person: Person, header: str) -> None:
    for number in range(THRESHOLD):
        body = {"email": person.email, "password": new_password()}
        api.call("authentication.login_by_email", body=body, headers={header: f"192.0.2.{number}"})
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(person)


@pytest.mark.preset("lockout-suspend")
@pytest.mark.rule("lockout.other_failures_are_counted")
def test_wrong_current_passwords_lock_the_account(journey: Journey, api: Client, person: Person) -> None:
    token = journey.log_in(person).token
    for _ in range(THRESHOLD):
        body = {"oldpassword": new_password(), "newpassword": new_password()}
        api.call("authentication.change_password", token=token, body=body)
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(person)


@pytest.mark.preset("phone-login", otp_email_verification=True, **LOCKING)
@pytest.mark.rule("lockout.other_failures_are_counted")
@pytest.mark.parametrize("way", ["email", "phone"])
def test_wrong_reset_codes_lock_the_account(journey: Journey, api: Client, way: str) -> None:
    person = journey.verified_person("phone")
    ask, reset = {
        "email": (journey.password_reset.ask_by_email, "authentication.reset_password_by_email_otp"),
        "phone": (journey.password_reset.ask_by_phone, "phone.reset_password_by_otp"),
    }[way]
    ask(person)
    for _ in range(THRESHOLD):
        api.call(reset, body={way: getattr(person, way), "otp": "wrong!", "password": new_password()})
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.log_in(person)


@pytest.mark.preset("security-questions")
@pytest.mark.rule("lockout.answer_reset_has_its_own_limit")
def test_wrong_security_answers_lock_only_that_recovery(journey: Journey, person: Person) -> None:
    guesser = replace(person, answer="wrong")
    for _ in range(3):
        with expect_error(ErrorCode.SECURITY_ANSWER_INCORRECT, ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT):
            journey.password_reset.reset_by_answer(guesser, journey.question_id, new_password())
    with expect_error(
        ErrorCode.SECURITY_ANSWER_INCORRECT,
        ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
        ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ):
        journey.password_reset.reset_by_answer(person, journey.question_id, new_password())
    journey.log_in(person)


@pytest.mark.parametrize("kind", EACH_TYPE)
@pytest.mark.rule("lockout.last_allowed_failure_answers_the_lock")
def test_locking_attempt_returns_the_lock_code(journey: Journey, person: Person, kind: str) -> None:
    guess(journey, person, THRESHOLD - 1).must_be_refused(ErrorCode.CREDENTIALS_INCORRECT)
    guess(journey, person, 1).must_be_refused(TYPES[kind])


@pytest.mark.preset("lockout-suspend", lockout_threshold=0)
@pytest.mark.rule("lockout.threshold_zero_never_locks")
def test_no_threshold_means_no_lockout(journey: Journey, person: Person) -> None:
    guess(journey, person, 10).must_be_refused(ErrorCode.CREDENTIALS_INCORRECT)
    journey.log_in(person)


@pytest.mark.parametrize("kind", [case for case in EACH_TYPE if case.values[0] in {"Suspend", "Block"}])
@pytest.mark.rule("lockout.unlock_call_has_conditions")
def test_user_cannot_unlock_a_suspension_or_block(
    journey: Journey, api: Client, person: Person, captcha: str, kind: str
) -> None:
    token = journey.log_in(person).token
    key = {"g-recaptcha-response": captcha, "securityanswer": {journey.question_id: person.answer}}
    with expect_error(ErrorCode.ACCOUNT_NOT_LOCKED):
        api.call("authentication.unlock_account", token=token, body=key).must_succeed()
    guess(journey, person)
    assert not api.call("authentication.unlock_account", token=token, body=key).ok
    with expect_error(TYPES[kind]):
        journey.log_in(person)
