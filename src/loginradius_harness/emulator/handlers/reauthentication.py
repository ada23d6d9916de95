"""Reauthentication: a user proves the identity again before a sensitive operation (product-facts.md#step-up)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.account import managed
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import duo
from loginradius_harness.emulator.services.login import check_code, check_lock, check_password
from loginradius_harness.emulator.services.pin import check_pin, require_pin_login
from loginradius_harness.emulator.services.second_factor import prove, send_mail, send_sms
from loginradius_harness.emulator.state.mfa_factors import require_mail_address

Json = Any

PURPOSE = "stepup"  # of the codes that a step-up sends to a factor
OTP_PURPOSE = "stepupotp"  # of the codes that it mails without one


@handles("reauthentication.trigger")
def trigger(call: RequestContext) -> Json:
    """Return the user's factors, and send a code to the phone of the SMS factor."""
    _require_step_up(call)
    factors, account = call.tenant.factors, call.account
    factors.require_mfa()
    phone = account.second_factors().phone if "sms" in factors.enrolled(account) else None
    return {
        "ExpireIn": iso(call.now + call.settings.step_up_seconds),
        **factors.shown(account),
        **factors.shown_push(account, offer=False),
        **duo.offered(call, account, offer=False),
        "OTPStatus": send_sms(call, account, phone, PURPOSE) if phone else None,
    }


@handles("reauthentication.send_email_otp")
def send_email_otp(call: RequestContext) -> Json:
    """Send a code to one of the user's addresses."""
    _require_step_up(call)
    call.tenant.factors.require_enrolled(call.account, "email")
    send_mail(call, call.account, require_mail_address(call.account, call.query["emailId"]), PURPOSE)
    return {"IsPosted": True}


@handles("reauthentication.by_authenticator_code")
def by_authenticator_code(call: RequestContext) -> Json:
    """Issue a token for the app's code."""
    _require_step_up(call)
    factors = call.tenant.factors
    factors.require_enrolled(call.account, "authenticator")
    code = call.body.get("authenticatorcode") or call.body["googleauthenticatorcode"]
    prove(call, call.account, factors.prove_totp, code)
    return factors.proof(call.account, "2fa")


@handles("reauthentication.by_sms_otp")
def by_sms_otp(call: RequestContext) -> Json:
    """Issue a token for the code of the SMS."""
    _require_step_up(call)
    factors, account = call.tenant.factors, call.account
    factors.require_enrolled(account, "sms")
    check_lock(call, account)
    prove(call, account, factors.prove_code, PURPOSE, "sms", account.second_factors().phone, call.body["otp"])
    return factors.proof(account, "2fa")


@handles("reauthentication.by_email_otp")
def by_email_otp(call: RequestContext) -> Json:
    """Issue a token for the code of the mail."""
    _require_step_up(call)
    factors, account = call.tenant.factors, call.account
    factors.require_enrolled(account, "email")
    address = require_mail_address(account, call.body["EmailId"])
    prove(call, account, factors.prove_code, PURPOSE, "mail", address, call.body["otp"])
    return factors.proof(account, "2fa")


@handles("reauthentication.by_security_answers")
def by_security_answers(call: RequestContext) -> Json:
    """Issue a token for the enrolled answers."""
    _require_step_up(call)
    factors = call.tenant.factors
    factors.require_enrolled(call.account, "security_question")
    prove(call, call.account, factors.prove_answers, call.body["securityquestionanswer"])
    return factors.proof(call.account, "2fa")


@handles("reauthentication.by_backup_code")
def by_backup_code(call: RequestContext) -> Json:
    """Issue a token for an unused backup code."""
    _require_step_up(call)
    factors = call.tenant.factors
    factors.require_mfa()
    if not factors.enrolled(call.account):
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR)
    prove(call, call.account, factors.prove_backup_code, call.body["backupcode"])
    return factors.proof(call.account, "2fa")


@handles("reauthentication.by_duo")
def by_duo(call: RequestContext) -> Json:
    """Issue a token for Duo's code."""
    _require_step_up(call)
    factors = call.tenant.factors
    factors.require_enrolled(call.account, "duo")
    prove(call, call.account, factors.prove_duo, call.body["state"], call.body["code"])
    return factors.proof(call.account, "2fa")


@handles("reauthentication.send_step_up_email_otp")
def send_step_up_email_otp(call: RequestContext) -> Json:
    """Mail a code to the user, who needs no second factor for it; without an address to the primary one (inferred).

    Raise ACCOUNT_HAS_NO_SUCH_EMAIL.
    """
    _require_step_up(call)
    primary = call.account.primary.value if call.account.primary else ""
    address = require_mail_address(call.account, call.query.get("emailId") or primary)
    call.tenant.messages.mail_code(OTP_PURPOSE, address, call.account.uid, template=call.query.get("emailTemplate"))
    return {"IsPosted": True}


@handles("reauthentication.by_step_up_email_otp")
def by_step_up_email_otp(call: RequestContext) -> Json:
    """Issue a token for the mailed code; the server checks it as that of a factor (inferred)."""
    _require_step_up(call)
    address = require_mail_address(call.account, call.body["emailid"])
    check_code(call, call.account, OTP_PURPOSE, address, call.body["otp"])
    return call.tenant.factors.proof(call.account, "2fa")


@handles("reauthentication.by_password")
async def by_password(call: RequestContext) -> Json:
    """Issue a token for the password, also where multi-factor authentication is off."""
    _require_step_up(call)
    await check_password(call, call.account, call.body["password"], wrong=ErrorCode.REAUTHENTICATION_PASSWORD_INCORRECT)
    return call.tenant.factors.proof(call.account, "password")


@handles("reauthentication.by_pin")
async def by_pin(call: RequestContext) -> Json:
    """Issue a token for the PIN, also where multi-factor authentication is off."""
    _require_step_up(call)
    require_pin_login(call)
    await check_pin(call, call.account, call.body["PIN"])
    return call.tenant.factors.proof(call.account, "pin")


CHECKS = {  # operation -> how the person must have proved who they are
    "reauthentication.check_mfa": "2fa",
    "reauthentication.check_password": "password",
    "reauthentication.check_pin": "pin",
}


@handles(*CHECKS)
def check(call: RequestContext) -> Json:
    """Check that a token is this user's, of this kind and unused, and use it up.

    Raise UID_INVALID, ACCOUNT_NOT_FOUND, REAUTHENTICATION_TOKEN_INVALID.
    """
    account = managed(call)
    token = call.tenant.single_use_tokens.find("stepup", call.body["secondfactorvalidationtoken"])
    if token.uid != account.uid or token.data["how"] != CHECKS[call.operation.id]:
        raise ApiError(ErrorCode.REAUTHENTICATION_TOKEN_INVALID)
    token.used = True
    return {"IsValid": True}


def _require_step_up(call: RequestContext) -> None:
    """Check that the tenant uses reauthentication.

    Raise REAUTHENTICATION_DISABLED.
    """
    if not call.settings.step_up:
        raise ApiError(ErrorCode.REAUTHENTICATION_DISABLED)
