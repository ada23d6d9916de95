"""Proving again who one is, within a session (domain 3.12)."""

from typing import Any

from harness.client import Client
from harness.mailbox import Mailbox
from harness.people import Person
from harness.reply import Reply
from harness.session import Session
from harness.totp import Authenticator

Json = Any

KIND = "stepup"  # of the messages that a step-up sends


class StepUp:
    """Each proof gives a token that the tenant's server checks once."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def begin(self, session: Session) -> Json:
        """Ask for a step-up; a code goes to the SMS factor where there is one."""
        return self._client.call("reauthentication.trigger", token=session.token).must_succeed().data

    def by_totp(self, session: Session, app: Authenticator) -> str:
        """Prove with a code of the authenticator app."""
        return self._prove("by_authenticator_code", session, {"authenticatorcode": app.code()})

    def by_backup_code(self, session: Session, code: str) -> str:
        """Prove with a backup code."""
        return self._prove("by_backup_code", session, {"backupcode": code})

    def by_sms(self, session: Session, phone: str) -> str:
        """Prove with the code of the SMS that `begin` sent."""
        return self._prove("by_sms_otp", session, {"otp": self._mailbox.wait(to=phone, kind=KIND).otp})

    def by_email(self, session: Session, email: str) -> str:
        """Ask for a code by mail, and prove with it."""
        self.send_email(session, email)
        code = self._mailbox.wait(to=email, kind=KIND).otp
        return self._prove("by_email_otp", session, {"EmailId": email, "otp": code})

    def send_email(self, session: Session, email: str) -> Reply:
        """Ask for a code by mail."""
        query = {"emailId": email}
        return self._client.call("reauthentication.send_email_otp", token=session.token, query=query).must_succeed()

    def by_password(self, session: Session, person: Person) -> str:
        """Prove with the password."""
        return self._prove("by_password", session, {"password": person.password})

    def by_pin(self, session: Session, person: Person) -> str:
        """Prove with the PIN."""
        return self._prove("by_pin", session, {"PIN": person.pin})

    def check(self, uid: str, kind: str, proof: str) -> Reply:
        """The server's side: whether a proof of this kind (mfa, password, pin) is good. It is good once."""
        body = {"secondfactorvalidationtoken": proof}
        return self._client.call(f"reauthentication.check_{kind}", path={"uid": uid}, body=body).must_succeed()

    def _prove(self, name: str, session: Session, body: Json) -> str:
        reply = self._client.call(f"reauthentication.{name}", token=session.token, body=body).must_succeed()
        return str(reply.data["SecondFactorValidationToken"])
