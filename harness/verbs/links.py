"""Getting in by a link or a code instead of a password (domain 3.14)."""

from uuid import uuid4

from harness.client import Client
from harness.mailbox import Mailbox
from harness.people import Person
from harness.reply import Reply
from harness.session import Session


class Links:
    """Passwordless login, smart login, one touch login."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def ask_for_link(self, person: Person) -> Reply:
        """Ask for a passwordless mail."""
        return self._client.call("passwordless_login.by_email", query={"email": person.email}).must_succeed()

    def follow_link(self, person: Person) -> Session:
        """Open the link of the passwordless mail, or type in its code."""
        message = self._mailbox.wait(to=person.email, kind="passwordlesslogin")
        if message.token:
            query = {"verificationToken": message.token}
            return Session.of(self._client.call("passwordless_login.verify_link", query=query))
        body = {"email": person.email, "otp": message.otp}
        return Session.of(self._client.call("passwordless_login.verify_email_otp", body=body))

    def ask_for_sms(self, person: Person) -> Reply:
        """Ask for a passwordless SMS."""
        return self._client.call("passwordless_login.by_phone", query={"phone": person.phone}).must_succeed()

    def type_sms_code(self, person: Person) -> Session:
        """Type in the code of the passwordless SMS."""
        code = self._mailbox.wait(to=person.phone, kind="passwordlesslogin").otp
        body = {"phone": person.phone, "otp": code}
        return Session.of(self._client.call("passwordless_login.verify_phone_otp", body=body))

    def begin_smart_login(self, person: Person) -> str:
        """A device asks to be let in by mail; the client GUID that it then pings with."""
        guid = str(uuid4())
        query = {"email": person.email, "clientGuid": guid}
        self._client.call("smart_login.by_email", query=query).must_succeed()
        return guid

    def open_smart_login(self, person: Person) -> Reply:
        """Open the link of the smart login mail, on any device."""
        token = self._mailbox.wait(to=person.email, kind="smartlogin").token
        return self._client.call("smart_login.verify_token", query={"verificationToken": token}).must_succeed()

    def ping_smart_login(self, guid: str) -> Session:
        """The waiting device asks whether the link was opened: 1139 until it was."""
        return Session.of(self._client.call("smart_login.ping", query={"clientGuid": guid}))

    def begin_one_touch(self, email: str) -> str:
        """A device asks to be let in by mail, known or not; the client GUID that it then pings with."""
        guid = str(uuid4())
        self._client.call("one_touch_login.by_email", body={"clientguid": guid, "email": email}).must_succeed()
        return guid

    def open_one_touch(self, email: str) -> Reply:
        """Open the link of the one touch mail."""
        token = self._mailbox.wait(to=email, kind="onetouchlogin").token
        return self._client.call("one_touch_login.verify_email", query={"verificationToken": token}).must_succeed()

    def ping_one_touch(self, guid: str) -> Session:
        """The waiting device asks whether the link was opened."""
        return Session.of(self._client.call("one_touch_login.ping", query={"clientGuid": guid}))

    def begin_one_touch_by_phone(self, phone: str) -> Reply:
        """Ask for a one touch SMS."""
        return self._client.call("one_touch_login.by_phone", body={"phone": phone}).must_succeed()

    def finish_one_touch_by_phone(self, phone: str) -> Session:
        """Type in its code."""
        query = {"otp": self._mailbox.wait(to=phone, kind="onetouchlogin").otp}
        return Session.of(self._client.call("one_touch_login.verify_otp", query=query, body={"phone": phone}))
