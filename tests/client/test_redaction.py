"""What is shown of a request and its response."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import Violation
from loginradius_harness.journey.people import new_person

KEY = "00000000-1111-2222-3333-444444444444"
SECRET = "55555555-6666-7777-8888-999999999999"
TOKEN = "9f1c4a52-7b1e-4a40-9a3c-0d5f1f0a6a11"
OTHER_TOKEN = "11111111-7b1e-4a40-9a3c-0d5f1f0a6a11"
LINK_TOKEN = "0f" * 16


@pytest.fixture
def redactor() -> Redactor:
    return Redactor({"HARNESS_API_KEY": Secret(KEY), "HARNESS_API_SECRET": Secret(SECRET)})


def test_secrets_of_a_url_become_variables(redactor: Redactor) -> None:
    shown = redactor.url(f"https://api.example.com/x?apiKey={KEY}&verificationtoken={LINK_TOKEN}&page=2&empty=")
    assert (
        shown
        == "https://api.example.com/x?apiKey=${HARNESS_API_KEY}&verificationtoken=${VERIFICATIONTOKEN}&page=2&empty="
    )


def test_code_of_a_redirect_becomes_a_variable(redactor: Redactor) -> None:
    address = f"https://app.example.com/in?code={LINK_TOKEN}&state=s"
    shown = "https://app.example.com/in?code=${CODE}&state=s"
    assert redactor.headers([("Location", address)]) == {"Location": shown}
    assert redactor.answer({"location": address}) == {"location": shown}
    assert redactor.request_body({"code": LINK_TOKEN}) == {"code": "${CODE}"}  # known from then on


def test_key_of_another_tenant_is_another_variable(redactor: Redactor) -> None:
    assert redactor.url(f"https://x/?apikey={OTHER_TOKEN}") == "https://x/?apikey=${HARNESS_API_KEY_2}"


@pytest.mark.parametrize("junk", ["", "junk", "not-a-guid", "' or 1=1 --"])
def test_junk_in_place_of_a_credential_is_shown(redactor: Redactor, junk: str) -> None:
    assert redactor.headers([("X-LoginRadius-ApiSecret", junk)]) == {"X-LoginRadius-ApiSecret": junk}


def test_bearer_scheme_stays(redactor: Redactor) -> None:
    assert redactor.headers([("authorization", f"Bearer {TOKEN}")]) == {"authorization": "Bearer ${ACCESS_TOKEN}"}


def test_one_value_keeps_one_name_from_answer_to_request(redactor: Redactor) -> None:
    answer = redactor.answer({"access_token": TOKEN, "refresh_token": OTHER_TOKEN})
    assert answer == {"access_token": "${ACCESS_TOKEN}", "refresh_token": "${REFRESH_TOKEN}"}
    assert redactor.headers([("Authorization", f"Bearer {TOKEN}")])["Authorization"] == "Bearer ${ACCESS_TOKEN}"
    assert redactor.answer({"access_token": OTHER_TOKEN + "0"}) == {"access_token": "${ACCESS_TOKEN_2}"}


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"Password": "hunter2 secret"}, {"Password": "${PASSWORD}"}),
        ({"otp": 123456}, {"otp": "${OTP}"}),
        ({"securityanswer": {"db7a": "Rex"}}, {"securityanswer": {"db7a": "${SECURITYANSWER}"}}),
        ({"securityquestionanswer": [{"QuestionId": "q", "Answer": "Rex"}]}, None),
        ({"BackUpCodes": ["02ea0-de2bd"]}, {"BackUpCodes": ["${BACK_UP_CODES}"]}),
        ({"PINInfo": {"PIN": "1234", "Skipped": False}}, {"PINInfo": {"PIN": "${PIN}", "Skipped": False}}),
        ({"password": None, "AcceptPrivacyPolicy": True}, {"password": None, "AcceptPrivacyPolicy": True}),
        ([1, "x", {"a": 1.5}], [1, "x", {"a": 1.5}]),
    ],
)
def test_secret_members_become_variables(redactor: Redactor, body: Any, shown: Any) -> None:
    found = redactor.request_body(body)
    assert "Rex" not in json.dumps(found)
    assert shown is None or found == shown


def test_absent_token_and_masked_password_are_shown(redactor: Redactor) -> None:
    body = {"access_token": "00000000-0000-0000-0000-000000000000", "Password": "**********"}
    assert redactor.answer(body) == body


def test_personal_data_of_a_stranger_is_cut(redactor: Redactor) -> None:
    shown = redactor.answer({"FirstName": "Ada", "PhoneId": "+441234567890", "Email": [{"Value": "ada@real.example"}]})
    assert shown == {"FirstName": "***", "PhoneId": "***", "Email": [{"Value": "***"}]}


def test_test_person_is_shown(redactor: Redactor) -> None:
    person = new_person()
    body = {"FirstName": person.first_name, "PhoneId": person.phone, "Email": [{"Value": person.email}]}
    assert redactor.answer(body) == body


@pytest.mark.parametrize(
    "text",
    [
        f"GET /x?apisecret={SECRET}",
        f"curl -H 'Authorization: Bearer {TOKEN}'",
        f'{{"password": "hunter2 secret", "otp":"424242", "token": "{LINK_TOKEN}"}}',
        f"KeyError: {TOKEN!r} at 0x7f",
        "jwt eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl end",
        "to somebody@real.example now",
        f"https://hub.example.com/?vtype=reset&vtoken={LINK_TOKEN}",
    ],
)
def test_text_gives_nothing_away(redactor: Redactor, text: str) -> None:
    shown = redactor.text(text)
    for secret in (SECRET, TOKEN, LINK_TOKEN, "hunter2", 'secret"', "424242", "c2lnbmF0dXJl", "somebody@"):
        assert secret not in shown


def test_saml_response_on_a_page_becomes_a_variable(redactor: Redactor) -> None:
    page = '<input type="hidden" name="SAMLResponse" value="PHNhbWxwOlJlc3BvbnNlPg==">'
    assert redactor.answer(page) == '<input type="hidden" name="SAMLResponse" value="${SAML_RESPONSE}">'


def test_test_password_is_found_in_any_text(redactor: Redactor) -> None:
    person = new_person()
    assert person.password not in redactor.text(f"assert {{'a': ['{person.password}']}} == 1")


def test_value_once_seen_is_found_in_any_text(redactor: Redactor) -> None:
    redactor.request_body({"resettoken": LINK_TOKEN})
    assert redactor.text(f"what is {LINK_TOKEN}?") == "what is ${RESETTOKEN}?"


def test_violation_names_the_secret_member_only(redactor: Redactor) -> None:
    violation = Violation("broken", "/Data/access_token", "pattern", "a GUID", "'tok-very-secret'")
    assert redactor.violation(violation).actual == "hidden access_token"


def test_short_secret_may_be_an_ordinary_word_elsewhere(redactor: Redactor) -> None:
    assert redactor.request_body({"PIN": "1234", "year": "1234"}) == {"PIN": "${PIN}", "year": "1234"}


def test_known_secret_is_one_wherever_it_stands_however_short() -> None:
    redactor = Redactor({"PHONE_1": Secret("+442071838750")})
    assert redactor.request_body({"to": "+442071838750"}) == {"to": "${PHONE_1}"}
    assert redactor.text("SMS to +442071838750 failed") == "SMS to ${PHONE_1} failed"


@pytest.mark.parametrize(
    "text",
    [
        "needs pin: switch PIN login on",
        "the token: it has expired",
        "password: at least 8 characters",
        "expected otp, got nothing",
        "E       assert 'pin' == \"pin\"",
    ],
)
def test_words_of_a_text_are_left_alone(redactor: Redactor, text: str) -> None:
    assert redactor.text(text) == text


LONG = {
    "letters": "A",
    "hex": "0f",
    "base64url": "Zm9v_-",
    "CJK": "\u6f22\u5b57",
    "e-mail characters": "a.b%",
    "beginnings of a JWT": "ey-",
    "an open quote": '"a":"x',
    "assignments": "a=b ",
    "members": '"a": "b", ',
}


@pytest.mark.parametrize("kind", LONG)
def test_time_is_linear(redactor: Redactor, kind: str) -> None:
    unit = LONG[kind]
    short, long = (unit * (length // len(unit)) for length in (20_000, 1_000_000))
    for value in range(1000):  # a long run has seen many tokens
        redactor.answer({"access_token": f"{value:032x}"})
    took = {}
    for text in (short, long):
        start = time.process_time()
        redactor.text(text)
        redactor.answer({"note": text})
        took[len(text)] = time.process_time() - start
    assert took[len(short)] < 0.2
    assert took[len(long)] < 2.0  # fifty times as long; a quadratic pattern needs minutes


@pytest.mark.parametrize("text", ['a="' + "x" * 100_000, "{" + '"otp":' * 20_000, "'" * 100_000])
def test_unclosed_quotes_are_no_problem(redactor: Redactor, text: str) -> None:
    start = time.process_time()
    redactor.text(text)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("levels", [100, 500, 990])
def test_secret_in_a_nested_answer_is_not_shown(redactor: Redactor, levels: int) -> None:
    answer: Any = {"access_token": TOKEN}
    for _ in range(levels):
        answer = {"a": answer}
    for shown in (redactor.answer(answer), redactor.request_body([answer])):
        assert TOKEN not in json.dumps(shown)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(deadline=None)  # a loaded machine is no failure
@given(body=JSON, secret=st.text("abcdef0123456789", min_size=16, max_size=40))
def test_planted_secret_is_gone_from_any_json(body: Any, secret: str) -> None:
    planted = {"outer": [{"refresh_token": secret, "rest": body}]}
    shown = Redactor().answer(planted)
    assert shown["outer"][0]["refresh_token"] == "${REFRESH_TOKEN}"
    assert Redactor({"KNOWN": Secret(secret)}).text(json.dumps(planted)).count(secret) == 0
