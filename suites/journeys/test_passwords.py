"""Choosing, changing and expiring passwords."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

DAY = 86_400
COMMON = ["password1", "qwerty123", "iloveyou", "12345678"]

Setter = Callable[[Journey, str], Person]


def at_registration(journey: Journey, password: str) -> Person:
    """Register with a password."""
    person = replace(journey.new_person(), password=password)
    journey.register(person)
    journey.confirm_email(person)
    return person


def at_change(journey: Journey, password: str) -> Person:
    """Change the password of an account."""
    person = journey.verified_person()
    return journey.change_password(person, journey.log_in(person), password)


def at_reset(journey: Journey, password: str) -> Person:
    """Reset a forgotten password."""
    person = journey.verified_person()
    journey.forget_password(person)
    return journey.reset_password(person, password)


def by_operator(journey: Journey, password: str) -> Person:
    """Set a password by management."""
    return journey.accounts.set_password(journey.verified_person(), password)


by_themselves = pytest.mark.parametrize("choose", [at_registration, at_change, at_reset])


@by_themselves
@pytest.mark.preset("default", server_side_validation=True)
@pytest.mark.rule("password.shorter_than_8_is_refused")
def test_password_of_seven_characters_is_refused(journey: Journey, choose: Setter) -> None:
    with expect_error(
        ErrorCode.FIELD_VALIDATION_FAILED, ErrorCode.NEW_PASSWORD_NOT_ALLOWED, ErrorCode.PASSWORD_TOO_WEAK
    ):
        choose(journey, "Sh0rt-1")


@by_themselves
@pytest.mark.rule("password.of_64_characters_is_accepted", "password.is_not_truncated")
def test_password_is_accepted_up_to_64_characters_and_never_truncated(journey: Journey, choose: Setter) -> None:
    journey.log_in(choose(journey, "Tst-Pw1!".ljust(64, "x")))
    longer = choose(journey, "Tst-Pw1!".ljust(64, "x") + "right")
    journey.log_in(longer)
    for wrong in (longer.password[:64], longer.password[:64] + "wrong"):
        with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
            journey.log_in(longer, password=wrong)


@pytest.mark.preset("default", server_side_validation=True, password_blocklist=True)
@pytest.mark.rule("password.needs_no_mixture")
def test_passphrase_needs_no_digits_or_symbols(journey: Journey) -> None:
    journey.log_in(at_registration(journey, "fourrandomwordsinarow"))


@pytest.mark.rule("password.letter_case_counts")
def test_passwords_are_case_sensitive(journey: Journey, person: Person) -> None:
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(person, password=person.password.swapcase())


@pytest.mark.preset("default", password_blocklist=True)
@pytest.mark.rule("password.common_is_refused_at_registration")
@pytest.mark.parametrize("password", COMMON)
def test_common_password_is_refused_at_registration(journey: Journey, password: str) -> None:
    with expect_error(ErrorCode.PASSWORD_TOO_WEAK):
        at_registration(journey, password)


@pytest.mark.preset("default", password_blocklist=True)
@pytest.mark.rule("password.common_is_refused_at_change")
@pytest.mark.parametrize("password", COMMON)
def test_common_password_is_refused_at_change(journey: Journey, password: str) -> None:
    with expect_error(ErrorCode.PASSWORD_TOO_WEAK):
        at_change(journey, password)


@pytest.mark.preset("default", password_blocklist=True)
@pytest.mark.rule("password.common_is_refused_at_reset")
@pytest.mark.parametrize("password", COMMON)
def test_common_password_is_refused_at_reset(journey: Journey, password: str) -> None:
    with expect_error(ErrorCode.PASSWORD_TOO_WEAK):
        at_reset(journey, password)


@pytest.mark.preset("default", password_profile_words=True)
@pytest.mark.rule("password.own_data_is_refused")
@pytest.mark.parametrize("member", ["email", "username", "first_name", "last_name"])
def test_own_name_is_refused_as_password(journey: Journey, member: str) -> None:
    person = journey.new_person()
    own = str(getattr(person, member)).partition("@")[0]
    with expect_error(ErrorCode.PASSWORD_TOO_WEAK):
        journey.register(person, UserName=person.username, Password=f"{own}-2031")


@by_themselves
@pytest.mark.preset("default", breached_passwords=["Known-From-A-Breach-9"])
@pytest.mark.rule("password.breached_is_refused_when_set")
def test_breached_password_is_refused(journey: Journey, choose: Setter) -> None:
    with expect_error(ErrorCode.NEW_PASSWORD_BREACHED):
        choose(journey, "Known-From-A-Breach-9")


@pytest.mark.preset("default", breached_passwords=[])
@pytest.mark.rule("password.breached_login_is_refused")
def test_breached_password_must_be_replaced_at_login(journey: Journey, person: Person, control: EmulatorClient) -> None:
    journey.log_in(person)
    control.patch_settings({"breached_passwords": [person.password]})
    with expect_error(ErrorCode.PASSWORD_BREACHED):
        journey.log_in(person)
    assert journey.accounts.read(person.uid).get("IsPasswordBreached", True) is True  # unknown before 2025
    with expect_error(ErrorCode.BREACHED_PASSWORD_USED_AGAIN):
        journey.log_in(person)
    journey.log_in(journey.reset_password(person, new_password()))


@pytest.mark.rule("password.change_needs_the_current_one")
def test_password_change_requires_the_current_password(journey: Journey, person: Person) -> None:
    session = journey.log_in(person)
    with expect_error(ErrorCode.CURRENT_PASSWORD_INCORRECT) as refusal:
        journey.change_password(replace(person, password=new_password()), session, new_password())
    assert refusal.reply is not None
    assert refusal.reply.status == 401
    journey.log_in(person)


@pytest.mark.rule("password.change_takes_effect", "password.change_is_told_by_mail")
def test_password_change_takes_effect_and_is_confirmed_by_mail(journey: Journey, person: Person) -> None:
    renewed = journey.change_password(person, journey.log_in(person), new_password())
    journey.mailbox.wait(to=person.email, kind="passwordchange")
    journey.log_in(renewed)
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(person)


@pytest.mark.rule("password.current_one_is_refused_as_new")
def test_change_to_the_same_password_is_refused(journey: Journey, person: Person) -> None:
    with expect_error(ErrorCode.NEW_PASSWORD_NOT_ALLOWED):
        journey.change_password(person, journey.log_in(person), person.password)


@pytest.mark.preset("default", password_history=2)
@pytest.mark.rule("password.recent_ones_are_refused")
def test_recent_passwords_are_refused(journey: Journey, person: Person) -> None:
    session, former = journey.log_in(person), [person.password]
    for _ in range(3):
        person = journey.change_password(person, session, new_password())
        former.append(person.password)
    for recent in former[1:3]:
        with expect_error(ErrorCode.NEW_PASSWORD_NOT_ALLOWED):
            journey.change_password(person, session, recent)
    journey.forget_password(person)
    with expect_error(ErrorCode.NEW_PASSWORD_NOT_ALLOWED):
        journey.reset_password(person, former[2])
    journey.change_password(person, session, former[0])


@by_themselves
@pytest.mark.preset(
    "default", server_side_validation=True, password_min_length=12, password_max_length=40, password_classes=["digit"]
)
@pytest.mark.rule("password.policy_is_enforced")
@pytest.mark.parametrize("password", ["2-short-now", "12-" + "x" * 38, "no-digit-at-all"])
def test_password_policy_is_enforced(journey: Journey, choose: Setter, password: str) -> None:
    with expect_error(ErrorCode.FIELD_VALIDATION_FAILED):
        choose(journey, password)
    journey.log_in(choose(journey, "a-fitting-one-2"))


@pytest.mark.preset("default", password_max_age_days=0)
@pytest.mark.rule("password.old_password_still_logs_in")
def test_password_does_not_expire_by_default(journey: Journey, person: Person) -> None:
    journey.let_time_pass(400 * DAY)
    journey.log_in(person)


@pytest.mark.rule("password.operator_sets_it")
def test_management_sets_a_password(journey: Journey, person: Person, api: Client) -> None:
    before = hash_of(api, person)
    journey.log_in(journey.accounts.set_password(person, new_password()))
    assert hash_of(api, person) != before


def hash_of(api: Client, person: Person) -> str:
    """Return the password hash that management can read."""
    reply = api.call("account.get_password_hash_by_uid", path={"uid": person.uid})
    return str(reply.must_succeed().data["PasswordHash"])


@pytest.mark.preset("default", server_side_validation=True, password_blocklist=True)
@pytest.mark.rule("password.operator_obeys_the_policy")
@pytest.mark.parametrize("password", ["Sh0rt-1", "password1"])
def test_password_policy_applies_to_management(journey: Journey, password: str) -> None:
    with expect_error(ErrorCode.FIELD_VALIDATION_FAILED, ErrorCode.PASSWORD_TOO_WEAK):
        by_operator(journey, password)


@pytest.mark.rule("password.change_date_is_recorded")
@pytest.mark.parametrize("choose", [at_change, at_reset])
def test_last_password_change_date_is_stored(journey: Journey, choose: Setter) -> None:
    person = choose(journey, new_password())
    profile = journey.accounts.find(person)
    age = journey.client.clock.now() - datetime.fromisoformat(profile["LastPasswordChangeDate"])
    assert abs(age) < timedelta(seconds=10)


@pytest.mark.rule("password.change_date_is_recorded")
def test_later_change_updates_the_password_change_date(journey: Journey, person: Person) -> None:
    session = journey.log_in(person)
    person = journey.change_password(person, session, new_password())
    first = journey.profile(session)["LastPasswordChangeDate"]
    journey.let_time_pass(2)
    journey.change_password(person, session, new_password())
    assert journey.profile(session)["LastPasswordChangeDate"] > first


@pytest.mark.preset("default", password_max_age_days=30)
@pytest.mark.rule("password.expiry_date_follows_max_age")
def test_password_expiry_date_is_reported(journey: Journey, person: Person) -> None:
    profile = journey.profile(journey.log_in(journey.accounts.set_password(person, new_password())))
    left = datetime.fromisoformat(profile["PasswordExpirationDate"]) - journey.client.clock.now()
    assert abs(left - timedelta(days=30)) < timedelta(seconds=10)


@pytest.mark.preset("default", hash_rounds=1_000)
@pytest.mark.rule("password.hash_answers_management")
def test_management_can_read_the_password_hash(api: Client, person: Person) -> None:
    scheme, rounds, salt, hashed = hash_of(api, person).split("$")
    assert (scheme, rounds) == ("Rfc2898DeriveBytes", "1000")
    assert salt
    assert hashed
