"""One touch login: strangers become users, numbers are verified by a texted code."""

from collections.abc import Callable

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask

Last = Callable[[str, str], Message]
KIND = "onetouchlogin"
EMAIL = "new@example.com"
PHONE = "+15550100200"


def test_unknown_user_is_registered(ask: Ask, last: Last, tenant: Tenant) -> None:
    ask("one_touch_login.by_email", body={"clientguid": "g", "email": EMAIL, "name": "Neo"})
    joined = tenant.accounts.by_email(EMAIL)
    assert joined is not None
    assert not joined.email_verified
    ask("one_touch_login.verify_email", query={"verificationToken": last(KIND, EMAIL).token})
    profile = ask("one_touch_login.ping", query={"clientGuid": "g"}).data["Profile"]
    assert (profile["FirstName"], profile["EmailVerified"], profile["NoOfLogins"]) == ("Neo", True, 1)


def test_older_mail_form_takes_everything_in_the_query(ask: Ask, last: Last) -> None:
    asked = {"clientguid": "g", "email": EMAIL}
    assert ask("one_touch_login.by_email_legacy", query=asked).data == {"IsPosted": True}
    assert last(KIND, EMAIL).token is not None


@pytest.mark.parametrize("form", ["by_phone", "by_phone_legacy"])
def test_texted_code_logs_in_and_verifies_the_number(ask: Ask, last: Last, form: str) -> None:
    part = "query" if form == "by_phone_legacy" else "body"
    assert "IsPosted" not in ask(f"one_touch_login.{form}", **{part: {"phone": PHONE}}).data
    query, body = {"otp": last(KIND, PHONE).otp}, {"phone": PHONE}
    profile = ask("one_touch_login.verify_otp", query=query, body=body).data["Profile"]
    assert (profile["PhoneId"], profile["PhoneIdVerified"]) == (PHONE, True)
    assert ask("one_touch_login.verify_otp", query=query, body=body).code == ErrorCode.OTP_ALREADY_USED


def test_wrong_code_is_refused(ask: Ask) -> None:
    ask("one_touch_login.by_phone", body={"phone": PHONE})
    assert (
        ask("one_touch_login.verify_otp", query={"otp": "wrong"}, body={"phone": PHONE}).code == ErrorCode.OTP_INCORRECT
    )


def test_number_that_asked_for_nothing_is_unknown(ask: Ask) -> None:
    assert (
        ask("one_touch_login.verify_otp", query={"otp": "1"}, body={"phone": PHONE}).code == ErrorCode.ACCOUNT_NOT_FOUND
    )


def test_wrong_captcha_answer_is_refused(ask: Ask, tenant: Tenant) -> None:
    asked = {"clientguid": "g", "email": EMAIL, "g-recaptcha-response": "wrong"}
    assert ask("one_touch_login.by_email", body=asked).code == ErrorCode.CAPTCHA_INCORRECT
    assert tenant.accounts.by_email(EMAIL) is None


@pytest.mark.preset("default", registration_disabled=True)
def test_unknown_user_is_refused_where_registration_is_off(ask: Ask) -> None:
    assert ask("one_touch_login.by_phone", body={"phone": PHONE}).code == ErrorCode.REGISTRATION_DISABLED


@pytest.mark.preset("default", blocked_email_domains=["example.com"])
def test_refused_domain_makes_no_account(ask: Ask, tenant: Tenant) -> None:
    assert (
        ask("one_touch_login.by_email", body={"clientguid": "g", "email": EMAIL}).code
        == ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED
    )
    assert tenant.accounts.by_email(EMAIL) is None


def test_markup_in_a_name_is_refused(ask: Ask) -> None:
    asked = {"clientguid": "g", "email": EMAIL, "name": "<script>"}
    assert ask("one_touch_login.by_email", body=asked).code == ErrorCode.MARKUP_NOT_ALLOWED


@pytest.mark.parametrize(
    ("phone", "code"), [(None, ErrorCode.PHONE_MISSING), ("not a number", ErrorCode.PHONE_MALFORMED)]
)
def test_number_must_be_one(ask: Ask, phone: str | None, code: int) -> None:
    assert ask("one_touch_login.by_phone", body={"phone": phone}).code == code
