"""Phone numbers as identifiers (product-facts.md#phone)."""

from dataclasses import replace
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

KIND = "phoneidverification"  # of the messages that verify a number
CHANGE_KIND = "addphone"  # of those that verify another number of the same person


class Phones:
    """Register with a number, verify it, change it."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def register(self, person: Person, **profile: Any) -> ApiResponse:
        """Sign up with a phone number."""
        body = {
            "PhoneId": person.phone,
            "Password": person.password,
            "FirstName": person.first_name,
            "LastName": person.last_name,
            **profile,
        }
        return self._client.call("phone.register_by_phone", body=body).must_succeed()

    def confirm(self, person: Person) -> Session:
        """Type in the code of the SMS: the number is verified, and its person is in."""
        return self.verify(person, self._mailbox.wait(to=person.phone, kind=KIND).otp)

    def verify(self, person: Person, code: str) -> Session:
        """Type in a code for the person's number."""
        return Session.of(self._client.call("phone.verify_by_otp", query={"otp": code}, body={"phone": person.phone}))

    def resend(self, person: Person) -> ApiResponse:
        """Ask for the SMS again."""
        return self._client.call("phone.resend_otp", body={"phone": person.phone}).must_succeed()

    def resend_own(self, session: Session) -> ApiResponse:
        """Ask again for the SMS to one's own number, or to the one that it is to change to."""
        return self._client.call("phone.resend_otp_by_access_token", token=session.token).must_succeed()

    def ask_for_change(self, session: Session, phone: str) -> ApiResponse:
        """Give another number; it counts once it is verified."""
        return self._client.call("phone.update_phone", token=session.token, body={"phone": phone}).must_succeed()

    def confirm_change(self, person: Person, session: Session, phone: str) -> Person:
        """Type in the code of the SMS to the new number; the person with that number."""
        self.verify_own(session, self._mailbox.wait(to=phone, kind=CHANGE_KIND).otp)
        return replace(person, phone=phone)

    def verify_own(self, session: Session, code: str) -> ApiResponse:
        """Type in a code for one's own number, or for the one that it is to change to."""
        operation = "phone.verify_by_otp_and_access_token"
        return self._client.call(operation, token=session.token, query={"otp": code}).must_succeed()

    def remove(self, session: Session) -> ApiResponse:
        """Take one's number away."""
        return self._client.call("phone.remove_phone", token=session.token).must_succeed()
