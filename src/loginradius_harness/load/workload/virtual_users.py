"""The variables of virtual users: facts of the account, values kept from answers, values computed per request."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from loginradius_harness.client import totp
from loginradius_harness.client.passkey_device import PasskeyDevice
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.journey.people import new_password, new_person


class VirtualUser(dict[str, str]):
    """One virtual user's variables.

    `cached_requests` holds encoded requests by the `Call` they belong to, until a variable they use changes. `busy` is
    true while the account runs a scenario that it must run alone. `new_email` invents the address of a registration.
    `device` holds the account's passkey, from its first use on.
    """

    __slots__ = ("busy", "cached_requests", "clock", "device", "new_email")

    def __init__(
        self, clock: ServerClock, facts: Mapping[str, str], new_email: Callable[[], str] = lambda: new_person().email
    ) -> None:
        super().__init__(facts)
        self.clock = clock
        self.new_email = new_email
        self.cached_requests: dict[object, bytes] = {}
        self.busy = False
        self.device: PasskeyDevice | None = None

    def __missing__(self, name: str) -> str:
        return COMPUTED[name](self)


COMPUTED: dict[str, Callable[[VirtualUser], str]] = {
    "totp": lambda user: totp.code(user["totp_secret"], user.clock.now()),
    "unknown_token": lambda _: str(uuid.uuid4()),
    "unknown_email": lambda _: new_person().email,
    "fresh_email": lambda user: user.new_email(),
    "fresh_password": lambda _: new_password(),
}


def without_requests(clock: ServerClock) -> ServerClock:
    """Return the same clock, but one that never queries the target again: the engine's thread may read it."""
    offset = clock.difference
    return ServerClock(lambda: None, lambda: datetime.now(UTC) + offset)
