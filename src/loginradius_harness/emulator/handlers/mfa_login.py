"""Log in with a second factor (product-facts.md#mfa-login)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.first_factor import first_factor
from loginradius_harness.emulator.services.login import finish
from loginradius_harness.emulator.services.second_factor import PURPOSE, challenge, challenged, send_mail, send_sms
from loginradius_harness.emulator.state.accounts import phone_key
from loginradius_harness.emulator.state.mfa_factors import require_mail_address

Json = Any


@handles("mfa.login_by_email", "mfa.login_by_username", "mfa.login_by_phone")
async def log_in(call: RequestContext) -> Json:
    """Return a challenge for a user who needs a second factor, else a login response."""
    call.tenant.factors.require_mfa()
    account = await first_factor(call)
    if call.tenant.factors.needed(account):
        return challenge(call, account)
    return {"SecondFactorAuthentication": None, **finish(call, account, provider=account.provider)}


@handles("mfa.validate_authenticator_code")
def validate_authenticator_code(call: RequestContext) -> Json:
    """Complete the login by the app's code; a user without any factor enrols the app with it."""
    return _by_authenticator(call, call.body["authenticatorcode"])


@handles("mfa.validate_google_code")
def validate_google_code(call: RequestContext) -> Json:
    """Complete the login under the operation's old name."""
    return _by_authenticator(call, call.body["googleauthenticatorcode"])


def _by_authenticator(call: RequestContext, code: str) -> Json:
    waiting = challenged(call)
    waiting.demand("authenticator")
    waiting.prove(call.tenant.factors.prove_totp, code)
    waiting.account.second_factors().totp_verified = True
    return waiting.finish()


@handles("mfa.update_phone")
def update_phone(call: RequestContext) -> Json:
    """Send a code to the number, which becomes the factor once the code is verified.

    Raise PHONE_FACTOR_CONFLICT beside another factor.
    """
    waiting = challenged(call)
    call.tenant.factors.require_allowed("sms")
    if any(factor != "sms" for factor in waiting.enrolled):
        raise ApiError(ErrorCode.PHONE_FACTOR_CONFLICT)
    number, factors = call.body["phoneno2fa"], waiting.account.second_factors()
    if factors.phone_verified and factors.phone and phone_key(factors.phone) == phone_key(number):
        raise ApiError(ErrorCode.PHONE_ALREADY_SECOND_FACTOR)
    sent = send_sms(call, waiting.account, number, PURPOSE)
    waiting.token.data["phone"] = number
    return sent


@handles("mfa.resend_sms_otp")
def resend_sms_otp(call: RequestContext) -> Json:
    """Send a new code to the phone of the challenge.

    Raise ACCOUNT_HAS_NO_PHONE_FACTOR where there is none.
    """
    waiting = challenged(call)
    waiting.demand("sms")
    number = waiting.token.data.get("phone") or waiting.account.second_factors().phone
    if number is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR)
    return send_sms(call, waiting.account, number, PURPOSE)


@handles("mfa.validate_sms_otp")
def validate_sms_otp(call: RequestContext) -> Json:
    """Complete the login by the code of an SMS, and make the number the factor."""
    waiting = challenged(call)
    waiting.demand("sms")
    factors = waiting.account.second_factors()
    number = waiting.token.data.get("phone") or factors.phone
    if number is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR)
    waiting.prove(call.tenant.factors.prove_code, PURPOSE, "sms", number, call.body["otp"])
    factors.phone, factors.phone_verified = number, True
    return waiting.finish()


@handles("mfa.send_email_otp")
def send_email_otp(call: RequestContext) -> Json:
    """Send a code to an address of the user."""
    waiting = challenged(call)
    waiting.demand("email")
    send_mail(call, waiting.account, require_mail_address(waiting.account, call.body["EmailId"]), PURPOSE)
    return {"IsPosted": True}


@handles("mfa.validate_email_otp")
def validate_email_otp(call: RequestContext) -> Json:
    """Complete the login by the code of a mail; a user without any factor enrols the address with it."""
    waiting = challenged(call)
    waiting.demand("email")
    address = require_mail_address(waiting.account, call.body["EmailId"])
    waiting.prove(call.tenant.factors.prove_code, PURPOSE, "mail", address, call.body["otp"])
    factors = waiting.account.second_factors()
    factors.email, factors.email_verified = address, True
    return waiting.finish()


@handles("mfa.set_security_answers")
def set_security_answers(call: RequestContext) -> Json:
    """Enrol the answers as the user's first factor and complete the login.

    Raise SECURITY_QUESTION_FACTOR_CONFLICT beside another factor.
    """
    waiting = challenged(call)
    call.tenant.factors.require_allowed("security_question")
    if waiting.enrolled:
        raise ApiError(ErrorCode.SECURITY_QUESTION_FACTOR_CONFLICT)
    call.tenant.factors.enrol_answers(waiting.account, call.body["securityquestionanswer"])
    return waiting.finish()


@handles("mfa.validate_security_answers")
def validate_security_answers(call: RequestContext) -> Json:
    """Complete the login by the enrolled answers.

    Raise SECURITY_QUESTION_FACTOR_NOT_VERIFIED for a user who has none.
    """
    waiting = challenged(call)
    call.tenant.factors.require_enrolled(waiting.account, "security_question")
    waiting.prove(call.tenant.factors.prove_answers, call.body["securityquestionanswer"])
    return waiting.finish()


@handles("mfa.validate_backup_code")
def validate_backup_code(call: RequestContext) -> Json:
    """Complete the login by an unused backup code in place of any factor."""
    waiting = challenged(call)
    waiting.prove(call.tenant.factors.prove_backup_code, call.body["backupcode"])
    return waiting.finish()
