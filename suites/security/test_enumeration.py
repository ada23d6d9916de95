"""Rows 14 to 16: whether a stranger can find out who has an account."""

from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.checks.security.information_leaks import assert_indistinguishable, disclosures_about
from loginradius_harness.checks.security.login_attempts import attempt_login
from loginradius_harness.checks.security.reporter import Reporter
from loginradius_harness.checks.security.timing import compare, confirmed
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

SAMPLES = 400  # requests of each kind

FORMS = [
    pytest.param("email"),
    pytest.param("phone", marks=pytest.mark.preset("phone-login")),
    pytest.param("username", marks=pytest.mark.preset("username-login")),
]
EVERY_FORM = pytest.mark.parametrize("by", FORMS)


@EVERY_FORM
@pytest.mark.security(14, "ASVS 5.0 6.3.8", "WSTG-IDNT-04")
@pytest.mark.rule("enumeration.login_tells_unknown_from_wrong")
def test_login_answers_unknown_accounts_and_wrong_passwords_alike(journey: Journey, by: str) -> None:
    known, unknown = journey.verified_person("phone", "username"), journey.new_person()
    assert_indistinguishable(
        attempt_login(journey, known, new_password(), by=by), attempt_login(journey, unknown, by=by)
    )


@EVERY_FORM
@pytest.mark.security(14, "ASVS 5.0 6.3.8", "WSTG-IDNT-04")
@pytest.mark.rule("errors.have_one_envelope")
def test_refused_login_reveals_only_its_code(journey: Journey, by: str) -> None:
    first, second = journey.verified_person("phone", "username"), journey.verified_person("phone", "username")
    refusals = [attempt_login(journey, person, new_password(), by=by) for person in (first, second)]
    assert disclosures_about(refusals[0], first) == []
    assert refusals[0].data == refusals[1].data


@pytest.mark.preset("strict-security", lockout_threshold=0, hash_rounds=1000)
@pytest.mark.security(15, "ASVS 5.0 6.3.8", "WSTG-IDNT-04")
@pytest.mark.rule("enumeration.timing_tells_unknown_from_wrong")
def test_login_takes_equally_long_for_unknown_accounts(journey: Journey, person: Person, recorder: Reporter) -> None:
    other_person = journey.new_person()
    found = compare(
        lambda: attempt_login(journey, person, "not the password"),
        lambda: attempt_login(journey, other_person, "not it"),
        SAMPLES,
    )
    assert not found.differs, str(found)
    recorder.set_outcome("passed", str(found))


@pytest.mark.preset("strict-security", lockout_threshold=0, hash_rounds=1000)
@pytest.mark.security(15, "WSTG-IDNT-04", "ASVS 5.0 11.2.4")
@pytest.mark.rule("login.nearly_right_password_takes_as_long")
def test_nearly_correct_password_takes_equally_long(journey: Journey, person: Person, recorder: Reporter) -> None:
    near, far = person.password[:-1] + "~", "~" * len(person.password)
    found = confirmed(
        lambda: attempt_login(journey, person, near), lambda: attempt_login(journey, person, far), SAMPLES
    )
    assert not found.differs, str(found)
    recorder.set_outcome("passed", str(found))


def forgotten(journey: Journey, person: Person) -> ApiResponse:
    return journey.client.call("authentication.forgot_password", body={"email": person.email})


def signed_up(journey: Journey, person: Person) -> ApiResponse:
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": new_password()}
    return journey.client.call("authentication.register_by_email", body=body)


def looked_up(journey: Journey, person: Person) -> ApiResponse:
    return journey.client.call("authentication.check_email_availability", query={"email": person.email})


def mailed_a_link(journey: Journey, person: Person) -> ApiResponse:
    return journey.client.call("passwordless_login.by_email", query={"email": person.email})


def let_in_smartly(journey: Journey, person: Person) -> ApiResponse:
    query = {"email": person.email, "clientGuid": str(uuid4())}
    return journey.client.call("smart_login.by_email", query=query)


def asked(journey: Journey, person: Person) -> ApiResponse:
    return journey.client.call("authentication.get_security_questions_by_email", query={"email": person.email})


WAYS = {
    forgotten: "forgot_password", signed_up: "registration", looked_up: "lookups", mailed_a_link: "login_links",
    let_in_smartly: "login_links", asked: "questions",
}  # fmt: skip


def _tells(way: Any, topic: str) -> Any:
    verb = "tells" if topic in {"forgot_password", "registration"} else "tell"
    return pytest.param(way, marks=pytest.mark.rule(f"enumeration.{topic}_{verb}_the_account"), id=way.__name__)


@pytest.mark.preset("strict-security", mfa="disabled")
@pytest.mark.parametrize("way", [_tells(way, topic) for way, topic in WAYS.items()])
@pytest.mark.security(16, "ASVS 5.0 6.3.8", "WSTG-IDNT-04", "WSTG-ATHN-09")
def test_public_operations_do_not_reveal_whether_an_account_exists(journey: Journey, way: Any) -> None:
    known, unknown = journey.verified_person("answer"), journey.new_person()
    assert_indistinguishable(way(journey, known), way(journey, unknown))


@pytest.mark.preset("strict-security", mfa="disabled")
@pytest.mark.parametrize("way", [pytest.param(way, id=way.__name__) for way in WAYS])
@pytest.mark.security(16, "ASVS 5.0 6.3.8", "ASVS 5.0 8.2.3", "WSTG-IDNT-04")
@pytest.mark.rule("isolation.every_secret_member_stays_inside")
def test_availability_checks_reveal_only_existence(journey: Journey, way: Any) -> None:
    person = journey.verified_person("answer", "phone")
    assert disclosures_about(way(journey, person), person) == []
