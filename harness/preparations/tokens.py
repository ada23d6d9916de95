"""Sessions, and what recovers or ends an account."""

from harness.given import Givens, NotPrepared, given
from harness.reply import refused
from harness.session import Session

_MANY = 20  # wrong passwords; no tenant that locks at all lets more pass


@given("session", needs=["person"])
def session(givens: Givens) -> Session:
    """Made by the server side, so that no factor, PIN or consent stands in the way."""
    return givens.journey.accounts.log_in(givens.value("person"))


given("token", needs=["session"])(lambda givens: givens.value("session").token)
given("refresh_token", needs=["session"])(lambda givens: givens.value("session").refresh_token)


@given("password_reset.token", needs=["person"])
def password_reset_token(givens: Givens) -> str:
    """From the link of a reset mail."""
    givens.journey.forget_password(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="forgotpassword").token


@given("password_reset.email_otp", needs=["person"])
def password_reset_email_otp(givens: Givens) -> str:
    """The code of a reset mail; asked for by user name where the case names the person so."""
    person, recovery = givens.value("person"), givens.journey.recovery
    ask = recovery.ask_by_username if "person.username" in givens.wanted else recovery.ask_by_email
    ask(person)
    return givens.journey.mailbox.wait(to=person.email, kind="forgotpassword").otp


@given("password_reset.sms_otp", needs=["person.phone"])
def password_reset_sms_otp(givens: Givens) -> str:
    """The code of a reset SMS."""
    givens.journey.recovery.ask_by_phone(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").phone, kind="forgotpassword").otp


@given("delete_token", needs=["session"])
def delete_token(givens: Givens) -> str:
    """From the mail that deletes the account."""
    givens.journey.emails.ask_for_deletion(givens.value("session"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="deleteuser").token


@given("locked", needs=["session"])
def locked(givens: Givens) -> None:
    """Wrong passwords until the tenant locks; the session is from before."""
    person, _ = givens.value("person"), givens.value("session")
    body = {"email": person.email, "password": "not the password"}
    for _attempt in range(_MANY):
        if givens.client.call("authentication.login_by_email", body=body).error_code in {1132, 1148, 1198, 991}:
            return
    raise NotPrepared("the tenant locks nobody: set a lockout threshold")


@given("session_token", needs=["person.pin"])
def session_token(givens: Givens) -> str:
    """The PIN session token of a log-in with the password."""
    return givens.journey.log_in(givens.value("person")).session_token


@given("pin_auth_token", needs=["person"])
def pin_auth_token(givens: Givens) -> str:
    """A log-in that is refused because its person has no PIN yet carries it."""
    with refused(1243) as refusal:
        givens.journey.log_in(givens.value("person"))
    return str(refusal.data["PINAuthToken"])


@given("consent_token", needs=["person"])
def consent_token(givens: Givens) -> str:
    """A log-in that is refused because consent is missing carries it."""
    with refused(1226) as refusal:
        givens.journey.log_in(givens.value("person"))
    return str(refusal.data["ConsentToken"])
