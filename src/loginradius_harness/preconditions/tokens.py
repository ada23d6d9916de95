"""Sessions, and what recovers or ends an account."""

from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable, precondition

_MANY = 20  # wrong passwords; no tenant that locks at all lets more pass


@precondition("session", needs=["person"])
def session(givens: Preconditions) -> Session:
    """Made by the server side, so that no factor, PIN or consent stands in the way."""
    return givens.journey.accounts.log_in(givens.value("person"))


precondition("token", needs=["session"])(lambda givens: givens.value("session").token)
precondition("refresh_token", needs=["session"])(lambda givens: givens.value("session").refresh_token)


@precondition("password_reset.token", needs=["person"])
def password_reset_token(givens: Preconditions) -> str:
    """From the link of a reset mail."""
    givens.journey.forget_password(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="forgotpassword").token


@precondition("password_reset.email_otp", needs=["person"])
def password_reset_email_otp(givens: Preconditions) -> str:
    """The code of a reset mail; asked for by user name where the case names the person so."""
    person, recovery = givens.value("person"), givens.journey.password_reset
    ask = recovery.ask_by_username if "person.username" in givens.wanted else recovery.ask_by_email
    ask(person)
    return givens.journey.mailbox.wait(to=person.email, kind="forgotpassword").otp


@precondition("password_reset.sms_otp", needs=["person.phone"])
def password_reset_sms_otp(givens: Preconditions) -> str:
    """The code of a reset SMS."""
    givens.journey.password_reset.ask_by_phone(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").phone, kind="forgotpassword").otp


@precondition("delete_token", needs=["session"])
def delete_token(givens: Preconditions) -> str:
    """From the mail that deletes the account."""
    givens.journey.emails.ask_for_deletion(givens.value("session"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="deleteuser").token


@precondition("locked", needs=["session"])
def locked(givens: Preconditions) -> None:
    """Wrong passwords until the tenant locks; the session is from before."""
    person, _ = givens.value("person"), givens.value("session")
    body = {"email": person.email, "password": "not the password"}
    for _attempt in range(_MANY):
        if givens.client.call("authentication.login_by_email", body=body).error_code in {
            ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
            ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
            ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
            ErrorCode.ACCOUNT_BLOCKED,
        }:
            return
    raise PreconditionUnavailable("the tenant locks nobody: set a lockout threshold")


@precondition("session_token", needs=["person.pin"])
def session_token(givens: Preconditions) -> str:
    """The PIN session token of a log-in with the password."""
    return givens.journey.log_in(givens.value("person")).session_token


@precondition("pin_auth_token", needs=["person"])
def pin_auth_token(givens: Preconditions) -> str:
    """A log-in that is refused because its person has no PIN yet carries it."""
    with expect_error(ErrorCode.PIN_SETUP_REQUIRED) as refusal:
        givens.journey.log_in(givens.value("person"))
    return str(refusal.data["PINAuthToken"])


@precondition("consent_token", needs=["person"])
def consent_token(givens: Preconditions) -> str:
    """A log-in that is refused because consent is missing carries it."""
    with expect_error(ErrorCode.CONSENT_REQUIRED) as refusal:
        givens.journey.log_in(givens.value("person"))
    return str(refusal.data["ConsentToken"])
