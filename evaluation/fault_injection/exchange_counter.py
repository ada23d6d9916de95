"""Who looks on while a test asks: counts its exchanges and remembers what the answers looked like.

It stands where suites expect the reporter of `loginradius_harness.report.recording.plugin`, and writes no report.
"""

import contextlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from loginradius_harness.client.exchange import Exchange

Json = Any


class Witness:
    """What the tests of one process told since `listen` was called last."""

    def __init__(self) -> None:
        self.listen()

    def listen(self) -> None:
        """Begin anew."""
        self.requests = 0
        self.operations: set[str] = set()
        self.looks: set[str] = set()
        self.warning = ""

    def exchange(self, exchange: Exchange) -> None:
        """A call was made."""
        self.requests += 1
        self.operations.add(exchange.operation)
        answer = exchange._wire.response_body
        self.looks.add(f"{exchange.operation} {exchange.status} {exchange.error_code} {look(answer)}")

    def digest(self) -> str:
        """Short, and the same for the same kinds of answers, whatever ids, dates and texts they hold."""
        return blake2b("\n".join(sorted(self.looks)).encode(), digest_size=6).hexdigest()

    @contextlib.contextmanager
    def step(self, _name: str) -> Iterator[None]:
        """A step of a journey."""
        yield

    def covered(self, *_what: object, **_how: object) -> None:
        """An item of a coverage criterion was seen."""

    def judge(self, judgement: str, why: str, **_how: object) -> None:
        """The test says how it ends where it does not fail: a rule that should hold, and does not, is a warning."""
        if judgement == "warning":
            self.warning = why

    def tell(self, _event: object) -> None:
        """Any other event."""


def look(value: Json) -> str:
    """Names of members and types of values; flags and numbers as they are, elements of a list each once."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{look(member)}" for name, member in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted({look(element) for element in value})) + "]"
    return repr(value) if value is None or isinstance(value, bool | int) else type(value).__name__
