"""The variables of virtual users: facts of their account, values kept from answers, values computed anew each time."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from loginradius_harness.client import totp
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.journey.people import new_password, new_person


class VirtualUser(dict[str, str]):
    """One virtual user's variables.

    `wires` holds, by the call that they belong to, requests that stay the same until a variable changes; `busy` is true
    while the account takes part in something that it must do alone.
    """

    __slots__ = ("busy", "clock", "wires")

    def __init__(self, clock: ServerClock, facts: Mapping[str, str]) -> None:
        super().__init__(facts)
        self.clock = clock
        self.wires: dict[object, bytes] = {}
        self.busy = False

    def __missing__(self, name: str) -> str:
        return COMPUTED[name](self)


COMPUTED: dict[str, Callable[[VirtualUser], str]] = {
    "totp": lambda actor: totp.code(actor["totp_secret"], actor.clock.now()),
    "unknown_token": lambda _: str(uuid.uuid4()),
    "fresh_email": lambda _: new_person().email,
    "fresh_password": lambda _: new_password(),
}


def steady(clock: ServerClock) -> ServerClock:
    """The same clock, which never asks the target again: it may be read from the engine's thread."""
    ahead = clock.difference
    return ServerClock(lambda: None, lambda: datetime.now(UTC) + ahead)
