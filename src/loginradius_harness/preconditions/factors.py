"""Second factors, login challenges and step-ups."""

from loginradius_harness.client.session import Challenge, Session
from loginradius_harness.client.totp import Authenticator
from loginradius_harness.journey import mfa, reauthentication
from loginradius_harness.journey.people import new_phone
from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("authenticator", needs=["session"])
def authenticator(preconditions: Preconditions) -> Authenticator:
    """Return an authenticator app that is not verified yet."""
    secret = preconditions.journey.mfa.settings(preconditions.value("session"))["ManualEntryCode"]
    return preconditions.journey.authenticator(secret)


@precondition("totp", needs=["session"])
def totp(preconditions: Preconditions) -> Authenticator:
    """Return a verified authenticator app."""
    app = preconditions.journey.enrol_totp(preconditions.value("session"))
    preconditions.put("authenticator", app)
    return app


@precondition("totp_code", needs=["authenticator"])
def totp_code(preconditions: Preconditions) -> str:
    """Return the app's current code."""
    app: Authenticator = preconditions.value("authenticator")
    return app.code()


@precondition("sms_factor", needs=["session"])
def sms_factor(preconditions: Preconditions) -> str:
    """Enrol an SMS factor; return its number."""
    phone = new_phone()
    preconditions.journey.mfa.enrol_sms(preconditions.value("session"), phone)
    return phone


@precondition("email_factor", needs=["session"])
def email_factor(preconditions: Preconditions) -> str:
    """Enrol the e-mail factor; return its address."""
    address: str = preconditions.value("person").email
    preconditions.journey.mfa.enrol_email(preconditions.value("session"), address)
    return address


@precondition("answers_factor", needs=["session"])
def answers_factor(preconditions: Preconditions) -> None:
    """Enrol the first security question."""
    answers = {preconditions.value("question_id"): preconditions.value("person").answer}
    preconditions.journey.mfa.enrol_answers(preconditions.value("session"), answers)


@precondition("backup_code", needs=["totp"])
def backup_code(preconditions: Preconditions) -> str:
    """Return one of the ten backup codes."""
    preconditions.value("totp")
    return preconditions.journey.backup_codes(preconditions.value("session"))[0]


@precondition("challenge", needs=["person"])
def challenge(preconditions: Preconditions) -> Challenge:
    """Start a login that waits for the second factor."""
    return preconditions.journey.mfa.begin(preconditions.value("person"))


precondition("second_factor_token", needs=["challenge"])(lambda preconditions: preconditions.value("challenge").token)


@precondition("challenge.sms_otp", needs=["sms_factor", "challenge"])
def challenge_sms_otp(preconditions: Preconditions) -> str:
    """Return the code of the challenge."""
    phone = preconditions.value("sms_factor")
    preconditions.value("challenge")
    return preconditions.journey.mailbox.wait(to=phone, kind=mfa.CHALLENGE_KIND).otp


@precondition("challenge.email_otp", needs=["email_factor", "challenge"])
def challenge_email_otp(preconditions: Preconditions) -> str:
    """Return the code of the challenge."""
    address = preconditions.value("email_factor")
    preconditions.value("challenge")
    return preconditions.journey.mailbox.wait(to=address, kind=mfa.CHALLENGE_KIND).otp


@precondition("enrolment.sms_otp", needs=["session"])
def enrolment_sms_otp(preconditions: Preconditions) -> str:
    """Return the code that enrols a phone number."""
    phone, session = new_phone(), preconditions.value("session")
    body = {"phoneno2fa": phone}
    preconditions.client.call("mfa.update_phone_by_access_token", token=session.token, body=body).must_succeed()
    return preconditions.journey.mailbox.wait(to=phone, kind=mfa.ENROLMENT_KIND).otp


@precondition("enrolment.email_otp", needs=["session"])
def enrolment_email_otp(preconditions: Preconditions) -> str:
    """Return the code that enrols an e-mail address."""
    address, session = preconditions.value("person").email, preconditions.value("session")
    query = {"emailId": address}
    preconditions.client.call("mfa.send_email_otp_by_access_token", token=session.token, query=query).must_succeed()
    return preconditions.journey.mailbox.wait(to=address, kind=mfa.ENROLMENT_KIND).otp


@precondition("step_up.sms_otp", needs=["sms_factor"])
def step_up_sms_otp(preconditions: Preconditions) -> str:
    """Start a step-up; return the code of its SMS."""
    phone = preconditions.value("sms_factor")
    preconditions.journey.reauthentication.begin(preconditions.value("session"))
    return preconditions.journey.mailbox.wait(to=phone, kind=reauthentication.KIND).otp


@precondition("step_up.email_otp", needs=["email_factor"])
def step_up_email_otp(preconditions: Preconditions) -> str:
    """Start a step-up by mail; return its code."""
    address = preconditions.value("email_factor")
    preconditions.journey.reauthentication.send_email(preconditions.value("session"), address)
    return preconditions.journey.mailbox.wait(to=address, kind=reauthentication.KIND).otp


@precondition("step_up.mfa_token", needs=["totp"])
def step_up_mfa_token(preconditions: Preconditions) -> str:
    """Return a proof token for a code of the app."""
    app, session = preconditions.value("totp"), _session(preconditions)
    return preconditions.journey.reauthentication.by_totp(session, app)


@precondition("step_up.password_token", needs=["session"])
def step_up_password_token(preconditions: Preconditions) -> str:
    """Return a proof token for the password."""
    return preconditions.journey.reauthentication.by_password(_session(preconditions), preconditions.value("person"))


@precondition("step_up.pin_token", needs=["session", "person.pin"])
def step_up_pin_token(preconditions: Preconditions) -> str:
    """Return a proof token for the PIN."""
    return preconditions.journey.reauthentication.by_pin(_session(preconditions), preconditions.value("person"))


def _session(preconditions: Preconditions) -> Session:
    session: Session = preconditions.value("session")
    return session
