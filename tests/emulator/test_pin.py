from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

pytestmark = pytest.mark.preset("pin")
mailing_codes = pytest.mark.preset("pin-otp")
suspending = pytest.mark.preset("pin", lockout_type="Suspend", lockout_threshold=3)

PHONE = "+15550100100"
QUESTION = "db7a1c1de73a4b7d8f4f9f6a1c8f8c20"
NEW = {"OldPIN": "1234", "NewPIN": "4321"}
ANSWERED = {"email": "ada@example.com", "PIN": "4321", "SecurityAnswer": {QUESTION: "Blue"}}
Last = Callable[[str, str], Message]


@pytest.fixture
def person(ask: Ask) -> Member:
    """Return a verified person with a PIN, a user name, a phone and a security answer."""
    body = {
        "Email": [{"Type": "Primary", "Value": "ada@example.com"}],
        "EmailVerified": True,
        "Password": "correct horse 7",
        "UserName": "ada",
        "PhoneId": PHONE,
        "PINInfo": {"PIN": "1234"},
        "SecurityQuestionAnswer": {QUESTION: "Blue"},
    }
    return Member(ask("account.create_account", body=body).data["Uid"], "ada@example.com", "correct horse 7")


def log_in(ask: Ask, person: Member) -> dict[str, Any]:
    """Return a full login."""
    data: dict[str, Any] = ask(
        "authentication.login_by_email", body={"email": person.email, "password": person.password}
    ).data
    return data


def pin_login(ask: Ask, session_token: str, pin: str = "1234") -> Any:
    return ask("pin.login", query={"session_token": session_token}, body={"PIN": pin})


def opens(ask: Ask, person: Member, pin: str) -> bool:
    """Whether the PIN logs the person in."""
    return bool(pin_login(ask, log_in(ask, person)["session_token"], pin).status == 200)


def test_pin_logs_in_with_the_session_token_of_a_full_login(ask: Ask, person: Member) -> None:
    data = pin_login(ask, log_in(ask, person)["session_token"]).data
    assert (data["Profile"]["Uid"], data["Profile"]["PIN"]["PIN"]) == (person.uid, "**********")


def test_wrong_pin_is_refused_with_401(ask: Ask, person: Member) -> None:
    answer = pin_login(ask, log_in(ask, person)["session_token"], "9999")
    assert (answer.status, answer.code) == (401, ErrorCode.PIN_INCORRECT)


def test_pin_is_needed(ask: Ask, person: Member) -> None:
    assert (
        ask("pin.login", query={"session_token": log_in(ask, person)["session_token"]}, body={}).code
        == ErrorCode.PIN_REQUIRED
    )


@suspending
def test_wrong_pins_lock(ask: Ask, person: Member) -> None:
    session = log_in(ask, person)["session_token"]
    assert [pin_login(ask, session, "9999").code for _ in range(3)] == [
        ErrorCode.PIN_INCORRECT,
        ErrorCode.PIN_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ]
    assert pin_login(ask, session).code == ErrorCode.ACCOUNT_LOCKED_TEMPORARILY


def test_invalidated_session_token_opens_nothing(ask: Ask, person: Member) -> None:
    session = log_in(ask, person)["session_token"]
    assert ask("pin.invalidate_session_token", query={"session_token": session}).status == 200
    assert pin_login(ask, session).code == ErrorCode.PIN_SESSION_TOKEN_INVALID
    assert (
        ask("pin.invalidate_session_token", query={"session_token": session}).code
        == ErrorCode.PIN_SESSION_TOKEN_INVALID
    )


def test_session_token_expires(ask: Ask, tenant: Tenant, person: Member) -> None:
    session = log_in(ask, person)["session_token"]
    tenant.clock.advance(tenant.settings.pin_session_seconds + 1)
    assert pin_login(ask, session).code == ErrorCode.PIN_SESSION_TOKEN_EXPIRED


def test_pin_login_is_refused_where_it_is_off(ask: Ask, tenant: Tenant, person: Member) -> None:
    session = log_in(ask, person)["session_token"]
    tenant.settings.pin = False
    assert pin_login(ask, session).code == ErrorCode.PIN_LOGIN_DISABLED


def pin_auth_token(ask: Ask) -> str:
    """Return the token of a login that asks its user for a PIN."""
    body = {
        "Email": [{"Type": "Primary", "Value": "eve@example.com"}],
        "EmailVerified": True,
        "Password": "correct horse 8",
    }
    ask("account.create_account", body=body)
    refused = ask("authentication.login_by_email", body={"email": "eve@example.com", "password": "correct horse 8"})
    assert refused.code == ErrorCode.PIN_SETUP_REQUIRED
    token: str = refused.data["Data"]["PINAuthToken"]
    return token


def test_login_that_demands_a_pin_goes_on_once_it_is_set(ask: Ask) -> None:
    token = pin_auth_token(ask)
    answers = [ask("pin.set_pin_by_pin_auth_token", query={"pinAuthToken": token}, body={"PIN": "4321"}) for _ in "12"]
    assert [answer.code for answer in answers] == [None, ErrorCode.PIN_AUTH_TOKEN_INVALID]
    assert pin_login(ask, answers[0].data["session_token"], "4321").status == 200


def test_refused_pin_does_not_cost_the_token(ask: Ask) -> None:
    query = {"pinAuthToken": pin_auth_token(ask)}
    refused = ask("pin.set_pin_by_pin_auth_token", query=query, body={"PIN": "1"})
    assert (refused.code, refused.data["Errors"][0]["FieldName"]) == (ErrorCode.FIELD_VALIDATION_FAILED, "PIN")
    assert ask("pin.set_pin_by_pin_auth_token", query=query, body={"PIN": "4321"}).status == 200


def test_token_that_asks_for_a_pin_expires(ask: Ask, tenant: Tenant) -> None:
    query = {"pinAuthToken": pin_auth_token(ask)}
    tenant.clock.advance(tenant.settings.pin_auth_seconds + 1)
    assert (
        ask("pin.set_pin_by_pin_auth_token", query=query, body={"PIN": "4321"}).code == ErrorCode.PIN_AUTH_TOKEN_EXPIRED
    )


def test_pin_change_needs_the_old_pin(ask: Ask, person: Member) -> None:
    token = log_in(ask, person)["access_token"]
    wrong = ask("pin.change_pin_by_access_token", token=token, body={"OldPIN": "9999", "NewPIN": "4321"})
    assert (wrong.status, wrong.code) == (401, ErrorCode.CURRENT_PIN_INCORRECT)
    ask("pin.change_pin_by_access_token", token=token, body={"OldPIN": "1234", "NewPIN": "4321"})
    assert (opens(ask, person, "1234"), opens(ask, person, "4321")) == (False, True)


def test_mailed_token_resets_the_pin_once(ask: Ask, last: Last, person: Member) -> None:
    ask("pin.forgot_by_email", body={"email": person.email})
    body = {"ResetToken": last("forgotpin", person.email).token, "PIN": "4321"}
    assert [ask("pin.reset_pin_by_reset_token", body=body).code for _ in range(2)] == [
        None,
        ErrorCode.PIN_RESET_LINK_ALREADY_USED,
    ]
    assert opens(ask, person, "4321")


def test_unknown_token_is_refused(ask: Ask) -> None:
    assert (
        ask("pin.reset_pin_by_reset_token", body={"ResetToken": "0" * 32, "PIN": "4321"}).code
        == ErrorCode.VERIFICATION_TOKEN_INVALID
    )


def test_mailed_token_expires(ask: Ask, tenant: Tenant, last: Last, person: Member) -> None:
    ask("pin.forgot_by_username", body={"username": "ada"})
    tenant.clock.advance(tenant.settings.link_seconds + 1)
    body = {"ResetToken": last("forgotpin", person.email).token, "PIN": "4321"}
    assert ask("pin.reset_pin_by_reset_token", body=body).code == ErrorCode.LINK_EXPIRED


def test_refused_pin_does_not_cost_the_mailed_token(ask: Ask, last: Last, person: Member) -> None:
    ask("pin.forgot_by_email", body={"email": person.email})
    token = last("forgotpin", person.email).token
    assert (
        ask("pin.reset_pin_by_reset_token", body={"ResetToken": token, "PIN": "1"}).code
        == ErrorCode.FIELD_VALIDATION_FAILED
    )
    assert ask("pin.reset_pin_by_reset_token", body={"ResetToken": token, "PIN": "4321"}).status == 200


@mailing_codes
@pytest.mark.parametrize("named", [{"email": "ada@example.com"}, {"username": "ada"}])
def test_mailed_code_resets_the_pin_once(ask: Ask, last: Last, person: Member, named: dict[str, str]) -> None:
    kind = next(iter(named))
    ask(f"pin.forgot_by_{kind}", body=named)
    body = {**named, "OTP": last("forgotpin", person.email).otp, "PIN": "4321"}
    assert [ask(f"pin.reset_pin_by_{kind}_and_otp", body=body).code for _ in range(2)] == [
        None,
        ErrorCode.EMAIL_OTP_ALREADY_USED,
    ]
    assert opens(ask, person, "4321")


def test_texted_code_resets_the_pin_once(ask: Ask, last: Last, person: Member) -> None:
    ask("pin.forgot_by_phone", body={"phone": PHONE})
    body = {"phone": PHONE, "OTP": last("forgotpin", PHONE).otp, "PIN": "4321"}
    assert [ask("pin.reset_pin_by_phone_and_otp", body=body).code for _ in range(2)] == [
        None,
        ErrorCode.OTP_ALREADY_USED,
    ]
    assert opens(ask, person, "4321")


@suspending
@pytest.mark.usefixtures("person")
def test_wrong_reset_codes_lock(ask: Ask) -> None:
    ask("pin.forgot_by_phone", body={"phone": PHONE})
    body = {"phone": PHONE, "OTP": "no code", "PIN": "4321"}
    assert [ask("pin.reset_pin_by_phone_and_otp", body=body).code for _ in range(3)] == [
        ErrorCode.OTP_INCORRECT,
        ErrorCode.OTP_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ]


@pytest.mark.parametrize("named", [{"email": "ada@example.com"}, {"username": "ada"}, {"phone": PHONE}])
def test_right_answer_resets_the_pin(ask: Ask, person: Member, named: dict[str, str]) -> None:
    operation = f"pin.reset_pin_by_{next(iter(named))}_and_security_answer"
    assert (
        ask(operation, body={**named, "PIN": "4321", "SecurityAnswer": {QUESTION: "Red"}}).code
        == ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT
    )
    assert ask(operation, body={**named, "PIN": "4321", "SecurityAnswer": {QUESTION: "blue "}}).status == 200
    assert opens(ask, person, "4321")


def test_person_without_pin_cannot_forget_it(ask: Ask, tenant: Tenant, person: Member) -> None:
    tenant.managed_account(person.uid).pin = None
    assert ask("pin.forgot_by_email", body={"email": person.email}).code == ErrorCode.ACCOUNT_HAS_NO_PIN


def test_unknown_user_is_refused(ask: Ask) -> None:
    assert ask("pin.forgot_by_email", body={"email": "nobody@example.com"}).code == ErrorCode.ACCOUNT_NOT_FOUND


def test_unconfirmed_phone_gets_no_code(ask: Ask, tenant: Tenant, person: Member) -> None:
    tenant.managed_account(person.uid).phone_verified = False
    assert ask("pin.forgot_by_phone", body={"phone": PHONE}).code == ErrorCode.PHONE_NOT_VERIFIED


@pytest.mark.preset("pin", allowed_urls=["https://app.example/"])
def test_reset_page_must_be_on_the_list(ask: Ask, last: Last, person: Member) -> None:
    body = {"email": person.email}
    assert (
        ask("pin.forgot_by_email", query={"resetPINUrl": "https://evil.example/"}, body=body).code
        == ErrorCode.PIN_RESET_URL_NOT_ALLOWED
    )
    ask("pin.forgot_by_email", query={"resetPINUrl": "https://app.example/pin"}, body=body)
    assert str(last("forgotpin", person.email).link).startswith("https://app.example/pin?vtype=forgotpin&vtoken=")


@pytest.mark.parametrize(
    "row",
    [
        (lambda ask, token: ask("pin.change_pin_by_access_token", token=token, body=NEW), "ChangePIN"),
        (lambda ask, _: ask("pin.reset_pin_by_email_and_security_answer", body=ANSWERED), "ResetPIN"),
    ],
)
def test_new_pin_fires_a_webhook(
    ask: Ask, tenant: Tenant, person: Member, monkeypatch: pytest.MonkeyPatch, row: tuple[Callable[..., Any], str]
) -> None:
    act, event = row
    token, fired = log_in(ask, person)["access_token"], []
    monkeypatch.setattr(tenant.webhooks, "fire", lambda name, account, **_: fired.append((name, account.uid)))
    assert act(ask, token).status == 200
    assert fired == [(event, person.uid)]
