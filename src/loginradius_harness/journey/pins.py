"""Login with a PIN (product-facts.md#pin)."""

from dataclasses import replace

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

KIND = "forgotpin"  # of messages that reset a PIN


class Pins:
    """Set, use, change and reset a PIN."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def set(self, person: Person, pin_auth_token: str) -> Session:
        """Set the first PIN with the token of a login that was refused with PIN_SETUP_REQUIRED."""
        query = {"pinAuthToken": pin_auth_token}
        return Session.of(self._client.call("pin.set_pin_by_pin_auth_token", query=query, body={"PIN": person.pin}))

    def log_in(self, person: Person, session: Session) -> Session:
        """Log in with the PIN and the session token of an earlier login."""
        query = {"session_token": session.session_token}
        return Session.of(self._client.call("pin.login", query=query, body={"PIN": person.pin}))

    def end(self, session: Session) -> ApiResponse:
        """Invalidate the PIN session token."""
        query = {"session_token": session.session_token}
        return self._client.call("pin.invalidate_session_token", query=query).must_succeed()

    def change(self, person: Person, session: Session, new_pin: str) -> Person:
        """Change the PIN; return the person with the new one."""
        body = {"OldPIN": person.pin, "NewPIN": new_pin}
        self._client.call("pin.change_pin_by_access_token", token=session.token, body=body).must_succeed()
        return replace(person, pin=new_pin)

    def forget_by_email(self, person: Person) -> ApiResponse:
        """Request a PIN reset mail by e-mail address."""
        return self._client.call("pin.forgot_by_email", body={"email": person.email}).must_succeed()

    def forget_by_username(self, person: Person) -> ApiResponse:
        """Request a PIN reset mail by user name."""
        return self._client.call("pin.forgot_by_username", body={"username": person.username}).must_succeed()

    def forget_by_phone(self, person: Person) -> ApiResponse:
        """Request a PIN reset SMS."""
        return self._client.call("pin.forgot_by_phone", body={"phone": person.phone}).must_succeed()

    def reset_by_mail(self, person: Person, new_pin: str) -> Person:
        """Reset with the link or the code of the reset mail."""
        message = self._mailbox.wait(to=person.email, kind=KIND)
        if message.token:
            return self.reset_by_token(person, message.token, new_pin)
        return self.reset_by_code(person, message.otp, new_pin)

    def reset_by_token(self, person: Person, token: str, new_pin: str) -> Person:
        """Reset with the token of a reset link."""
        body = {"ResetToken": token, "PIN": new_pin}
        self._client.call("pin.reset_pin_by_reset_token", body=body).must_succeed()
        return replace(person, pin=new_pin)

    def reset_by_sms(self, person: Person, new_pin: str) -> Person:
        """Reset with the code of the reset SMS."""
        return self.reset_by_code(person, self._mailbox.wait(to=person.phone, kind=KIND).otp, new_pin, by="phone")

    def reset_by_code(self, person: Person, code: str, new_pin: str, by: str = "email") -> Person:
        """Reset with a code of a mail (`by` is email or username) or of an SMS (`by` is phone)."""
        body = {by: getattr(person, by), "OTP": code, "PIN": new_pin}
        self._client.call(f"pin.reset_pin_by_{by}_and_otp", body=body).must_succeed()
        return replace(person, pin=new_pin)

    def reset_by_answer(self, person: Person, question_id: str, new_pin: str, by: str = "email") -> Person:
        """Reset with a security answer; `by` is email, phone or username."""
        body = {by: getattr(person, by), "SecurityAnswer": {question_id: person.answer}, "PIN": new_pin}
        self._client.call(f"pin.reset_pin_by_{by}_and_security_answer", body=body).must_succeed()
        return replace(person, pin=new_pin)
