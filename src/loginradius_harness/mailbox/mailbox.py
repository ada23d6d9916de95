"""Read the links and codes that a tenant sends.

On an emulator they are read from the outbox; on any other tenant they come from calls that generate tokens, or from a
real mailbox (`adapters.py`). A message is returned once: waiting again means waiting for the next one.
"""

from dataclasses import dataclass, field
from typing import Protocol

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import InfrastructureError, UnsupportedByTarget

WAIT_SECONDS = 10.0  # an emulator sends before it responds; this is for a slow machine

# Message kinds for which the product generates tokens (product-facts.md#account-management).
# One touch and smart login are left out: their tokens belong to the client GUID of a waiting device. So are added
# addresses and numbers: the call that generates their token adds them, and refuses what has been added already.
LINK_TYPES = frozenset({"emailverification", "forgotpassword", "deleteuser", "passwordlesslogin", "forgotpin"})
SMS_TYPES = frozenset(
    {"phoneidverification", "forgotpassword", "forgotpin", "onetouchlogin", "smartlogin", "passwordlesslogin"}
)


@dataclass(frozen=True)
class Message:
    """One mail or SMS. A link carries a `token`; some messages carry a `code` instead, None where it is not known."""

    kind: str
    to: str
    token: str = field(default="", repr=False)
    code: str | None = field(default="", repr=False)
    link: str = field(default="", repr=False)

    @property
    def otp(self) -> str:
        """The code; UnsupportedByTarget where the mailbox does not receive the message and cannot know it."""
        if self.code is None:
            raise UnsupportedByTarget(
                f"needs a mailbox that receives the code of {self.kind}: set mailbox.adapter to imap or mailpit"
            )
        return self.code


class MessageNotReceived(InfrastructureError):  # noqa: N818  # named after what happened
    """A message that a test waits for did not arrive."""

    def __init__(self, kind: str, to: str, hint: str) -> None:
        super().__init__(f"mailbox of {to}", f"no {kind} message arrived; {hint}")


class Mailbox(Protocol):
    """Reads messages by address and kind. Kinds are the product's token types, e.g. `emailverification`."""

    def wait(self, *, to: str, kind: str) -> Message:
        """Return the newest message that was not returned before; MessageNotReceived where none arrives in time."""


class EmulatorMailbox:
    """The outbox of an emulator, read by its control API."""

    def __init__(self, control: EmulatorClient) -> None:
        self._control = control
        self._returned: dict[tuple[str, str], int] = {}  # address and kind -> id of the newest message returned
        control.on_change.append(self._returned.clear)

    def wait(self, *, to: str, kind: str) -> Message:
        """Return the newest message, which is there before the call that caused it is answered."""
        slot = (to.lower(), kind)
        after = self._returned.get(slot, 0)
        found = self._control.outbox(to=to, kind=kind, after=after, wait=WAIT_SECONDS)
        if not found:
            raise MessageNotReceived(kind, to, f"the outbox has none newer than number {after}.")
        newest = found[-1]
        self._returned[slot] = newest["id"]
        return Message(kind, to, newest["token"] or "", newest["otp"] or "", newest["link"] or "")


class ApiMailbox:
    """Tokens and codes from management calls: no mail is sent or read. Needs the API secret."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def wait(self, *, to: str, kind: str) -> Message:
        """Generate a token or code of this kind."""
        return self._code(to, kind) if _is_phone(to) else self._link(to, kind)

    def _link(self, to: str, kind: str) -> Message:
        if kind not in LINK_TYPES:
            raise UnsupportedByTarget(
                f"needs a mailbox that receives {kind} mails: set mailbox.adapter to imap or mailpit"
            )
        if kind == "emailverification":
            reply = self._client.call("account.get_email_verification_token", body={"email": to})
            return Message(kind, to, token=reply.must_succeed().data["VerificationToken"], code=None)
        if kind == "forgotpassword":
            reply = self._client.call("account.get_forgot_password_token", body={"email": to})
            return Message(kind, to, token=reply.must_succeed().data["ForgotToken"], code=None)
        reply = self._client.call("account.generate_email_token", path={"tokentype": kind}, body={"Email": to})
        return Message(kind, to, token=reply.must_succeed().data["Token"], code=None)

    def _code(self, to: str, kind: str) -> Message:
        if kind not in SMS_TYPES:
            raise UnsupportedByTarget(f"needs a phone whose {kind} SMS can be read: an emulator")
        reply = self._client.call("account.generate_sms_otp", path={"smsotptype": kind}, body={"Phone": to})
        return Message(kind, to, code=reply.must_succeed().data["Token"])


class ByChannel:
    """Mail from one mailbox, SMS from another."""

    def __init__(self, mail: Mailbox, sms: Mailbox) -> None:
        self._mail = mail
        self._sms = sms

    def wait(self, *, to: str, kind: str) -> Message:
        """Return the newest message to an address or a number."""
        return (self._sms if _is_phone(to) else self._mail).wait(to=to, kind=kind)


def _is_phone(to: str) -> bool:
    return "@" not in to
