"""Register, log in and recover with passkeys (product-facts.md#passkeys)."""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.passkey_device import PasskeyDevice
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Challenge, Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

Json = Any

RESET_KIND = "forgotpasskey"


class Passkeys:
    """Both calls of each ceremony, answered by a device in software."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def device(self, *, verifies_user: bool = True) -> PasskeyDevice:
        """Return a device without passkeys, on a page of the tenant's first origin."""
        configuration = self._client.call("configuration.get_configurations").must_succeed().data
        return PasskeyDevice(configuration["PassKeysConfig"]["RPOrigins"][0], verifies_user=verifies_user)

    def register(self, person: Person, device: PasskeyDevice) -> ApiResponse:
        """Register a person with a passkey instead of a password."""
        body = {"Email": [{"Type": "Primary", "Value": person.email}], "FirstName": person.first_name}
        created = device.create(self.begin("passkey.register_begin", query={"identifier": person.email}))
        url = self._client.target.verification_url
        query = {"verificationUrl": url} if url else {}
        return self._client.call("passkey.register_finish", query=query, body={**body, **created.body}).must_succeed()

    def begin(self, operation: str, **request: Any) -> Json:
        """Begin a ceremony; return the answer with its options."""
        return self._client.call(operation, **request).must_succeed().data

    def log_in(self, person: Person, device: PasskeyDevice) -> Session:
        """Log in by a passkey of the person's account."""
        signed = device.sign(self.begin("passkey.login_begin", query={"identifier": person.email}))
        return Session.of(self._client.call("passkey.login_finish", body=signed.body))

    def log_in_by_autofill(self, device: PasskeyDevice) -> Session:
        """Log in by the device's newest passkey, without saying who."""
        signed = device.sign(self.begin("passkey.login_autofill_begin"))
        return Session.of(self._client.call("passkey.login_autofill_finish", body=signed.body))

    def add(self, session: Session, device: PasskeyDevice) -> list[Json]:
        """Add a passkey to the session's account; return the list."""
        created = device.create(self.begin("passkey.add_begin", token=session.token))
        reply = self._client.call("passkey.add_finish", token=session.token, body=created.body)
        return _credentials(reply)

    def all(self, session: Session) -> list[Json]:
        """Return the passkeys of the session's account."""
        return _credentials(self._client.call("passkey.list_by_access_token", token=session.token))

    def all_of(self, uid: str) -> list[Json]:
        """Return the passkeys of an account by a management call."""
        return _credentials(self._client.call("passkey.list_by_uid", query={"uid": uid}))

    def remove(self, session: Session, passkey_id: str) -> ApiResponse:
        """Remove a passkey of the session's account."""
        path = {"passkey_id": passkey_id}
        return self._client.call("passkey.delete_by_access_token", token=session.token, path=path).must_succeed()

    def remove_from(self, uid: str, passkey_id: str) -> ApiResponse:
        """Remove a passkey of an account by a management call."""
        path, query = {"passkey_id": passkey_id}, {"uid": uid}
        return self._client.call("passkey.delete_by_uid", path=path, query=query).must_succeed()

    def ask_for_reset(self, person: Person) -> str:
        """Ask for a mail to replace a lost passkey; return its token."""
        self._client.call("passkey.forgot", body={"email": person.email}).must_succeed()
        return self._mailbox.wait(to=person.email, kind=RESET_KIND).token

    def reset(self, token: str, device: PasskeyDevice) -> ApiResponse:
        """Replace a lost passkey by one of the device."""
        created = device.create(self.begin("passkey.reset_begin", query={"vtoken": token}))
        return self._client.call("passkey.reset_finish", query={"vtoken": token}, body=created.body).must_succeed()

    def enrol_factor(self, session: Session, device: PasskeyDevice) -> Json:
        """Enrol a passkey as second factor; return it."""
        created = device.create(self.begin("mfa.register_passkey_begin_by_access_token", token=session.token))
        operation = "mfa.register_passkey_finish_by_access_token"
        return self._client.call(operation, token=session.token, body=created.body).must_succeed().data

    def enrol_at_login(self, challenge: Challenge, device: PasskeyDevice) -> Session:
        """Enrol a passkey as the first factor during a login; return the session."""
        query = {"secondFactorAuthenticationToken": challenge.token}
        created = device.create(self.begin("mfa.register_passkey_begin", query=query))
        return Session.of(self._client.call("mfa.register_passkey_finish", query=query, body=created.body))

    def prove_factor(self, challenge: Challenge, device: PasskeyDevice) -> Session:
        """Answer a challenge by a passkey."""
        query = {"secondFactorAuthenticationToken": challenge.token}
        signed = device.sign(self.begin("mfa.verify_passkey_begin", query=query))
        return Session.of(self._client.call("mfa.verify_passkey_finish", query=query, body=signed.body))


def _credentials(reply: ApiResponse) -> list[Json]:
    listed: list[Json] = reply.must_succeed().data["Credentials"]
    return listed
