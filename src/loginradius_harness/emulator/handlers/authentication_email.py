"""A user's e-mail addresses: verifying, adding, removing (product-facts.md#email-verification, #emails)."""

from typing import Any

from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import email_addresses
from loginradius_harness.emulator.services.login import check_code, require_usable_account
from loginradius_harness.emulator.services.password_reset import posted_session
from loginradius_harness.emulator.services.verification import OTP_PURPOSE, mark_verified, send_verification, welcome
from loginradius_harness.emulator.state.accounts import Account, Email

Json = Any

VERIFYING = frozenset({"emailverification", "addemail"})  # kinds of ticket that verify an address


@handles("authentication.verify_email")
def verify_email(call: RequestContext) -> Json:
    """The address of the token is verified; the token dies. 991, 1130."""
    token, tickets = call.query["verificationToken"], call.tenant.tickets
    kind = tickets.kind_of(token)
    ticket = tickets.find(kind if kind in VERIFYING else "emailverification", token)
    account = call.tenant.holder(ticket)
    require_usable_account(account)
    ticket.used = True
    return _verified(call, account, ticket.data["email"])


@handles("authentication.verify_email_by_otp")
def verify_email_by_otp(call: RequestContext) -> Json:
    """The same by the code of the mail, for an address or for the UUID that its sending answered."""
    if not call.settings.otp_email_verification:
        raise ApiError(1237)
    account, email = _waiting(call)
    check_code(call, account, OTP_PURPOSE, email.value, call.body["otp"])
    if email.verified:
        raise ApiError(1025)
    return _verified(call, account, email.value)


def _waiting(call: RequestContext) -> tuple[Account, Email]:
    """Whom and which address a code is for; 938, and 1188 for a UUID that was never given out."""
    value = call.body.get("email")
    if value is None:
        known = call.tenant.client_guids.get(call.body["uuid"])
        if known is None or known["flow"] != "verification":
            raise ApiError(1188)
        value = known["email"]
    account = call.tenant.accounts.by_email(value)
    email = account.email(value) if account else None
    if account is None or email is None:
        raise ApiError(938)
    return account, email


def _verified(call: RequestContext, account: Account, value: str) -> Json:
    mark_verified(call, account, value)
    if call.settings.logout_on_email_verification:
        call.tenant.sessions.end_all(account)
    return posted_session(call, account, logs_in=call.settings.login_on_email_verification)


@handles("authentication.resend_email_verification")
def resend_email_verification(call: RequestContext) -> Json:
    """Another verification mail; 1034 where the tenant does not verify, 1025 for a verified address."""
    account = call.tenant.accounts.by_email(call.body["email"])
    if account is None:
        raise ApiError(938)
    demand_unverified(call, account, account.email(call.body["email"]))
    return {"IsPosted": True}


def demand_unverified(call: RequestContext, account: Account, email: Email | None) -> None:
    """Send a verification mail to an address that waits for one. 991, 1034, 1025."""
    if not account.active:
        raise ApiError(991)
    if call.settings.email_verification == "disabled":
        raise ApiError(1034)
    if email is None or email.verified:
        raise ApiError(1025)
    send_verification(call, account, email)


@handles("authentication.add_email")
def add_email(call: RequestContext) -> Json:
    """Another address, unverified until its mail is answered."""
    if not call.account.email_verified:
        raise ApiError(1177)
    email = email_addresses.add(call, call.account, call.body["email"], call.body["type"])
    send_verification(call, call.account, email, kind="addemail")
    return {"IsPosted": True}


@handles("authentication.remove_email")
def remove_email(call: RequestContext) -> Json:
    """The address goes; an account keeps its last one (1005)."""
    email_addresses.remove(call, call.account, call.body["email"])
    return {"IsDeleted": True}


@handles("authentication.send_welcome_email")
def send_welcome_email(call: RequestContext) -> Json:
    """The welcome mail, whether or not it went out before; 1039 without an address."""
    if call.account.primary is None:
        raise ApiError(1039)
    welcome(call, call.account, again=True)
    return {"IsPosted": True}
