"""A user's e-mail addresses: verifying, adding, removing (product-facts.md#email-verification, #emails)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import email_addresses
from loginradius_harness.emulator.services.login import check_code, require_usable_account
from loginradius_harness.emulator.services.password_reset import posted_session
from loginradius_harness.emulator.services.verification import OTP_PURPOSE, mark_verified, send_verification, welcome
from loginradius_harness.emulator.state.accounts import Account, Email

Json = Any

VERIFYING = frozenset({"emailverification", "addemail"})  # kinds of token that verify an address


@handles("authentication.verify_email")
def verify_email(call: RequestContext) -> Json:
    """Verify the address of a token and use the token up.

    Raise ACCOUNT_BLOCKED, ACCOUNT_LOGIN_DISABLED.
    """
    value, tokens = call.query["verificationToken"], call.tenant.single_use_tokens
    kind = tokens.kind_of(value)
    token = tokens.find(kind if kind in VERIFYING else "emailverification", value)
    account = call.tenant.holder(token)
    require_usable_account(account)
    token.used = True
    return _verified(call, account, token.data["email"])


@handles("authentication.verify_email_by_otp")
def verify_email_by_otp(call: RequestContext) -> Json:
    """Verify an address by the code of its mail; the address may be given by the UUID of the sending."""
    if not call.settings.otp_email_verification:
        raise ApiError(ErrorCode.EMAIL_OTP_VERIFICATION_DISABLED)
    account, email = _waiting(call)
    check_code(call, account, OTP_PURPOSE, email.value, call.body["otp"])
    if email.verified:
        raise ApiError(ErrorCode.EMAIL_ALREADY_VERIFIED)
    return _verified(call, account, email.value)


def _waiting(call: RequestContext) -> tuple[Account, Email]:
    """Return the account and the address that a code is for.

    Raise ACCOUNT_NOT_FOUND, and EMAIL_OTP_INVALID for an unknown UUID.
    """
    value = call.body.get("email")
    if value is None:
        known = call.tenant.client_guids.get(call.body["uuid"])
        if known is None or known["flow"] != "verification":
            raise ApiError(ErrorCode.EMAIL_OTP_INVALID)
        value = known["email"]
    account = call.tenant.accounts.by_email(value)
    email = account.email(value) if account else None
    if account is None or email is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return account, email


def _verified(call: RequestContext, account: Account, value: str) -> Json:
    mark_verified(call, account, value)
    if call.settings.logout_on_email_verification:
        call.tenant.sessions.end_all(account)
    return posted_session(call, account, logs_in=call.settings.login_on_email_verification)


@handles("authentication.resend_email_verification")
def resend_email_verification(call: RequestContext) -> Json:
    """Send another verification mail.

    Raise EMAIL_VERIFICATION_DISABLED where the tenant does not verify, EMAIL_ALREADY_VERIFIED for a verified address.
    """
    account = call.tenant.accounts.by_email(call.body["email"])
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    send_to_unverified(call, account, account.email(call.body["email"]))
    return {"IsPosted": True}


def send_to_unverified(call: RequestContext, account: Account, email: Email | None) -> None:
    """Send a verification mail to an unverified address.

    Raise ACCOUNT_BLOCKED, EMAIL_VERIFICATION_DISABLED, EMAIL_ALREADY_VERIFIED.
    """
    if not account.active:
        raise ApiError(ErrorCode.ACCOUNT_BLOCKED)
    if call.settings.email_verification == "disabled":
        raise ApiError(ErrorCode.EMAIL_VERIFICATION_DISABLED)
    if email is None or email.verified:
        raise ApiError(ErrorCode.EMAIL_ALREADY_VERIFIED)
    send_verification(call, account, email)


@handles("authentication.add_email")
def add_email(call: RequestContext) -> Json:
    """Add an address, unverified until its mail is confirmed."""
    if not call.account.email_verified:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_VERIFIED_EMAIL)
    email = email_addresses.add(call, call.account, call.body["email"], call.body["type"])
    send_verification(call, call.account, email, kind="addemail")
    return {"IsPosted": True}


@handles("authentication.remove_email")
def remove_email(call: RequestContext) -> Json:
    """Remove an address.

    Raise LAST_EMAIL_NOT_REMOVABLE for the last one.
    """
    email_addresses.remove(call, call.account, call.body["email"])
    return {"IsDeleted": True}


@handles("authentication.send_welcome_email")
def send_welcome_email(call: RequestContext) -> Json:
    """Send the welcome mail, even if it was sent before.

    Raise ACCOUNT_HAS_NO_EMAIL_PROFILE without an address.
    """
    if call.account.primary is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    welcome(call, call.account, again=True)
    return {"IsPosted": True}
