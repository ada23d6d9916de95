"""Enrol second factors with an access token (product-facts.md#mfa-settings)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import duo
from loginradius_harness.emulator.services.login import check_lock
from loginradius_harness.emulator.services.second_factor import prove, send_mail, send_sms
from loginradius_harness.emulator.state.accounts import phone_key
from loginradius_harness.emulator.state.mfa_factors import require_mail_address
from loginradius_harness.emulator.state.profile import render

Json = Any

PURPOSE = "mfaenrolment"  # of the codes that prove a new phone or address


@handles("mfa.get_settings")
def get_settings(call: RequestContext) -> Json:
    """Return the user's factors, and the secret to enrol an authenticator app with."""
    call.tenant.factors.require_mfa()
    shown = call.tenant.factors.shown_with_addresses(call.account)
    shown |= call.tenant.factors.shown_push(call.account) | duo.offered(call, call.account)
    return {**shown, "IsSecurityQuestionEnabled": shown["IsSecurityQuestionAuthenticatorVerified"]}


@handles("mfa.verify_authenticator_code_by_access_token")
def verify_authenticator_code(call: RequestContext) -> Json:
    """Enrol the app by its first correct code."""
    return _enrol_authenticator(call, call.body["authenticatorcode"])


@handles("mfa.verify_google_code_by_access_token")
def verify_google_code(call: RequestContext) -> Json:
    """Enrol the app under the operation's old name."""
    return _enrol_authenticator(call, call.body["googleauthenticatorcode"])


def _enrol_authenticator(call: RequestContext, code: str) -> Json:
    call.tenant.factors.require_allowed("authenticator")
    prove(call, call.account, call.tenant.factors.prove_totp, code)
    call.account.second_factors().totp_verified = True
    return render(call.account, call.settings)


@handles("mfa.update_phone_by_access_token")
def update_phone(call: RequestContext) -> Json:
    """Send a code to the number; an enrolled number stays the factor until the code is verified.

    Raise PHONE_ALREADY_SECOND_FACTOR for the same number.
    """
    call.tenant.factors.require_allowed("sms")
    number, factors = call.body["phoneno2fa"], call.account.second_factors()
    if factors.phone_verified and factors.phone and phone_key(factors.phone) == phone_key(number):
        raise ApiError(ErrorCode.PHONE_ALREADY_SECOND_FACTOR)
    sent = send_sms(call, call.account, number, PURPOSE)
    factors.pending_phone = number
    return sent


@handles("mfa.verify_sms_otp_by_access_token")
def verify_sms_otp(call: RequestContext) -> Json:
    """Enrol the number by the code of the SMS.

    Raise ACCOUNT_HAS_NO_PHONE_FACTOR where no number waits for one.
    """
    call.tenant.factors.require_allowed("sms")
    account, factors = call.account, call.account.second_factors()
    if factors.pending_phone is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR)
    check_lock(call, account)
    prove(call, account, call.tenant.factors.prove_code, PURPOSE, "sms", factors.pending_phone, call.body["otp"])
    factors.phone, factors.phone_verified, factors.pending_phone = factors.pending_phone, True, None
    return render(account, call.settings)


@handles("mfa.send_email_otp_by_access_token")
def send_email_otp(call: RequestContext) -> Json:
    """Send a code to one of the user's addresses."""
    call.tenant.factors.require_allowed("email")
    send_mail(call, call.account, require_mail_address(call.account, call.query["emailId"]), PURPOSE)
    return {"IsPosted": True}


@handles("mfa.verify_email_otp_by_access_token")
def verify_email_otp(call: RequestContext) -> Json:
    """Enrol the address by the code of the mail."""
    call.tenant.factors.require_allowed("email")
    account = call.account
    address = require_mail_address(account, call.body["EmailId"])
    prove(call, account, call.tenant.factors.prove_code, PURPOSE, "mail", address, call.body["otp"])
    factors = account.second_factors()
    factors.email, factors.email_verified = address, True
    return render(account, call.settings)


@handles("mfa.set_security_answers_by_access_token")
def set_security_answers(call: RequestContext) -> Json:
    """Replace the enrolled answers, or add to them where nothing is to be replaced."""
    call.tenant.factors.require_allowed("security_question")
    replace = call.body["ReplaceSecurityQuestionAnswer"]
    call.tenant.factors.enrol_answers(call.account, call.body["securityquestionanswer"], replace=replace)
    return {"IsPosted": True}
