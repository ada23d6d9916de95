"""Sessions, reset tokens and deletion tokens."""

from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable, precondition

_MANY = 20  # wrong passwords; every lockout threshold is below


@precondition("session", needs=["person"])
def session(preconditions: Preconditions) -> Session:
    """Create a session by a management call, which needs no second factor, PIN or consent."""
    return preconditions.journey.accounts.log_in(preconditions.value("person"))


precondition("token", needs=["session"])(lambda preconditions: preconditions.value("session").token)
precondition("refresh_token", needs=["session"])(lambda preconditions: preconditions.value("session").refresh_token)


@precondition("password_reset.token", needs=["person"])
def password_reset_token(preconditions: Preconditions) -> str:
    """Return the token of a reset mail."""
    preconditions.journey.forget_password(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").email, kind="forgotpassword").token


@precondition("password_reset.email_otp", needs=["person"])
def password_reset_email_otp(preconditions: Preconditions) -> str:
    """Return the code of a reset mail, requested by user name where the example mentions one."""
    person, recovery = preconditions.value("person"), preconditions.journey.password_reset
    ask = recovery.ask_by_username if "person.username" in preconditions.wanted else recovery.ask_by_email
    ask(person)
    return preconditions.journey.mailbox.wait(to=person.email, kind="forgotpassword").otp


@precondition("password_reset.sms_otp", needs=["person.phone"])
def password_reset_sms_otp(preconditions: Preconditions) -> str:
    """Return the code of a reset SMS."""
    preconditions.journey.password_reset.ask_by_phone(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").phone, kind="forgotpassword").otp


@precondition("delete_token", needs=["session"])
def delete_token(preconditions: Preconditions) -> str:
    """Return the token of the account deletion mail."""
    preconditions.journey.emails.ask_for_deletion(preconditions.value("session"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").email, kind="deleteuser").token


@precondition("locked", needs=["session"])
def locked(preconditions: Preconditions) -> None:
    """Send wrong passwords until the tenant locks the account; the session was created before."""
    person, _ = preconditions.value("person"), preconditions.value("session")
    body = {"email": person.email, "password": "not the password"}
    for _attempt in range(_MANY):
        if preconditions.client.call("authentication.login_by_email", body=body).error_code in {
            ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
            ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
            ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
            ErrorCode.ACCOUNT_BLOCKED,
        }:
            return
    raise PreconditionUnavailable("the tenant locks no account: set a lockout threshold")


@precondition("session_token", needs=["person.pin"])
def session_token(preconditions: Preconditions) -> str:
    """Return the PIN session token of a login with the password."""
    return preconditions.journey.log_in(preconditions.value("person")).session_token


@precondition("pin_auth_token", needs=["person"])
def pin_auth_token(preconditions: Preconditions) -> str:
    """Return the PIN token of a login that is refused because the account has no PIN yet."""
    with expect_error(ErrorCode.PIN_SETUP_REQUIRED) as refusal:
        preconditions.journey.log_in(preconditions.value("person"))
    return str(refusal.data["PINAuthToken"])


@precondition("consent_token", needs=["person"])
def consent_token(preconditions: Preconditions) -> str:
    """Return the consent token of a login that is refused because consent is missing."""
    with expect_error(ErrorCode.CONSENT_REQUIRED) as refusal:
        preconditions.journey.log_in(preconditions.value("person"))
    return str(refusal.data["ConsentToken"])
