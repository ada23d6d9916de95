"""Where the links and codes that a tenant sends are read.

On an emulator that is the outbox. On a tenant it is the product's own calls that make tokens, or a real mailbox
(`inboxes.py`). A message is handed out once: waiting again means waiting for the next.
"""

from dataclasses import dataclass, field
from typing import Protocol

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import InfrastructureError

WAIT_SECONDS = 10.0  # an emulator sends while it answers; this is for a stalled machine

# What the product makes tokens for (product-facts.md#account-management). Names of token types are names of messages.
LINK_TYPES = frozenset(
    {"emailverification", "addemail", "forgotpassword", "deleteuser", "passwordlesslogin", "forgotpin", "onetouchlogin"}
    | {"autologin"}
)
SMS_TYPES = frozenset(
    {"addphone", "phoneidverification", "forgotpassword", "forgotpin", "onetouchlogin", "smartlogin"}
    | {"passwordlesslogin"}
)


@dataclass(frozen=True)
class Message:
    """One mail or SMS. A link carries a `token`; some messages carry an `otp` instead."""

    kind: str
    to: str
    token: str = field(default="", repr=False)
    otp: str = field(default="", repr=False)
    link: str = field(default="", repr=False)


class MessageNotReceived(InfrastructureError):  # noqa: N818  # a state of the mailbox
    """A message that a step waits for did not come."""

    def __init__(self, kind: str, to: str, cure: str) -> None:
        super().__init__(f"mailbox of {to}", f"no {kind} message came; {cure}")


class Mailbox(Protocol):
    """Reads messages by address and kind. Kinds are the product's token types, e.g. `emailverification`."""

    def wait(self, *, to: str, kind: str) -> Message:
        """The newest message that was not handed out before; MessageNotReceived where none comes in time."""


class EmulatorMailbox:
    """The outbox of an emulator, through its control API."""

    def __init__(self, control: EmulatorClient) -> None:
        self._control = control
        self._handed_out: dict[tuple[str, str], int] = {}  # address and kind -> id of the newest message given out
        control.on_change.append(self._handed_out.clear)

    def wait(self, *, to: str, kind: str) -> Message:
        """The newest message; it is there as soon as the call that caused it was answered."""
        slot = (to.lower(), kind)
        after = self._handed_out.get(slot, 0)
        found = self._control.outbox(to=to, kind=kind, after=after, wait=WAIT_SECONDS)
        if not found:
            raise MessageNotReceived(kind, to, f"the outbox has none newer than number {after}.")
        newest = found[-1]
        self._handed_out[slot] = newest["id"]
        return Message(kind, to, newest["token"] or "", newest["otp"] or "", newest["link"] or "")


class ApiMailbox:
    """A tenant's own token-generation calls: no mail is read, and none has to be sent. Needs the API secret."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def wait(self, *, to: str, kind: str) -> Message:
        """A new token or code of this kind."""
        return self._code(to, kind) if _is_phone(to) else self._link(to, kind)

    def _link(self, to: str, kind: str) -> Message:
        if kind not in LINK_TYPES:
            raise MessageNotReceived(
                kind, to, "the product makes no such token; set a mailbox of adapter imap or mailpit."
            )
        if kind == "emailverification":
            reply = self._client.call("account.get_email_verification_token", body={"email": to})
            return Message(kind, to, token=reply.must_succeed().data["VerificationToken"])
        if kind == "forgotpassword":
            reply = self._client.call("account.get_forgot_password_token", body={"email": to})
            return Message(kind, to, token=reply.must_succeed().data["ForgotToken"])
        reply = self._client.call("account.generate_email_token", path={"tokentype": kind}, body={"Email": to})
        return Message(kind, to, token=reply.must_succeed().data["Token"])

    def _code(self, to: str, kind: str) -> Message:
        if kind not in SMS_TYPES:
            raise MessageNotReceived(kind, to, "the product makes no such code, and no SMS can be read from here.")
        reply = self._client.call("account.generate_sms_otp", path={"smsotptype": kind}, body={"Phone": to})
        return Message(kind, to, otp=reply.must_succeed().data["Token"])


class ByChannel:
    """Mail from one place, SMS from another."""

    def __init__(self, mail: Mailbox, sms: Mailbox) -> None:
        self._mail = mail
        self._sms = sms

    def wait(self, *, to: str, kind: str) -> Message:
        """The newest message to an address or a number."""
        return (self._sms if _is_phone(to) else self._mail).wait(to=to, kind=kind)


def _is_phone(to: str) -> bool:
    return "@" not in to
