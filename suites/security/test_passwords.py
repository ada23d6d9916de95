"""Rows 1 to 8: which passwords a tenant accepts, and whether it stores them unchanged."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pytest

from loginradius_harness.checks.security.login_attempts import WRONG_PASSWORD, attempt_login, log_in, login_succeeds
from loginradius_harness.checks.security.wordlist import common_passwords
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

INVALID, TOO_COMMON, BREACHED, WRONG_CURRENT = (
    ErrorCode.FIELD_VALIDATION_FAILED,
    ErrorCode.PASSWORD_TOO_WEAK,
    ErrorCode.NEW_PASSWORD_BREACHED,
    ErrorCode.CURRENT_PASSWORD_INCORRECT,
)
TOO_SHORT = (INVALID, TOO_COMMON, ErrorCode.NEW_PASSWORD_NOT_ALLOWED)
PHRASE = "correct horse battery staple by the river"
DAY = 86_400
Form = Literal["NFC", "NFD"]

# Operations that set a password. Each returns the tenant's response.
Set = Callable[[Journey, Person, str], ApiResponse]


def at_registration(journey: Journey, _person: Person, password: str) -> ApiResponse:
    other_person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": other_person.email}], "Password": password}
    return journey.client.call("authentication.register_by_email", body=body)


def at_change(journey: Journey, person: Person, password: str) -> ApiResponse:
    token = journey.accounts.log_in(person).token
    body = {"oldpassword": person.password, "newpassword": password}
    return journey.client.call("authentication.change_password", token=token, body=body)


def at_reset(journey: Journey, person: Person, password: str) -> ApiResponse:
    token = journey.client.call("account.get_forgot_password_token", body={"email": person.email}).must_succeed()
    body = {"resettoken": token.data["ForgotToken"], "password": password}
    return journey.client.call("authentication.reset_password_by_reset_token", body=body)


PLACES = {"registration": at_registration, "change": at_change, "reset": at_reset}
everywhere = pytest.mark.parametrize("where", [pytest.param(place, id=name) for name, place in PLACES.items()])
everywhere_by_rule = pytest.mark.parametrize(
    "where",
    [
        pytest.param(place, id=name, marks=pytest.mark.rule(f"password.common_is_refused_at_{name}"))
        for name, place in PLACES.items()
    ],
)
set_to = at_reset  # needs neither the old password nor a session


def with_password(journey: Journey, person: Person, password: str) -> Person:
    """Give the person another password, which the tenant must accept."""
    set_to(journey, person, password).must_succeed()
    return replace(person, password=password)


@everywhere
@pytest.mark.security(1, "ASVS 5.0 6.2.1", "NIST SP 800-63B-4 3.1.1.2", "WSTG-ATHN-07")
@pytest.mark.rule("password.shorter_than_8_is_refused")
def test_seven_character_password_is_refused(journey: Journey, person: Person, where: Set) -> None:
    where(journey, person, "kX9#mQ2").must_be_refused(*TOO_SHORT)


@everywhere
@pytest.mark.preset("strict-security", password_min_length=8)
@pytest.mark.security(1, "ASVS 5.0 6.2.1", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.shorter_than_8_is_refused")
def test_configured_minimum_length_is_enforced(journey: Journey, person: Person, where: Set) -> None:
    where(journey, person, "kX9#mQ2").must_be_refused(*TOO_SHORT)
    where(journey, person, "kX9#mQ2v").must_succeed()


@everywhere
@pytest.mark.security(1, "ASVS 5.0 6.2.1", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.shorter_than_15_is_refused")
def test_single_factor_password_needs_fifteen_characters(journey: Journey, person: Person, where: Set) -> None:
    where(journey, person, "kX9#mQ2vLp4!tZ").must_be_refused(*TOO_SHORT)


@everywhere
@pytest.mark.security(2, "ASVS 5.0 6.2.9", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.of_64_characters_is_accepted")
def test_password_of_64_characters_is_accepted(journey: Journey, person: Person, where: Set) -> None:
    where(journey, person, (new_password() * 4)[:64]).must_succeed()


@pytest.mark.security(2, "ASVS 5.0 6.2.8", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.is_not_truncated")
def test_password_is_not_truncated_after_64_characters(journey: Journey, person: Person) -> None:
    person = with_password(journey, person, (new_password() * 4)[:64] + "a")
    assert attempt_login(journey, person, person.password[:64] + "b").error_code == WRONG_PASSWORD
    assert attempt_login(journey, person, person.password[:64]).error_code == WRONG_PASSWORD
    log_in(journey, person)


@everywhere
@pytest.mark.security(3, "ASVS 5.0 6.2.5", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.needs_no_mixture")
def test_long_passphrase_needs_no_character_classes(journey: Journey, person: Person, where: Set) -> None:
    where(journey, person, PHRASE).must_succeed()


@pytest.mark.security(4, "ASVS 5.0 6.2.8", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.letter_case_counts")
def test_passwords_are_case_sensitive(journey: Journey, person: Person) -> None:
    assert attempt_login(journey, person, person.password.swapcase()).error_code == WRONG_PASSWORD
    log_in(journey, person)


@pytest.mark.security(4, "ASVS 5.0 6.2.8", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.unicode_is_kept")
@pytest.mark.parametrize(("form", "other_form"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_non_ascii_letters_are_preserved(journey: Journey, person: Person, form: Form, other_form: Form) -> None:
    password = unicodedata.normalize(form, "éclair für Ångström 東京 🦊 ñandú")
    person = with_password(journey, person, password)
    other = unicodedata.normalize(other_form, password)
    assert {login_succeeds(attempt_login(journey, person)) for _ in range(3)} == {True}
    assert len({login_succeeds(attempt_login(journey, person, other)) for _ in range(3)}) == 1
    assert not login_succeeds(attempt_login(journey, person, password.encode("ascii", "ignore").decode()))


@everywhere_by_rule
@pytest.mark.preset("strict-security", password_min_length=8)
@pytest.mark.security(5, "ASVS 5.0 6.2.4", "NIST SP 800-63B-4 3.1.1.2", "API2:2023")
def test_most_common_passwords_are_refused(journey: Journey, person: Person, where: Set) -> None:
    taken = [word for word in common_passwords() if where(journey, person, word).error_code != TOO_COMMON]
    assert taken == []


@everywhere
@pytest.mark.preset("strict-security", breached_passwords=["Tr0ub4dor&3 is known to all"])
@pytest.mark.security(5, "ASVS 5.0 6.2.12")
@pytest.mark.rule("password.breached_is_refused_when_set")
def test_password_from_a_breach_is_refused(journey: Journey, person: Person, where: Set) -> None:
    where(journey, person, "Tr0ub4dor&3 is known to all").must_be_refused(BREACHED)


@pytest.mark.needs("password-blocklist")
@pytest.mark.security(6, "ASVS 5.0 6.2.11", "ASVS 5.0 6.1.2")
@pytest.mark.rule("password.own_data_is_refused")
@pytest.mark.parametrize("of", ["email", "first_name", "last_name"])
def test_own_data_are_refused_as_password(journey: Journey, person: Person, of: str) -> None:
    word = getattr(person, of).partition("@")[0]
    set_to(journey, person, f"{word}-2031-x7!").must_be_refused(TOO_COMMON)


@pytest.mark.security(6, "ASVS 5.0 6.1.2", "ASVS 5.0 6.2.11")
@pytest.mark.rule("password.brand_is_refused")
def test_brand_name_is_refused_as_password(journey: Journey, person: Person) -> None:
    brand = str(journey.configuration["AppName"])
    set_to(journey, person, f"{brand.title()}-login-2031!").must_be_refused(TOO_COMMON)


@pytest.mark.security(7, "ASVS 5.0 6.2.3", "API2:2023", "WSTG-ATHN-09")
@pytest.mark.rule("password.change_needs_the_current_one")
@pytest.mark.parametrize("current", ["Tst-Pw1!not-the-one", "", None])
def test_stolen_session_cannot_change_the_password(journey: Journey, person: Person, current: str | None) -> None:
    token = journey.accounts.log_in(person).token
    body = {"newpassword": new_password()} | ({} if current is None else {"oldpassword": current})
    reply = journey.client.call("authentication.change_password", token=token, body=body)
    assert not reply.ok
    if current:
        reply.must_be_refused(WRONG_CURRENT)
    log_in(journey, person)


@pytest.mark.security(7, "ASVS 5.0 6.2.2")
@pytest.mark.rule("password.change_takes_effect")
def test_password_change_invalidates_the_old_password(journey: Journey, person: Person, session: Session) -> None:
    changed = journey.change_password(person, session, new_password())
    assert attempt_login(journey, person).error_code == WRONG_PASSWORD
    log_in(journey, changed)


@pytest.mark.preset("strict-security", password_max_age_days=0)
@pytest.mark.security(8, "ASVS 5.0 6.2.10", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.old_password_still_logs_in")
def test_password_does_not_expire_by_age(journey: Journey, person: Person) -> None:
    journey.let_time_pass(400 * DAY)
    log_in(journey, person)


@pytest.mark.preset("strict-security", password_max_age_days=90)
@pytest.mark.security(8, "ASVS 5.0 6.2.10", "NIST SP 800-63B-4 3.1.1.2")
@pytest.mark.rule("password.rotation_is_a_tenant_option")
def test_account_has_no_password_expiry_date(journey: Journey, person: Person) -> None:
    profile = journey.accounts.read(person.uid)
    assert profile["PasswordExpirationDate"] in {None, "0001-01-01T00:00:00"}
