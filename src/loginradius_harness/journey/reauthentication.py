"""Step-up authentication within a session (product-facts.md#step-up)."""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.client.totp import Authenticator
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

Json = Any

KIND = "stepup"  # of messages that a step-up sends to a factor
OTP_KIND = "stepupotp"  # of those that it sends without one


class Reauthentication:
    """Get a proof token by a factor, password or PIN; the tenant's server can check it once."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def begin(self, session: Session) -> Json:
        """Start a step-up; a code is sent to the SMS factor where there is one."""
        return self._client.call("reauthentication.trigger", token=session.token).must_succeed().data

    def prove(self, session: Session, how: str, proof: str, at: str = "") -> str:
        """Reauthenticate by totp, sms, email, answers, backup, password or pin; return the proof token.

        `at` is the e-mail address, or the question's id.
        """
        operation, body = {
            "totp": ("reauthentication.by_authenticator_code", {"authenticatorcode": proof}),
            "sms": ("reauthentication.by_sms_otp", {"otp": proof}),
            "email": ("reauthentication.by_email_otp", {"EmailId": at, "otp": proof}),
            "answers": ("reauthentication.by_security_answers", _answered(at, proof)),
            "backup": ("reauthentication.by_backup_code", {"backupcode": proof}),
            "password": ("reauthentication.by_password", {"password": proof}),
            "pin": ("reauthentication.by_pin", {"PIN": proof}),
        }[how]
        reply = self._client.call(operation, token=session.token, body=body).must_succeed()
        return str(reply.data["SecondFactorValidationToken"])

    def by_totp(self, session: Session, app: Authenticator) -> str:
        """Reauthenticate with a code of the authenticator app; return the proof token."""
        return self.prove(session, "totp", app.code())

    def by_sms(self, session: Session, phone: str) -> str:
        """Reauthenticate with the code of the SMS that `begin` sent; return the proof token."""
        return self.prove(session, "sms", self._mailbox.wait(to=phone, kind=KIND).otp)

    def by_email(self, session: Session, email: str) -> str:
        """Request a code by mail and reauthenticate with it; return the proof token."""
        self.send_email(session, email)
        return self.prove(session, "email", self._mailbox.wait(to=email, kind=KIND).otp, at=email)

    def send_email(self, session: Session, email: str) -> ApiResponse:
        """Request a code by mail."""
        query = {"emailId": email}
        return self._client.call("reauthentication.send_email_otp", token=session.token, query=query).must_succeed()

    def ask_for_code(self, session: Session, email: str) -> str:
        """Request a code by mail, without a second factor; return it."""
        operation = "reauthentication.send_step_up_email_otp"
        self._client.call(operation, token=session.token, query={"emailId": email}).must_succeed()
        return self._mailbox.wait(to=email, kind=OTP_KIND).otp

    def by_code(self, session: Session, email: str, code: str) -> str:
        """Reauthenticate with such a code; return the proof token."""
        operation, body = "reauthentication.by_step_up_email_otp", {"emailid": email, "otp": code}
        reply = self._client.call(operation, token=session.token, body=body).must_succeed()
        return str(reply.data["SecondFactorValidationToken"])

    def by_password(self, session: Session, person: Person) -> str:
        """Reauthenticate with the password; return the proof token."""
        return self.prove(session, "password", person.password)

    def by_pin(self, session: Session, person: Person) -> str:
        """Reauthenticate with the PIN; return the proof token."""
        return self.prove(session, "pin", person.pin)

    def check(self, uid: str, kind: str, proof: str) -> ApiResponse:
        """Check a proof token of a kind (mfa, password, pin) by a management call; it is valid once."""
        body = {"secondfactorvalidationtoken": proof}
        return self._client.call(f"reauthentication.check_{kind}", path={"uid": uid}, body=body).must_succeed()


def _answered(question: str, answer: str) -> Json:
    return {"securityquestionanswer": [{"QuestionId": question, "Answer": answer}]}
