"""Setting a new password without the old one (product-facts.md#password-reset)."""

from typing import Any, Protocol

from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import answers_right, finish, require_usable_account
from loginradius_harness.emulator.services.password_policy import end_other_sessions, set_password
from loginradius_harness.emulator.services.verification import mark_verified
from loginradius_harness.emulator.state.accounts import Account

Json = Any

PURPOSE = "forgotpassword"  # kind of a reset link's ticket and purpose of the mailed code


class Proof(Protocol):
    """A ticket or one-time code that was redeemed for the reset."""

    used: bool


async def reset_password(
    call: RequestContext, account: Account, password: str, proof: Proof | None = None, *, verifies: str | None = None
) -> Json:
    """Set the password, lift the lock, tell the person; gives `posted_session`.

    A password that the tenant refuses (1015, 1134, 1216, 1315) does not cost the `proof`. `verifies` is the address
    that the proof was mailed to.
    """
    try:
        require_usable_account(account)
        await set_password(call, account, password)
    except ApiError:
        if proof is not None:
            proof.used = False
        raise
    tenant = call.tenant
    tenant.lockout.lift(account)
    tenant.tickets.cancel(PURPOSE, account.uid)
    if verifies and account.email(verifies):
        mark_verified(call, account, verifies)
    end_other_sessions(call, account)
    tenant.messages.notice("passwordreset", account, template=call.body.get("resetpasswordemailtemplate"))
    tenant.webhooks.fire("ResetPassword", account)
    return posted_session(call, account, logs_in=call.settings.login_on_password_reset)


def send_reset(call: RequestContext, account: Account, to: str) -> None:
    """Mail a link or, where the tenant mails codes, a code that sets a new password."""
    url, template = call.allowed_url("resetPasswordUrl"), call.query.get("emailTemplate")
    tenant = call.tenant
    if call.settings.otp_email_verification:
        tenant.messages.mail_code(PURPOSE, to, account.uid, template=template)
        return
    ticket = tenant.tickets.issue(PURPOSE, account.uid, call.settings, email=to)
    tenant.messages.link(ticket, to, url=url, template=template)


def require_unbreached_password(call: RequestContext, account: Account, password: str) -> None:
    """1316 and a reset mail for a right password that is known from a breach, 1317 when it comes again.

    Source: product-facts.md#password-policy.
    """
    if password not in call.settings.breached_passwords:
        return
    if account.password_breached:
        raise ApiError(1317)
    account.password_breached = True
    if account.primary is not None:
        send_reset(call, account, account.primary.value)
    raise ApiError(1316)


def require_security_answers(call: RequestContext, account: Account, given: dict[str, str]) -> None:
    """The right security answers as the proof; 1095, 1092, 1091, and 1094 for a wrong answer or too many of them."""
    if not call.settings.security_questions:
        raise ApiError(1095)
    if not account.security_answers:
        raise ApiError(1092)
    if any(question not in call.settings.security_questions for question in given):
        raise ApiError(1091)
    call.tenant.lockout.weigh_answers(account, call.settings, right=answers_right(account, given))


def posted_session(call: RequestContext, account: Account, *, logs_in: bool) -> Json:
    """`{"IsPosted"}`, with a login response in `Data` where the tenant logs in here and asks for no second factor."""
    if not logs_in or call.tenant.factors.needed(account):
        return {"IsPosted": True}
    return {"IsPosted": True, "Data": finish(call, account)}


def owner(call: RequestContext) -> Account:
    """The account that the body's `email`, `username` or `phone` names; 938."""
    accounts, body = call.tenant.accounts, call.body
    if "email" in body:
        found = accounts.by_email(body["email"])
    elif "username" in body:
        found = accounts.by_username(body["username"])
    else:
        found = accounts.by_phone(body["phone"])
    if found is None:
        raise ApiError(938)
    return found
