"""Phone numbers as identifiers (product-facts.md#phone)."""

from dataclasses import replace
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

KIND = "phoneidverification"  # of messages that verify a number
CHANGE_KIND = "addphone"  # of messages that verify a changed number


class Phones:
    """Register with a phone number, verify it, change it."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def register(self, person: Person, **profile: Any) -> ApiResponse:
        """Register with a phone number."""
        body = {
            "PhoneId": person.phone,
            "Password": person.password,
            "FirstName": person.first_name,
            "LastName": person.last_name,
            **profile,
        }
        return self._client.call("phone.register_by_phone", body=body).must_succeed()

    def confirm(self, person: Person) -> Session:
        """Verify the number with the code of the SMS; return the session."""
        return self.verify(person, self._mailbox.wait(to=person.phone, kind=KIND).otp)

    def verify(self, person: Person, code: str) -> Session:
        """Verify the number with a code; return the session."""
        return Session.of(self._client.call("phone.verify_by_otp", query={"otp": code}, body={"phone": person.phone}))

    def resend(self, person: Person) -> ApiResponse:
        """Request the verification SMS again."""
        return self._client.call("phone.resend_otp", body={"phone": person.phone}).must_succeed()

    def resend_own(self, session: Session) -> ApiResponse:
        """Request the SMS again for the session's user, for the number or a pending new one."""
        return self._client.call("phone.resend_otp_by_access_token", token=session.token).must_succeed()

    def ask_for_change(self, session: Session, phone: str) -> ApiResponse:
        """Request a change of the number; the new one must be verified first."""
        return self._client.call("phone.update_phone", token=session.token, body={"phone": phone}).must_succeed()

    def confirm_change(self, person: Person, session: Session, phone: str) -> Person:
        """Verify the new number with the code of its SMS; return the person with that number."""
        self.verify_own(session, self._mailbox.wait(to=phone, kind=CHANGE_KIND).otp)
        return replace(person, phone=phone)

    def verify_own(self, session: Session, code: str) -> ApiResponse:
        """Verify the number of the session's user, or a pending new one, with a code."""
        operation = "phone.verify_by_otp_and_access_token"
        return self._client.call(operation, token=session.token, query={"otp": code}).must_succeed()

    def remove(self, session: Session) -> ApiResponse:
        """Remove the phone number of the session's user."""
        return self._client.call("phone.remove_phone", token=session.token).must_succeed()

    def ask_for_deletion(self, session: Session, person: Person) -> str:
        """Request the SMS that confirms the deletion of the account; return its code."""
        self._client.call("authentication.send_delete_account_otp", token=session.token).must_succeed()
        return self._mailbox.wait(to=person.phone, kind="deleteuser").otp

    def delete_by_code(self, session: Session, code: str) -> ApiResponse:
        """Delete the account of the session's user with a code."""
        operation, body = "authentication.delete_account_by_phone_otp", {"otp": code}
        return self._client.call(operation, token=session.token, body=body).must_succeed()
