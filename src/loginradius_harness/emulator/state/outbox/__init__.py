"""Mail and SMS of a tenant, kept instead of sent."""

import asyncio
from collections import deque
from typing import Any

import msgspec

from loginradius_harness.emulator.state.accounts import phone_key

KEPT = 10_000  # messages; older ones are dropped


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message. `kind` is its purpose; `token`, `otp` and `link` are what its reader would use."""

    id: int
    at: float
    channel: str  # mail | sms | voice | social (a message to a contact at a provider)
    to: str
    kind: str
    uid: str | None = None
    token: str | None = None
    otp: str | None = None
    link: str | None = None
    template: str | None = None  # its name: the one that wrote the message, or the one that was asked for
    subject: str | None = None  # of a mail that a template of management wrote
    text: str | None = None  # of a message that such a template wrote


class Outbox:
    """The newest messages of one tenant; a caller may wait for the next."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque(maxlen=KEPT)
        self._arrived: asyncio.Event | None = None
        self._count = 0

    def add(self, at: float, **what: Any) -> Message:
        """Add a message. Keywords are those of Message."""
        self._count += 1
        message = Message(id=self._count, at=at, **what)
        self._messages.append(message)
        if self._arrived is not None:
            self._arrived.set()
            self._arrived = None
        return message

    def find(self, to: str | None = None, kind: str | None = None, after: int = 0) -> list[Message]:
        """Return messages newer than the id `after`, oldest first.

        Addresses are compared without regard to case, numbers by their digits.
        """
        wanted = _recipient(to) if to else None
        return [
            message
            for message in self._messages
            if message.id > after
            and (wanted is None or _recipient(message.to) == wanted)
            and (kind is None or message.kind == kind)
        ]

    async def wait(self, seconds: float, to: str | None, kind: str | None, after: int) -> list[Message]:
        """Wait up to so many real seconds for the first message that `find` would return."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (found := self.find(to, kind, after)):
            if self._arrived is None:
                self._arrived = asyncio.Event()
            try:
                await asyncio.wait_for(self._arrived.wait(), deadline - loop.time())
            except TimeoutError:
                return []
        return found

    def replace(self, messages: list[Message]) -> None:
        """Replace all messages."""
        self._messages = deque(messages, maxlen=KEPT)
        self._count = max((message.id for message in messages), default=0)

    def fork(self) -> "Outbox":
        """Return a copy that changes on its own."""
        child = Outbox()
        child._messages = self._messages.copy()
        child._count = self._count
        return child


def _recipient(to: str) -> str:
    """Return an address in lower case, or the digits of a number."""
    return to.lower() if "@" in to else phone_key(to) or to.lower()
