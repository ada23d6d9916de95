"""Getting in by a link or a code instead of a password (product-facts.md#passwordless)."""

from uuid import uuid4

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox


class Passwordless:
    """Passwordless login, smart login, one touch login."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def ask_for_link(self, person: Person, by: str = "email") -> ApiResponse:
        """Ask for a passwordless mail; `by` is email or username."""
        return self._client.call(f"passwordless_login.by_{by}", query={by: getattr(person, by)}).must_succeed()

    def follow_link(self, person: Person) -> Session:
        """Open the link of the passwordless mail, or type in its code."""
        message = self._mailbox.wait(to=person.email, kind="passwordlesslogin")
        return self.open_link(message.token) if message.token else self.type_code(person, message.otp)

    def open_link(self, token: str) -> Session:
        """Open the link that carries a passwordless token."""
        return Session.of(self._client.call("passwordless_login.verify_link", query={"verificationToken": token}))

    def ask_for_sms(self, person: Person) -> ApiResponse:
        """Ask for a passwordless SMS."""
        return self._client.call("passwordless_login.by_phone", query={"phone": person.phone}).must_succeed()

    def type_sms_code(self, person: Person) -> Session:
        """Type in the code of the passwordless SMS."""
        return self.type_code(person, self._mailbox.wait(to=person.phone, kind="passwordlesslogin").otp, by="phone")

    def type_code(self, person: Person, code: str, by: str = "email") -> Session:
        """Type in a passwordless code; it came by mail where `by` is email or username, by SMS where it is phone."""
        body = {by: getattr(person, by), "otp": code}
        return Session.of(self._client.call(f"passwordless_login.verify_{by}_otp", body=body))

    def begin_smart_login(self, person: Person, by: str = "email", guid: str = "") -> str:
        """A device asks to be let in by mail; the client GUID that it then pings with, a new one unless given."""
        guid = guid or str(uuid4())
        query = {by: getattr(person, by), "clientGuid": guid}
        self._client.call(f"smart_login.by_{by}", query=query).must_succeed()
        return guid

    def open_smart_login(self, person: Person) -> ApiResponse:
        """Open the link of the smart login mail, on any device."""
        return self.open_smart_link(self._mailbox.wait(to=person.email, kind="smartlogin").token)

    def open_smart_link(self, token: str) -> ApiResponse:
        """Open the link that carries a smart login token."""
        return self._client.call("smart_login.verify_token", query={"verificationToken": token}).must_succeed()

    def ping_smart_login(self, guid: str) -> Session:
        """The waiting device asks whether the link was opened: SMART_LOGIN_LINK_NOT_VERIFIED until it was."""
        return Session.of(self._client.call("smart_login.ping", query={"clientGuid": guid}))

    def begin_one_touch(self, email: str, guid: str = "") -> str:
        """A device asks to be let in by mail, known or not; the client GUID that it then pings with."""
        guid = guid or str(uuid4())
        self._client.call("one_touch_login.by_email", body={"clientguid": guid, "email": email}).must_succeed()
        return guid

    def open_one_touch(self, email: str) -> ApiResponse:
        """Open the link of the one touch mail."""
        return self.open_one_touch_link(self._mailbox.wait(to=email, kind="onetouchlogin").token)

    def open_one_touch_link(self, token: str) -> ApiResponse:
        """Open the link that carries a one touch token."""
        return self._client.call("one_touch_login.verify_email", query={"verificationToken": token}).must_succeed()

    def ping_one_touch(self, guid: str) -> Session:
        """The waiting device asks whether the link was opened."""
        return Session.of(self._client.call("one_touch_login.ping", query={"clientGuid": guid}))

    def begin_one_touch_by_phone(self, phone: str) -> ApiResponse:
        """Ask for a one touch SMS."""
        return self._client.call("one_touch_login.by_phone", body={"phone": phone}).must_succeed()

    def finish_one_touch_by_phone(self, phone: str) -> Session:
        """Type in its code."""
        return self.type_one_touch_code(phone, self._mailbox.wait(to=phone, kind="onetouchlogin").otp)

    def type_one_touch_code(self, phone: str, code: str) -> Session:
        """Type in a one touch code."""
        return Session.of(self._client.call("one_touch_login.verify_otp", query={"otp": code}, body={"phone": phone}))
