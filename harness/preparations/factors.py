"""Second factors, challenges and step-ups."""

from harness.given import Givens, given
from harness.people import new_phone
from harness.session import Challenge, Session
from harness.totp import Authenticator
from harness.verbs import mfa, step_up


@given("authenticator", needs=["session"])
def authenticator(givens: Givens) -> Authenticator:
    """An app with the secret that the tenant offers the person, not verified yet."""
    secret = givens.journey.mfa.settings(givens.value("session"))["ManualEntryCode"]
    return givens.journey.authenticator(secret)


@given("totp", needs=["session"])
def totp(givens: Givens) -> Authenticator:
    """The app, verified."""
    app = givens.journey.enrol_totp(givens.value("session"))
    givens.put("authenticator", app)
    return app


@given("totp_code", needs=["authenticator"])
def totp_code(givens: Givens) -> str:
    """What the app shows now."""
    app: Authenticator = givens.value("authenticator")
    return app.code()


@given("sms_factor", needs=["session"])
def sms_factor(givens: Givens) -> str:
    """The number of the SMS factor."""
    phone = new_phone()
    givens.journey.mfa.enrol_sms(givens.value("session"), phone)
    return phone


@given("email_factor", needs=["session"])
def email_factor(givens: Givens) -> str:
    """The address of the e-mail factor."""
    address: str = givens.value("person").email
    givens.journey.mfa.enrol_email(givens.value("session"), address)
    return address


@given("answers_factor", needs=["session"])
def answers_factor(givens: Givens) -> None:
    """The first security question, answered."""
    answers = {givens.value("question_id"): givens.value("person").answer}
    givens.journey.mfa.enrol_answers(givens.value("session"), answers)


@given("backup_code", needs=["totp"])
def backup_code(givens: Givens) -> str:
    """One of ten."""
    givens.value("totp")
    return givens.journey.backup_codes(givens.value("session"))[0]


@given("challenge", needs=["person"])
def challenge(givens: Givens) -> Challenge:
    """A log-in that waits for the second factor."""
    return givens.journey.mfa.begin(givens.value("person"))


given("second_factor_token", needs=["challenge"])(lambda givens: givens.value("challenge").token)


@given("challenge.sms_otp", needs=["sms_factor", "challenge"])
def challenge_sms_otp(givens: Givens) -> str:
    """The code that came with the challenge."""
    phone = givens.value("sms_factor")
    givens.value("challenge")
    return givens.journey.mailbox.wait(to=phone, kind=mfa.CHALLENGE_KIND).otp


@given("challenge.email_otp", needs=["email_factor", "challenge"])
def challenge_email_otp(givens: Givens) -> str:
    """The code that came with the challenge."""
    address = givens.value("email_factor")
    givens.value("challenge")
    return givens.journey.mailbox.wait(to=address, kind=mfa.CHALLENGE_KIND).otp


@given("enrolment.sms_otp", needs=["session"])
def enrolment_sms_otp(givens: Givens) -> str:
    """The code for a number that is to become a factor."""
    phone, session = new_phone(), givens.value("session")
    body = {"phoneno2fa": phone}
    givens.client.call("mfa.update_phone_by_access_token", token=session.token, body=body).must_succeed()
    return givens.journey.mailbox.wait(to=phone, kind=mfa.ENROLMENT_KIND).otp


@given("enrolment.email_otp", needs=["session"])
def enrolment_email_otp(givens: Givens) -> str:
    """The code for an address that is to become a factor."""
    address, session = givens.value("person").email, givens.value("session")
    query = {"emailId": address}
    givens.client.call("mfa.send_email_otp_by_access_token", token=session.token, query=query).must_succeed()
    return givens.journey.mailbox.wait(to=address, kind=mfa.ENROLMENT_KIND).otp


@given("step_up.sms_otp", needs=["sms_factor"])
def step_up_sms_otp(givens: Givens) -> str:
    """The code of a step-up that has begun."""
    phone = givens.value("sms_factor")
    givens.journey.step_up.begin(givens.value("session"))
    return givens.journey.mailbox.wait(to=phone, kind=step_up.KIND).otp


@given("step_up.email_otp", needs=["email_factor"])
def step_up_email_otp(givens: Givens) -> str:
    """The code of a step-up by mail."""
    address = givens.value("email_factor")
    givens.journey.step_up.send_email(givens.value("session"), address)
    return givens.journey.mailbox.wait(to=address, kind=step_up.KIND).otp


@given("step_up.mfa_token", needs=["totp"])
def step_up_mfa_token(givens: Givens) -> str:
    """Proof by a code of the app."""
    app, session = givens.value("totp"), _session(givens)
    return givens.journey.step_up.by_totp(session, app)


@given("step_up.password_token", needs=["session"])
def step_up_password_token(givens: Givens) -> str:
    """Proof by password."""
    return givens.journey.step_up.by_password(_session(givens), givens.value("person"))


@given("step_up.pin_token", needs=["session", "person.pin"])
def step_up_pin_token(givens: Givens) -> str:
    """Proof by PIN."""
    return givens.journey.step_up.by_pin(_session(givens), givens.value("person"))


def _session(givens: Givens) -> Session:
    session: Session = givens.value("session")
    return session
