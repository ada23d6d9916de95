"""Changing, forgetting and resetting passwords (product-facts.md#password-reset, #password-change)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from loginradius_harness import emulator
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member
from tests.emulator.login_helpers import Last, log_in, register, token_of

NEW = "another passphrase 2"

with_codes = pytest.mark.preset("otp-verification")


def change(ask: Ask, token: str, old: str, new: str = NEW, **more: str) -> Answer:
    """Change the password."""
    return ask("authentication.change_password", body={"oldpassword": old, "newpassword": new, **more}, token=token)


def forget(ask: Ask, person: Member, **query: str) -> Answer:
    """Ask for a reset mail."""
    return ask("authentication.forgot_password", body={"email": person.email}, query=query)


def reset(ask: Ask, token: str | None, password: str = NEW) -> Answer:
    """Set a new password with the token of the mail."""
    return ask("authentication.reset_password_by_reset_token", body={"resettoken": token, "password": password})


def reset_by_code(ask: Ask, person: Member, otp: str | None, password: str = NEW) -> Answer:
    """Set a new password with the code of the mail."""
    sent = {"email": person.email, "otp": otp, "password": password}
    return ask("authentication.reset_password_by_email_otp", body=sent)


def test_changed_password_logs_in_and_the_old_one_does_not(ask: Ask, person: Member, last: Last) -> None:
    assert change(ask, token_of(ask, person), person.password).data == {"IsPosted": True}
    assert log_in(ask, person).code == ErrorCode.CREDENTIALS_INCORRECT
    assert log_in(ask, person, NEW).status == 200
    assert last("passwordchange", person.email)


def test_change_needs_the_current_password(ask: Ask, person: Member) -> None:
    assert change(ask, token_of(ask, person), "wrong").code == ErrorCode.CURRENT_PASSWORD_INCORRECT


def test_change_to_the_same_password_is_refused(ask: Ask, person: Member) -> None:
    assert (
        change(ask, token_of(ask, person), person.password, person.password).code == ErrorCode.NEW_PASSWORD_NOT_ALLOWED
    )


@pytest.mark.preset("lockout-suspend")
def test_wrong_current_passwords_count_towards_the_lock(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    assert [change(ask, token, "wrong").code for _ in range(3)] == [
        ErrorCode.CURRENT_PASSWORD_INCORRECT,
        ErrorCode.CURRENT_PASSWORD_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ]


@pytest.mark.preset("default", force_logout=True)
def test_forced_logout_spares_the_session_that_changes(ask: Ask, person: Member) -> None:
    kept, other = token_of(ask, person), token_of(ask, person)
    change(ask, kept, person.password)
    validate = "authentication.validate_access_token"
    assert (ask(validate, token=kept).status, ask(validate, token=other).code) == (200, ErrorCode.ACCESS_TOKEN_INVALID)


@pytest.mark.preset("default", password_history=1)
def test_former_password_is_refused(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    change(ask, token, person.password)
    assert change(ask, token, NEW, person.password).code == ErrorCode.NEW_PASSWORD_NOT_ALLOWED


@pytest.mark.preset("strict-security", mfa="disabled", password_min_length=8)
def test_weak_passwords_are_refused(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    assert change(ask, token, person.password, "short").data["Errors"][0]["FieldName"] == "Password"
    assert change(ask, token, person.password, "password123").code == ErrorCode.PASSWORD_TOO_WEAK


@pytest.mark.preset("default", bot_protection=["PutChangePassword"])
def test_bot_protection_covers_the_change(ask: Ask, person: Member) -> None:
    token = token_of(ask, person)
    assert change(ask, token, person.password).code == ErrorCode.CAPTCHA_MISSING_OR_INCORRECT
    assert change(ask, token, person.password, **{"g-recaptcha-response": "pass"}).status == 200


def test_reset_link_leads_to_the_callers_page(ask: Ask, person: Member, last: Last) -> None:
    forget(ask, person, resetPasswordUrl="https://shop.example/reset")
    link = last("forgotpassword", person.email).link or ""
    assert link.startswith("https://shop.example/reset?vtype=reset&vtoken=")


@pytest.mark.preset("default", allowed_urls=["https://shop.example/"])
def test_reset_page_must_be_on_the_allow_list(ask: Ask, person: Member, tenant: Tenant) -> None:
    assert forget(ask, person, resetPasswordUrl="https://evil.example/").code == ErrorCode.VERIFICATION_URL_NOT_ALLOWED
    assert not tenant.outbox.find()


def test_forgotten_password_reveals_whether_an_account_exists(ask: Ask) -> None:
    unknown = {"email": "nobody@example.com"}
    assert ask("authentication.forgot_password", body=unknown).code == ErrorCode.ACCOUNT_NOT_FOUND
    assert ask("authentication.forgot_password", body={}).code == ErrorCode.EMAIL_OR_USERNAME_REQUIRED


@pytest.mark.preset("default", mail_limit=1)
def test_mail_limit_stops_reset_mails(ask: Ask, person: Member, tenant: Tenant) -> None:
    assert [forget(ask, person).code for _ in range(2)] == [None, ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED]
    tenant.clock.advance(tenant.settings.mail_window_seconds + 1)
    assert forget(ask, person).status == 200


def test_reset_token_dies_on_first_use(ask: Ask, person: Member, last: Last) -> None:
    forget(ask, person)
    token = last("forgotpassword", person.email).token
    assert reset(ask, token).data == {"IsPosted": True}
    assert reset(ask, token, "yet another 3").code == ErrorCode.LINK_ALREADY_USED
    assert log_in(ask, person, NEW).status == 200
    assert last("passwordreset", person.email)


def test_refused_password_does_not_cost_the_token(ask: Ask, person: Member, last: Last) -> None:
    forget(ask, person)
    token = last("forgotpassword", person.email).token
    assert reset(ask, token, person.password).code == ErrorCode.NEW_PASSWORD_NOT_ALLOWED
    assert reset(ask, token).status == 200


def test_newest_reset_token_wins(ask: Ask, person: Member, last: Last) -> None:
    forget(ask, person)
    older = last("forgotpassword", person.email).token
    forget(ask, person)
    assert reset(ask, older).code == ErrorCode.VERIFICATION_TOKEN_INVALID
    assert reset(ask, last("forgotpassword", person.email).token).status == 200


def test_reset_token_expires(ask: Ask, person: Member, last: Last, tenant: Tenant) -> None:
    forget(ask, person)
    tenant.clock.advance(tenant.settings.link_seconds + 1)
    assert reset(ask, last("forgotpassword", person.email).token).code == ErrorCode.LINK_EXPIRED


def test_unknown_reset_token_is_refused(ask: Ask) -> None:
    assert reset(ask, "0" * 32).code == ErrorCode.VERIFICATION_TOKEN_INVALID


def test_reset_verifies_the_address(ask: Ask, last: Last) -> None:
    register(ask)
    someone = Member("", "new@example.com", "")
    forget(ask, someone)
    reset(ask, last("forgotpassword", someone.email).token)
    assert log_in(ask, someone, NEW).data["Profile"]["EmailVerified"]


@pytest.mark.preset("default", login_on_password_reset=True)
def test_reset_may_log_in(ask: Ask, person: Member, last: Last) -> None:
    forget(ask, person)
    assert reset(ask, last("forgotpassword", person.email).token).data["Data"]["access_token"]


@pytest.mark.preset("lockout-suspend")
def test_reset_lifts_the_lock(ask: Ask, person: Member, last: Last) -> None:
    for _ in range(3):
        log_in(ask, person, "wrong")
    forget(ask, person)
    reset(ask, last("forgotpassword", person.email).token)
    assert log_in(ask, person, NEW).status == 200


def test_sessions_survive_a_reset_unless_forced_out(ask: Ask, person: Member, last: Last, tenant: Tenant) -> None:
    token = token_of(ask, person)
    for forced, code in ((False, None), (True, ErrorCode.ACCESS_TOKEN_INVALID)):
        tenant.settings.force_logout = forced
        forget(ask, person)
        reset(ask, last("forgotpassword", person.email).token, f"{NEW} {forced}")
        assert ask("authentication.validate_access_token", token=token).code == code


@with_codes
def test_mailed_code_resets_once(ask: Ask, person: Member, last: Last) -> None:
    forget(ask, person)
    otp = last("forgotpassword", person.email).otp
    assert reset_by_code(ask, person, "000000x").code == ErrorCode.EMAIL_OTP_INCORRECT
    assert reset_by_code(ask, person, otp, person.password).code == ErrorCode.NEW_PASSWORD_NOT_ALLOWED
    assert reset_by_code(ask, person, otp).status == 200
    assert reset_by_code(ask, person, otp, "yet another 3").code == ErrorCode.EMAIL_OTP_ALREADY_USED


@with_codes
def test_mailed_code_expires(ask: Ask, person: Member, last: Last, tenant: Tenant) -> None:
    forget(ask, person)
    tenant.clock.advance(tenant.settings.otp_seconds + 1)
    assert reset_by_code(ask, person, last("forgotpassword", person.email).otp).code == ErrorCode.EMAIL_OTP_EXPIRED


@pytest.mark.preset("otp-verification", lockout_type="Suspend", lockout_threshold=2)
def test_wrong_codes_count_towards_the_lock(ask: Ask, person: Member) -> None:
    forget(ask, person)
    assert [reset_by_code(ask, person, "wrong").code for _ in range(2)] == [
        ErrorCode.EMAIL_OTP_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ]


@with_codes
def test_user_name_stands_for_the_address(ask: Ask, person: Member, last: Last, tenant: Tenant) -> None:
    tenant.accounts.set_username(tenant.managed_account(person.uid), "ada")
    ask("authentication.forgot_password", body={"username": "ada"})
    sent = {"username": "ada", "otp": last("forgotpassword", person.email).otp, "password": NEW}
    assert ask("authentication.reset_password_by_otp_and_username", body=sent).status == 200


@pytest.fixture
def answerer(ask: Ask, tenant: Tenant) -> tuple[Member, str]:
    """Return a person who can be named in every way and has answered a question, and the question's id."""
    question = next(iter(tenant.settings.security_questions))
    email, password = "blue@example.com", "correct horse 8"
    sent = {
        "Email": [{"Type": "Primary", "Value": email}],
        "EmailVerified": True,
        "Password": password,
        "PhoneId": "+15550100199",
        "UserName": "blue",
        "SecurityQuestionAnswer": {question: "Blue"},
    }
    return Member(ask("account.create_account", body=sent).data["Uid"], email, password), question


@pytest.mark.parametrize(
    ("kind", "name"), [("email", "blue@example.com"), ("phone", "+15550100199"), ("username", "blue")]
)
def test_security_answer_resets(ask: Ask, answerer: tuple[Member, str], kind: str, name: str) -> None:
    person, question = answerer
    operation = f"authentication.reset_password_by_security_answer_and_{kind}"
    sent: dict[str, Any] = {kind: name, "password": NEW}
    assert (
        ask(operation, body={**sent, "securityanswer": {question: "red"}}).code
        == ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT
    )
    assert (
        ask(operation, body={**sent, "securityanswer": {"unknown": "blue"}}).code
        == ErrorCode.SECURITY_QUESTION_ID_INVALID
    )
    assert ask(operation, body={**sent, "securityanswer": {question: " bLUE"}}).status == 200
    assert log_in(ask, person, NEW).status == 200


def test_too_many_wrong_answers_shut_out_the_right_one(ask: Ask, answerer: tuple[Member, str], last: Last) -> None:
    person, question = answerer
    by_answer = "authentication.reset_password_by_security_answer_and_email"
    sent: dict[str, Any] = {"email": person.email, "password": NEW}
    for _ in range(3):
        ask(by_answer, body={**sent, "securityanswer": {question: "red"}})
    assert (
        ask(by_answer, body={**sent, "securityanswer": {question: "blue"}}).code
        == ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT
    )
    forget(ask, person)
    reset(ask, last("forgotpassword", person.email).token)
    assert ask(by_answer, body={**sent, "password": "a third 3", "securityanswer": {question: "blue"}}).status == 200


def test_reset_by_answer_needs_an_answer(ask: Ask, person: Member, tenant: Tenant) -> None:
    by_answer = "authentication.reset_password_by_security_answer_and_email"
    sent = {"email": person.email, "password": NEW, "securityanswer": {"any": "blue"}}
    assert ask(by_answer, body=sent).code == ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER
    tenant.settings.security_questions = {}
    assert ask(by_answer, body=sent).code == ErrorCode.SECURITY_QUESTIONS_DISABLED


def test_of_parallel_resets_with_one_token_one_wins() -> None:
    settings = Settings(hash_rounds=2_000)  # dear enough for the emulator to hash in a thread
    with emulator.running(settings) as running, httpx.Client(base_url=running.url) as http:
        keys = {"apikey": running.api_key, "apisecret": running.api_secret}
        sent = {"Email": [{"Type": "Primary", "Value": "a@example.com"}], "EmailVerified": True, "Password": "first 1"}
        http.post("/identity/v2/manage/account", params=keys, json=sent).raise_for_status()
        forgotten = http.post("/identity/v2/manage/account/forgot/token", params=keys, json={"email": "a@example.com"})
        token = forgotten.json()["ForgotToken"]

        def reset_to(number: int) -> int:
            attempt = {"resettoken": token, "password": f"parallel {number}"}
            return http.put("/identity/v2/auth/password/reset", params=keys, json=attempt).status_code

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(reset_to, range(8))) == [200] + [403] * 7


def test_login_with_a_breached_password_is_refused_and_a_reset_mailed(
    ask: Ask, person: Member, last: Last, tenant: Tenant
) -> None:
    tenant.settings.breached_passwords = [person.password]
    assert [log_in(ask, person).code for _ in range(3)] == [
        ErrorCode.PASSWORD_BREACHED,
        ErrorCode.BREACHED_PASSWORD_USED_AGAIN,
        ErrorCode.BREACHED_PASSWORD_USED_AGAIN,
    ]
    assert tenant.managed_account(person.uid).password_breached
    assert reset(ask, last("forgotpassword", person.email).token).status == 200
    assert log_in(ask, Member(person.uid, person.email, NEW)).status == 200


@pytest.mark.preset("default", server_side_validation=True, password_classes=["upper", "digit", "symbol"])
@pytest.mark.parametrize("password", ["lower-case-7", "Upper-case-only", "UpperAndDigit7"])
def test_demanded_classes_of_characters_must_occur(ask: Ask, password: str) -> None:
    refused = register(ask, Password=password)
    assert (refused.code, [error["FieldName"] for error in refused.data["Errors"]]) == (
        ErrorCode.FIELD_VALIDATION_FAILED,
        ["Password"],
    )


@pytest.mark.preset("default", new_link_cancels_old=False)
def test_a_reset_ends_the_other_reset_links(ask: Ask, person: Member, last: Last) -> None:
    forget(ask, person)
    older = last("forgotpassword", person.email).token
    forget(ask, person)
    newer = last("forgotpassword", person.email).token
    assert reset(ask, newer).status == 200
    assert (reset(ask, older).code, reset(ask, newer).code) == (
        ErrorCode.VERIFICATION_TOKEN_INVALID,
        ErrorCode.LINK_ALREADY_USED,
    )
