"""Verifying e-mail addresses (product-facts.md#registration, #email-verification)."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account, Email

OTP_PURPOSE = "emailverification"


def send_verification(call: RequestContext, account: Account, email: Email, *, kind: str = "emailverification") -> None:
    """Mail a link or, where the tenant says so, a code that verifies the address."""
    url, template = call.allowed_url("verificationUrl"), call.query.get("emailTemplate")
    tenant = call.tenant
    if tenant.settings.otp_email_verification:
        tenant.messages.mail_code(OTP_PURPOSE, email.value, account.uid, template=template)
        return
    token = tenant.single_use_tokens.issue(kind, account.uid, tenant.settings, sibling=email.value, email=email.value)
    tenant.messages.link(token, email.value, url=url, template=template)


def mark_verified(call: RequestContext, account: Account, value: str) -> Email:
    """Mark the address as verified and fire the webhook; no welcome mail is sent.

    Raise VERIFICATION_LINK_INVALID where it left the account meanwhile.
    """
    email = account.email(value)
    if email is None:
        raise ApiError(ErrorCode.VERIFICATION_LINK_INVALID)
    if not email.verified:
        email.verified, email.pending = True, False
        account.modified = call.now
        call.tenant.webhooks.fire("EmailVerification", account)
    return email


def welcome(call: RequestContext, account: Account, *, again: bool = False) -> None:
    """Send the welcome mail, once in an account's life unless asked for again."""
    if again or not account.welcomed:
        account.welcomed = True
        call.tenant.messages.notice("welcome", account, template=call.query.get("welcomeEmailTemplate"))
