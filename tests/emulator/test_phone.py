from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.http import sott
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

pytestmark = pytest.mark.preset("phone-login")

PHONE, OTHER = "+15550100100", "+15550100199"
PASSWORD = "correct horse 7"
Last = Callable[[str, str], Message]


@pytest.fixture
def person(ask: Ask) -> Member:
    """Return a person who registered with a phone that is confirmed."""
    uid = ask("account.create_account", body={"PhoneId": PHONE, "Password": PASSWORD}).data["Uid"]
    return Member(uid, "", PASSWORD)


@pytest.fixture
def register(ask: Ask, tenant: Tenant) -> Callable[..., Answer]:
    """Registration by phone; keywords are query parameters."""

    def register(phone: str = PHONE, **query: str) -> Answer:
        token, _ = sott.make(tenant, 10)
        return ask("phone.register_by_phone", sott=token, query=query, body={"PhoneId": phone, "Password": PASSWORD})

    return register


def log_in(ask: Ask, phone: str = PHONE, password: str = PASSWORD) -> Answer:
    return ask("phone.login_by_phone", body={"phone": phone, "password": password})


def token_of(tenant: Tenant, person: Member) -> str:
    """Return a live access token, without a login."""
    return tenant.sessions.open(tenant.managed_account(person.uid), tenant.settings).token


def test_registration_texts_a_code_that_logs_in(ask: Ask, last: Last, register: Callable[..., Answer]) -> None:
    assert register().data == {"IsPosted": True}
    assert log_in(ask).code == ErrorCode.PHONE_NOT_VERIFIED
    query = {"otp": last("phoneidverification", PHONE).otp}
    answer = ask("phone.verify_by_otp", query=query, body={"phone": PHONE})
    assert answer.data["Profile"]["PhoneIdVerified"] is True
    assert log_in(ask).data["Profile"]["Provider"] == "Phone"


def test_registration_can_keep_its_sms_back(tenant: Tenant, register: Callable[..., Answer]) -> None:
    assert register(options="PreventVerificationSMS").status == 200
    assert tenant.outbox.find(PHONE) == []


@pytest.mark.usefixtures("person")
def test_number_registers_once(register: Callable[..., Answer]) -> None:
    assert register().code == ErrorCode.PHONE_ALREADY_EXISTS


@pytest.mark.preset("default")
@pytest.mark.usefixtures("person")
def test_phones_are_refused_where_phone_login_is_off(ask: Ask, register: Callable[..., Answer]) -> None:
    assert register(OTHER).code == ErrorCode.PHONE_LOGIN_DISABLED
    assert log_in(ask).code == ErrorCode.PHONE_LOGIN_DISABLED
    assert ask("phone.forgot_password", body={"phone": PHONE}).code == ErrorCode.PHONE_LOGIN_DISABLED


@pytest.mark.usefixtures("person")
def test_availability_of_a_number(ask: Ask) -> None:
    taken = [ask("phone.check_availability", query={"phone": phone}).data["IsExist"] for phone in (PHONE, OTHER)]
    assert taken == [True, False]


def test_number_of_a_bad_form_is_refused(ask: Ask) -> None:
    assert ask("phone.check_availability", query={"phone": "call me"}).code == ErrorCode.PHONE_MALFORMED
    assert ask("phone.check_availability").code == ErrorCode.PHONE_MISSING


@pytest.mark.usefixtures("person")
def test_wrong_password_is_refused_with_401(ask: Ask) -> None:
    answer = log_in(ask, password="wrong")
    assert (answer.status, answer.code) == (401, ErrorCode.CREDENTIALS_INCORRECT)


def test_unknown_number_is_refused(ask: Ask) -> None:
    assert log_in(ask).code == ErrorCode.ACCOUNT_NOT_FOUND


@pytest.mark.preset("mfa-phone-login")
@pytest.mark.usefixtures("person")
def test_plain_login_is_refused_where_mfa_is_on(ask: Ask) -> None:
    assert log_in(ask).code == ErrorCode.MFA_LOGIN_REQUIRED


@pytest.mark.preset("phone-login", lockout_type="Suspend", lockout_threshold=3)
def test_wrong_codes_lock(ask: Ask, register: Callable[..., Answer]) -> None:
    register()
    wrong: dict[str, Any] = {"query": {"otp": "no code"}, "body": {"phone": PHONE}}
    assert [ask("phone.verify_by_otp", **wrong).code for _ in range(3)] == [
        ErrorCode.OTP_INCORRECT,
        ErrorCode.OTP_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ]


def test_resent_code_replaces_the_first(ask: Ask, last: Last, register: Callable[..., Answer]) -> None:
    register()
    first = last("phoneidverification", PHONE).otp
    assert ask("phone.resend_otp", body={"phone": PHONE}).data["Data"]["Sid"].startswith("SM")
    assert ask("phone.verify_by_otp", query={"otp": first}, body={"phone": PHONE}).code == ErrorCode.OTP_INCORRECT


def test_code_expires(ask: Ask, tenant: Tenant, last: Last, register: Callable[..., Answer]) -> None:
    register()
    query = {"otp": last("phoneidverification", PHONE).otp}
    tenant.clock.advance(tenant.settings.otp_seconds + 1)
    assert ask("phone.verify_by_otp", query=query, body={"phone": PHONE}).code == ErrorCode.OTP_EXPIRED


def test_confirmed_number_needs_no_code(ask: Ask, tenant: Tenant, person: Member) -> None:
    assert ask("phone.resend_otp", body={"phone": PHONE}).code == ErrorCode.PHONE_ALREADY_VERIFIED
    assert (
        ask("phone.verify_by_otp", query={"otp": "000000"}, body={"phone": PHONE}).code
        == ErrorCode.PHONE_ALREADY_VERIFIED
    )
    assert (
        ask("phone.resend_otp_by_access_token", token=token_of(tenant, person)).code == ErrorCode.PHONE_ALREADY_VERIFIED
    )


@pytest.mark.preset("mfa-phone-login", mfa="required")
def test_confirmation_is_no_way_around_the_second_factor(
    ask: Ask, tenant: Tenant, last: Last, register: Callable[..., Answer]
) -> None:
    register()
    query = {"otp": last("phoneidverification", PHONE).otp}
    assert ask("phone.verify_by_otp", query=query, body={"phone": PHONE}).code == ErrorCode.MFA_LOGIN_REQUIRED
    account = tenant.accounts.by_phone(PHONE)
    assert account is not None
    assert (account.phone_verified, account.sessions) == (True, [])


def test_new_number_takes_over_once_confirmed(ask: Ask, tenant: Tenant, last: Last, person: Member) -> None:
    token, account = token_of(tenant, person), tenant.managed_account(person.uid)
    ask("phone.update_phone", token=token, body={"phone": OTHER})
    assert account.phone == PHONE
    query = {"otp": last("addphone", OTHER).otp}
    assert ask("phone.verify_by_otp_and_access_token", token=token, query=query).data == {"IsPosted": True}
    assert (account.phone, account.phone_verified) == (OTHER, True)
    assert (log_in(ask).code, log_in(ask, OTHER).status) == (ErrorCode.ACCOUNT_NOT_FOUND, 200)


@pytest.mark.parametrize("body", [None, {"phone": OTHER}])
def test_code_of_a_change_is_sent_again(
    ask: Ask, tenant: Tenant, last: Last, person: Member, body: dict[str, str] | None
) -> None:
    token = token_of(tenant, person)
    ask("phone.update_phone", token=token, body={"phone": OTHER})
    first = last("addphone", OTHER)
    assert ask("phone.resend_otp_by_access_token", token=token, body=body).status == 200
    assert last("addphone", OTHER).id > first.id


def test_number_of_another_user_is_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    ask("account.create_account", body={"PhoneId": OTHER, "Password": PASSWORD})
    token = token_of(tenant, person)
    assert ask("phone.update_phone", token=token, body={"phone": OTHER}).code == ErrorCode.PHONE_ALREADY_EXISTS


def test_number_that_was_taken_meanwhile_is_refused(ask: Ask, tenant: Tenant, last: Last, person: Member) -> None:
    token = token_of(tenant, person)
    ask("phone.update_phone", token=token, body={"phone": OTHER})
    ask("account.create_account", body={"PhoneId": OTHER, "Password": PASSWORD})
    query = {"otp": last("addphone", OTHER).otp}
    assert ask("phone.verify_by_otp_and_access_token", token=token, query=query).code == ErrorCode.PHONE_ALREADY_EXISTS


def test_removed_number_is_free_again(
    ask: Ask, tenant: Tenant, person: Member, register: Callable[..., Answer]
) -> None:
    token = token_of(tenant, person)
    assert [ask("phone.remove_phone", token=token).code for _ in range(2)] == [None, ErrorCode.ACCOUNT_HAS_NO_PHONE]
    assert register().status == 200


@pytest.mark.usefixtures("person")
def test_texted_code_resets_the_password_once(ask: Ask, last: Last) -> None:
    assert ask("phone.forgot_password", body={"phone": PHONE}).data["IsPosted"] is True
    body = {"phone": PHONE, "otp": last("forgotpassword", PHONE).otp, "password": "another horse 8"}
    assert [ask("phone.reset_password_by_otp", body=body).code for _ in range(2)] == [None, ErrorCode.OTP_ALREADY_USED]
    assert (log_in(ask).code, log_in(ask, password="another horse 8").status) == (ErrorCode.CREDENTIALS_INCORRECT, 200)


@pytest.mark.usefixtures("person")
def test_refused_password_does_not_cost_the_code(ask: Ask, last: Last) -> None:
    ask("phone.forgot_password", body={"phone": PHONE})
    body = {"phone": PHONE, "otp": last("forgotpassword", PHONE).otp}
    assert (
        ask("phone.reset_password_by_otp", body={**body, "password": PASSWORD}).code
        == ErrorCode.NEW_PASSWORD_NOT_ALLOWED
    )
    assert ask("phone.reset_password_by_otp", body={**body, "password": "another horse 8"}).status == 200


def test_unconfirmed_number_resets_nothing(ask: Ask, register: Callable[..., Answer]) -> None:
    register()
    assert ask("phone.forgot_password", body={"phone": PHONE}).code == ErrorCode.PHONE_NOT_VERIFIED


@pytest.mark.preset("phone-login", bot_protection=["PostForgotPasswordByPhone"])
@pytest.mark.usefixtures("person")
def test_bot_protection_asks_for_a_captcha(ask: Ask) -> None:
    assert ask("phone.forgot_password", body={"phone": PHONE}).code == ErrorCode.CAPTCHA_MISSING_OR_INCORRECT
    assert ask("phone.forgot_password", body={"phone": PHONE, "g-recaptcha-response": "pass"}).status == 200


@pytest.mark.preset("phone-login", sms_limit=1)
def test_sms_quota_of_a_number(ask: Ask, register: Callable[..., Answer]) -> None:
    register()
    assert ask("phone.resend_otp", body={"phone": PHONE}).code == ErrorCode.SMS_SENDING_LIMIT_EXCEEDED
