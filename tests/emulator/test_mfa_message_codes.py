"""Second factors whose codes come by SMS or e-mail."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member
from tests.emulator.enrolment import (
    PHONE,
    account_of,
    challenge,
    enrol_app,
    enrol_mail,
    enrol_phone,
    with_token,
    wrong_code,
)

optional = pytest.mark.preset("mfa-optional")
required = pytest.mark.preset("mfa-required")


@optional
def test_only_factor_gets_its_sms_at_once(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    inner = challenge(ask, person)
    assert (inner["OTPPhoneNo"], inner["OTPStatus"]["Sid"][:2]) == ("********0100", "SM")
    body = {"otp": tenant.outbox.find(PHONE, "secondfactor")[-1].otp}
    assert ask("mfa.validate_sms_otp", query=with_token(inner), body=body).status == 200


@optional
def test_only_factor_gets_its_mail_at_once(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_mail(ask, tenant, person)
    inner = challenge(ask, person)
    assert inner["EmailOTPStatus"] == {"Email": "a**a@e****le.c*m"}
    body = {"EmailId": person.email, "otp": tenant.outbox.find(person.email, "secondfactor")[-1].otp}
    assert ask("mfa.validate_email_otp", query=with_token(inner), body=body).status == 200


@optional
def test_one_of_two_factors_gets_nothing_until_asked(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    enrol_app(ask, tenant, person)
    inner = challenge(ask, person)
    assert inner["OTPStatus"] is None
    assert ask("mfa.resend_sms_otp", query=with_token(inner)).status == 200
    body = {"otp": tenant.outbox.find(PHONE, "secondfactor")[-1].otp}
    assert ask("mfa.validate_sms_otp", query=with_token(inner), body=body).status == 200


@optional
def test_resent_sms_replaces_the_first(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    query = with_token(challenge(ask, person))
    first = tenant.outbox.find(PHONE, "secondfactor")[-1].otp
    ask("mfa.resend_sms_otp", query=query)
    assert ask("mfa.validate_sms_otp", query=query, body={"otp": first}).code == ErrorCode.OTP_INCORRECT


@optional
def test_expired_sms_code_is_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    query, body = with_token(challenge(ask, person)), {"otp": tenant.outbox.find(PHONE, "secondfactor")[-1].otp}
    tenant.clock.advance(tenant.settings.otp_seconds + 1)
    assert ask("mfa.validate_sms_otp", query=query, body=body).code == ErrorCode.OTP_EXPIRED


@optional
def test_code_of_another_person_with_the_same_phone_is_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    query = with_token(challenge(ask, person))
    code = tenant.codes.issue("secondfactor", PHONE.lstrip("+"), "somebody-else", tenant.settings)
    assert ask("mfa.validate_sms_otp", query=query, body={"otp": code}).code == ErrorCode.OTP_INCORRECT


@required
def test_phone_is_enrolled_by_its_first_code(ask: Ask, tenant: Tenant, person: Member) -> None:
    query = with_token(challenge(ask, person))
    assert ask("mfa.resend_sms_otp", query=query).code == ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR
    ask("mfa.update_phone", query=query, body={"phoneno2fa": PHONE})
    assert account_of(tenant, person).second_factors().phone is None
    body = {"otp": tenant.outbox.find(PHONE, "secondfactor")[-1].otp}
    assert ask("mfa.validate_sms_otp", query=query, body=body).status == 200
    assert challenge(ask, person)["IsOTPAuthenticatorVerified"] is True


@optional
def test_enrolled_phone_is_not_taken_again(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_phone(ask, tenant, person)
    query = with_token(challenge(ask, person))
    assert (
        ask("mfa.update_phone", query=query, body={"phoneno2fa": PHONE}).code == ErrorCode.PHONE_ALREADY_SECOND_FACTOR
    )


@optional
def test_phone_is_not_enrolled_beside_another_factor(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_app(ask, tenant, person)
    query = with_token(challenge(ask, person))
    assert ask("mfa.update_phone", query=query, body={"phoneno2fa": PHONE}).code == ErrorCode.PHONE_FACTOR_CONFLICT


@required
def test_phone_of_a_bad_form_is_refused(ask: Ask, person: Member) -> None:
    query = with_token(challenge(ask, person))
    assert ask("mfa.update_phone", query=query, body={"phoneno2fa": "call me"}).code == ErrorCode.PHONE_MALFORMED
    assert ask("mfa.update_phone", query=query, body={}).code == ErrorCode.PHONE_MISSING


@required
def test_mail_factor_is_enrolled_by_its_first_code(ask: Ask, tenant: Tenant, person: Member) -> None:
    query = with_token(challenge(ask, person))
    ask("mfa.send_email_otp", query=query, body={"EmailId": person.email})
    body = {"EmailId": person.email, "otp": tenant.outbox.find(person.email, "secondfactor")[-1].otp}
    assert ask("mfa.validate_email_otp", query=query, body=body).status == 200
    assert challenge(ask, person)["IsEmailOtpAuthenticatorVerified"] is True


@required
def test_address_of_another_user_gets_no_code(ask: Ask, person: Member) -> None:
    query = with_token(challenge(ask, person))
    assert (
        ask("mfa.send_email_otp", query=query, body={"EmailId": "eve@example.com"}).code
        == ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL
    )


@optional
def test_wrong_mail_code_is_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    enrol_mail(ask, tenant, person)
    query = with_token(challenge(ask, person))
    right = tenant.outbox.find(person.email, "secondfactor")[-1].otp or ""
    body = {"EmailId": person.email, "otp": wrong_code(right)}
    assert ask("mfa.validate_email_otp", query=query, body=body).code == ErrorCode.EMAIL_OTP_INCORRECT
