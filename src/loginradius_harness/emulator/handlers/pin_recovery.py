"""Forget and reset a PIN (product-facts.md#pin)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import check_code, require_usable_account
from loginradius_harness.emulator.services.password_reset import Proof, owner, require_security_answers
from loginradius_harness.emulator.services.pin import require_pin, require_pin_login, set_pin
from loginradius_harness.emulator.state.accounts import Account

Json = Any

PURPOSE = "forgotpin"  # kind of the link's token and purpose of the codes


@handles("pin.forgot_by_email", "pin.forgot_by_username")
def forgot_by_mail(call: RequestContext) -> Json:
    """Mail a reset link or, where the tenant mails codes, a code."""
    account = _with_pin(call)
    to, template, url = (
        _address(call, account),
        call.query.get("emailTemplate"),
        call.allowed_url("resetPINUrl", ErrorCode.PIN_RESET_URL_NOT_ALLOWED),
    )
    if call.settings.otp_email_verification:
        call.tenant.messages.mail_code(PURPOSE, to, account.uid, template=template)
    else:
        token = call.tenant.single_use_tokens.issue(PURPOSE, account.uid, call.settings)
        call.tenant.messages.link(token, to, url=url, template=template)
    return {"IsPosted": True}


@handles("pin.forgot_by_phone")
def forgot_by_phone(call: RequestContext) -> Json:
    """Send a code by SMS.

    Raise PHONE_NOT_VERIFIED for an unverified number.
    """
    account = _with_pin(call)
    if not account.phone_verified:
        raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)
    template, voice = call.query.get("smsTemplate"), bool(call.query.get("isVoiceOtp") or call.body.get("isvoiceotp"))
    sent = call.tenant.messages.sms_code(PURPOSE, call.body["phone"], account.uid, template=template, voice=voice)
    return {"IsPosted": True, "Data": sent}


@handles("pin.reset_pin_by_reset_token")
async def reset_by_token(call: RequestContext) -> Json:
    """Set a new PIN by the token of a mail."""
    require_pin_login(call)
    token = call.tenant.single_use_tokens.redeem(PURPOSE, call.body["ResetToken"])
    return await _reset(call, call.tenant.holder(token), token)


@handles("pin.reset_pin_by_email_and_otp", "pin.reset_pin_by_username_and_otp", "pin.reset_pin_by_phone_and_otp")
async def reset_by_otp(call: RequestContext) -> Json:
    """Set a new PIN by a code; a wrong code counts towards the lock."""
    account = _with_pin(call)
    address = call.body.get("phone") or _address(call, account)
    return await _reset(call, account, check_code(call, account, PURPOSE, address, call.body["OTP"]))


@handles(
    "pin.reset_pin_by_email_and_security_answer",
    "pin.reset_pin_by_phone_and_security_answer",
    "pin.reset_pin_by_username_and_security_answer",
)
async def reset_by_answers(call: RequestContext) -> Json:
    """Set a new PIN by security answers."""
    account = _with_pin(call)
    require_security_answers(call, account, call.body["SecurityAnswer"])
    return await _reset(call, account)


def _with_pin(call: RequestContext) -> Account:
    """Return the account of the body's identifier, which must have a PIN.

    Raise PIN_NOT_CONFIGURED, ACCOUNT_NOT_FOUND, ACCOUNT_BLOCKED, ACCOUNT_LOGIN_DISABLED, ACCOUNT_HAS_NO_PIN.
    """
    require_pin_login(call)
    account = owner(call)
    require_usable_account(account)
    require_pin(account)
    return account


def _address(call: RequestContext, account: Account) -> str:
    """Return the address of the request, or the primary one of a user name's owner.

    Raise ACCOUNT_HAS_NO_EMAIL_PROFILE without one.
    """
    address: str | None = call.body.get("email") or (account.primary.value if account.primary else None)
    if address is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    return address


async def _reset(call: RequestContext, account: Account, proof: Proof | None = None) -> Json:
    """Set the PIN; one that the tenant refuses does not use the proof up."""
    try:
        require_usable_account(account)
        require_pin(account)
        await set_pin(call, account, call.body["PIN"], "ResetPIN")
    except ApiError:
        if proof is not None:
            proof.used = False
        raise
    return {"IsPosted": True}
