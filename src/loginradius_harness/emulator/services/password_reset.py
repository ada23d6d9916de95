"""Setting a new password without the old one (product-facts.md#password-reset)."""

from typing import Any, Protocol

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import answers_right, finish, require_usable_account
from loginradius_harness.emulator.services.password_policy import end_other_sessions, set_password
from loginradius_harness.emulator.services.verification import mark_verified
from loginradius_harness.emulator.state.accounts import Account

Json = Any

PURPOSE = "forgotpassword"  # kind of a reset link's token and purpose of the mailed code


class Proof(Protocol):
    """A token or one-time code that was redeemed for the reset."""

    used: bool


async def reset_password(
    call: RequestContext, account: Account, password: str, proof: Proof | None = None, *, verifies: str | None = None
) -> Json:
    """Set the password, lift the lock, mail a notice; return `posted_session`.

    A password that the tenant refuses (NEW_PASSWORD_NOT_ALLOWED, FIELD_VALIDATION_FAILED, PASSWORD_TOO_WEAK,
    NEW_PASSWORD_BREACHED) leaves the `proof` unused. `verifies` is the address that the proof was mailed to.
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
    tenant.single_use_tokens.cancel(PURPOSE, account.uid)
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
    token = tenant.single_use_tokens.issue(PURPOSE, account.uid, call.settings, email=to)
    tenant.messages.link(token, to, url=url, template=template)


def require_unbreached_password(call: RequestContext, account: Account, password: str) -> None:
    """Check that a right password is not known from a breach.

    Raise PASSWORD_BREACHED and mail a reset, the second time BREACHED_PASSWORD_USED_AGAIN.

    Source: product-facts.md#password-policy.
    """
    if password not in call.settings.breached_passwords:
        return
    if account.password_breached:
        raise ApiError(ErrorCode.BREACHED_PASSWORD_USED_AGAIN)
    account.password_breached = True
    if account.primary is not None:
        send_reset(call, account, account.primary.value)
    raise ApiError(ErrorCode.PASSWORD_BREACHED)


def require_security_answers(call: RequestContext, account: Account, given: dict[str, str]) -> None:
    """Check security answers as the proof of a reset.

    Raise SECURITY_QUESTIONS_DISABLED, ACCOUNT_HAS_NO_SECURITY_ANSWER, SECURITY_QUESTION_ID_INVALID, and
    SECURITY_QUESTION_OR_ANSWER_INCORRECT for a wrong answer or too many of them.
    """
    if not call.settings.security_questions:
        raise ApiError(ErrorCode.SECURITY_QUESTIONS_DISABLED)
    if not account.security_answers:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER)
    if any(question not in call.settings.security_questions for question in given):
        raise ApiError(ErrorCode.SECURITY_QUESTION_ID_INVALID)
    call.tenant.lockout.judge_answers(account, call.settings, right=answers_right(account, given))


def posted_session(call: RequestContext, account: Account, *, logs_in: bool) -> Json:
    """Return `{"IsPosted"}`, with a login response in `Data` if the tenant logs in here without a second factor."""
    if not logs_in or call.tenant.factors.needed(account):
        return {"IsPosted": True}
    return {"IsPosted": True, "Data": finish(call, account)}


def owner(call: RequestContext) -> Account:
    """Return the account that the body's `email`, `username` or `phone` names. Raise ACCOUNT_NOT_FOUND."""
    accounts, body = call.tenant.accounts, call.body
    if "email" in body:
        found = accounts.by_email(body["email"])
    elif "username" in body:
        found = accounts.by_username(body["username"])
    else:
        found = accounts.by_phone(body["phone"])
    if found is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return found
