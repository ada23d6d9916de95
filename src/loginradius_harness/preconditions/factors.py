"""Second factors, challenges and step-ups."""

from loginradius_harness.client.session import Challenge, Session
from loginradius_harness.client.totp import Authenticator
from loginradius_harness.journey import mfa, reauthentication
from loginradius_harness.journey.people import new_phone
from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("authenticator", needs=["session"])
def authenticator(givens: Preconditions) -> Authenticator:
    """An app with the secret that the tenant offers the person, not verified yet."""
    secret = givens.journey.mfa.settings(givens.value("session"))["ManualEntryCode"]
    return givens.journey.authenticator(secret)


@precondition("totp", needs=["session"])
def totp(givens: Preconditions) -> Authenticator:
    """The app, verified."""
    app = givens.journey.enrol_totp(givens.value("session"))
    givens.put("authenticator", app)
    return app


@precondition("totp_code", needs=["authenticator"])
def totp_code(givens: Preconditions) -> str:
    """What the app shows now."""
    app: Authenticator = givens.value("authenticator")
    return app.code()


@precondition("sms_factor", needs=["session"])
def sms_factor(givens: Preconditions) -> str:
    """The number of the SMS factor."""
    phone = new_phone()
    givens.journey.mfa.enrol_sms(givens.value("session"), phone)
    return phone


@precondition("email_factor", needs=["session"])
def email_factor(givens: Preconditions) -> str:
    """The address of the e-mail factor."""
    address: str = givens.value("person").email
    givens.journey.mfa.enrol_email(givens.value("session"), address)
    return address


@precondition("answers_factor", needs=["session"])
def answers_factor(givens: Preconditions) -> None:
    """The first security question, answered."""
    answers = {givens.value("question_id"): givens.value("person").answer}
    givens.journey.mfa.enrol_answers(givens.value("session"), answers)


@precondition("backup_code", needs=["totp"])
def backup_code(givens: Preconditions) -> str:
    """One of ten."""
    givens.value("totp")
    return givens.journey.backup_codes(givens.value("session"))[0]


@precondition("challenge", needs=["person"])
def challenge(givens: Preconditions) -> Challenge:
    """A log-in that waits for the second factor."""
    return givens.journey.mfa.begin(givens.value("person"))


precondition("second_factor_token", needs=["challenge"])(lambda givens: givens.value("challenge").token)


@precondition("challenge.sms_otp", needs=["sms_factor", "challenge"])
def challenge_sms_otp(givens: Preconditions) -> str:
    """The code that came with the challenge."""
    phone = givens.value("sms_factor")
    givens.value("challenge")
    return givens.journey.mailbox.wait(to=phone, kind=mfa.CHALLENGE_KIND).otp


@precondition("challenge.email_otp", needs=["email_factor", "challenge"])
def challenge_email_otp(givens: Preconditions) -> str:
    """The code that came with the challenge."""
    address = givens.value("email_factor")
    givens.value("challenge")
    return givens.journey.mailbox.wait(to=address, kind=mfa.CHALLENGE_KIND).otp


@precondition("enrolment.sms_otp", needs=["session"])
def enrolment_sms_otp(givens: Preconditions) -> str:
    """The code for a number that is to become a factor."""
    phone, session = new_phone(), givens.value("session")
    body = {"phoneno2fa": phone}
    givens.client.call("mfa.update_phone_by_access_token", token=session.token, body=body).must_succeed()
    return givens.journey.mailbox.wait(to=phone, kind=mfa.ENROLMENT_KIND).otp


@precondition("enrolment.email_otp", needs=["session"])
def enrolment_email_otp(givens: Preconditions) -> str:
    """The code for an address that is to become a factor."""
    address, session = givens.value("person").email, givens.value("session")
    query = {"emailId": address}
    givens.client.call("mfa.send_email_otp_by_access_token", token=session.token, query=query).must_succeed()
    return givens.journey.mailbox.wait(to=address, kind=mfa.ENROLMENT_KIND).otp


@precondition("step_up.sms_otp", needs=["sms_factor"])
def step_up_sms_otp(givens: Preconditions) -> str:
    """The code of a step-up that has begun."""
    phone = givens.value("sms_factor")
    givens.journey.reauthentication.begin(givens.value("session"))
    return givens.journey.mailbox.wait(to=phone, kind=reauthentication.KIND).otp


@precondition("step_up.email_otp", needs=["email_factor"])
def step_up_email_otp(givens: Preconditions) -> str:
    """The code of a step-up by mail."""
    address = givens.value("email_factor")
    givens.journey.reauthentication.send_email(givens.value("session"), address)
    return givens.journey.mailbox.wait(to=address, kind=reauthentication.KIND).otp


@precondition("step_up.mfa_token", needs=["totp"])
def step_up_mfa_token(givens: Preconditions) -> str:
    """Proof by a code of the app."""
    app, session = givens.value("totp"), _session(givens)
    return givens.journey.reauthentication.by_totp(session, app)


@precondition("step_up.password_token", needs=["session"])
def step_up_password_token(givens: Preconditions) -> str:
    """Proof by password."""
    return givens.journey.reauthentication.by_password(_session(givens), givens.value("person"))


@precondition("step_up.pin_token", needs=["session", "person.pin"])
def step_up_pin_token(givens: Preconditions) -> str:
    """Proof by PIN."""
    return givens.journey.reauthentication.by_pin(_session(givens), givens.value("person"))


def _session(givens: Preconditions) -> Session:
    session: Session = givens.value("session")
    return session
