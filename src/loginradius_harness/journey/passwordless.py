"""Login by link or code instead of a password (product-facts.md#passwordless)."""

from typing import Any
from uuid import uuid4

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox


class Passwordless:
    """Passwordless login, smart login and one touch login."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def ask_for_link(self, person: Person, by: str = "email") -> ApiResponse:
        """Request a passwordless login mail; `by` is email or username."""
        return self._client.call(f"passwordless_login.by_{by}", query={by: getattr(person, by)}).must_succeed()

    def follow_link(self, person: Person) -> Session:
        """Follow the link of the passwordless mail, or enter its code."""
        message = self._mailbox.wait(to=person.email, kind="passwordlesslogin")
        return self.open_link(message.token) if message.token else self.type_code(person, message.otp)

    def open_link(self, token: str) -> Session:
        """Follow the link with a passwordless token."""
        return Session.of(self._client.call("passwordless_login.verify_link", query={"verificationToken": token}))

    def ask_for_sms(self, person: Person) -> ApiResponse:
        """Request a passwordless login SMS."""
        return self._client.call("passwordless_login.by_phone", query={"phone": person.phone}).must_succeed()

    def type_sms_code(self, person: Person) -> Session:
        """Enter the code of the passwordless SMS."""
        return self.type_code(person, self._mailbox.wait(to=person.phone, kind="passwordlesslogin").otp, by="phone")

    def type_code(self, person: Person, code: str, by: str = "email") -> Session:
        """Enter a passwordless code of a mail (`by` is email or username) or of an SMS (`by` is phone)."""
        body = {by: getattr(person, by), "otp": code}
        return Session.of(self._client.call(f"passwordless_login.verify_{by}_otp", body=body))

    def ask_with_profile(self, person: Person, by: str = "email", **query: str) -> ApiResponse:
        """Request a passwordless mail or, by `phone`, SMS; an unknown address or number is registered."""
        body: dict[str, Any] = {"PhoneId": person.phone, "FirstName": person.first_name, "Password": person.password}
        if by == "email":
            body["Email"] = [{"Type": "Primary", "Value": person.email}]
        return self._client.call(f"passwordless_login.by_{by}_with_profile", query=query, body=body).must_succeed()

    def begin_smart_login(self, person: Person, by: str = "email", guid: str = "") -> str:
        """Start a smart login on a waiting device; return its client GUID (`guid`, or a new one)."""
        guid = guid or str(uuid4())
        query = {by: getattr(person, by), "clientGuid": guid}
        self._client.call(f"smart_login.by_{by}", query=query).must_succeed()
        return guid

    def open_smart_login(self, person: Person) -> ApiResponse:
        """Follow the link of the smart login mail."""
        return self.open_smart_link(self._mailbox.wait(to=person.email, kind="smartlogin").token)

    def open_smart_link(self, token: str) -> ApiResponse:
        """Follow the link with a smart login token."""
        return self._client.call("smart_login.verify_token", query={"verificationToken": token}).must_succeed()

    def ping_smart_login(self, guid: str) -> Session:
        """Poll from the waiting device: the session, or SMART_LOGIN_LINK_NOT_VERIFIED until the link was followed."""
        return Session.of(self._client.call("smart_login.ping", query={"clientGuid": guid}))

    def begin_one_touch(self, email: str, guid: str = "") -> str:
        """Start a one touch login by e-mail, with or without an account; return the client GUID."""
        guid = guid or str(uuid4())
        self._client.call("one_touch_login.by_email", body={"clientguid": guid, "email": email}).must_succeed()
        return guid

    def open_one_touch(self, email: str) -> ApiResponse:
        """Follow the link of the one touch mail."""
        return self.open_one_touch_link(self._mailbox.wait(to=email, kind="onetouchlogin").token)

    def open_one_touch_link(self, token: str) -> ApiResponse:
        """Follow the link with a one touch token."""
        return self._client.call("one_touch_login.verify_email", query={"verificationToken": token}).must_succeed()

    def ping_one_touch(self, guid: str) -> Session:
        """Poll from the waiting device for the session."""
        return Session.of(self._client.call("one_touch_login.ping", query={"clientGuid": guid}))

    def begin_one_touch_by_phone(self, phone: str) -> ApiResponse:
        """Request a one touch SMS."""
        return self._client.call("one_touch_login.by_phone", body={"phone": phone}).must_succeed()

    def finish_one_touch_by_phone(self, phone: str) -> Session:
        """Enter the code of the one touch SMS."""
        return self.type_one_touch_code(phone, self._mailbox.wait(to=phone, kind="onetouchlogin").otp)

    def type_one_touch_code(self, phone: str, code: str) -> Session:
        """Enter a one touch code."""
        return Session.of(self._client.call("one_touch_login.verify_otp", query={"otp": code}, body={"phone": phone}))
