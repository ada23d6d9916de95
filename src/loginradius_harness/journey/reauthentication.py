"""Proving again who one is, within a session (product-facts.md#step-up)."""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.client.totp import Authenticator
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

Json = Any

KIND = "stepup"  # of the messages that a step-up sends


class Reauthentication:
    """Each proof gives a token that the tenant's server checks once."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def begin(self, session: Session) -> Json:
        """Ask for a step-up; a code goes to the SMS factor where there is one."""
        return self._client.call("reauthentication.trigger", token=session.token).must_succeed().data

    def prove(self, session: Session, how: str, proof: str, at: str = "") -> str:
        """Prove by totp, sms, email, answers, backup, password or pin; the token that shows it.

        `at` is the address mailed to, or the question's id.
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
        """Prove with a code of the authenticator app."""
        return self.prove(session, "totp", app.code())

    def by_sms(self, session: Session, phone: str) -> str:
        """Prove with the code of the SMS that `begin` sent."""
        return self.prove(session, "sms", self._mailbox.wait(to=phone, kind=KIND).otp)

    def by_email(self, session: Session, email: str) -> str:
        """Ask for a code by mail, and prove with it."""
        self.send_email(session, email)
        return self.prove(session, "email", self._mailbox.wait(to=email, kind=KIND).otp, at=email)

    def send_email(self, session: Session, email: str) -> ApiResponse:
        """Ask for a code by mail."""
        query = {"emailId": email}
        return self._client.call("reauthentication.send_email_otp", token=session.token, query=query).must_succeed()

    def by_password(self, session: Session, person: Person) -> str:
        """Prove with the password."""
        return self.prove(session, "password", person.password)

    def by_pin(self, session: Session, person: Person) -> str:
        """Prove with the PIN."""
        return self.prove(session, "pin", person.pin)

    def check(self, uid: str, kind: str, proof: str) -> ApiResponse:
        """The server's side: whether a proof of this kind (mfa, password, pin) is good. It is good once."""
        body = {"secondfactorvalidationtoken": proof}
        return self._client.call(f"reauthentication.check_{kind}", path={"uid": uid}, body=body).must_succeed()


def _answered(question: str, answer: str) -> Json:
    return {"securityquestionanswer": [{"QuestionId": question, "Answer": answer}]}
