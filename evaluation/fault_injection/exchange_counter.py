"""Counts the exchanges of a test and summarises its responses.

It replaces the reporter of `loginradius_harness.report.recording.plugin` and writes no report.
"""

import contextlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from loginradius_harness.client.exchange import Exchange

Json = Any


class ExchangeCounter:
    """What the tests of one process did since the last `reset`."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything counted so far."""
        self.requests = 0
        self.operations: set[str] = set()
        self.responses: set[str] = set()
        self.warning = ""

    def exchange(self, exchange: Exchange) -> None:
        """Count an exchange."""
        self.requests += 1
        self.operations.add(exchange.operation)
        body = exchange._wire.response_body
        self.responses.add(f"{exchange.operation} {exchange.status} {exchange.error_code} {shape(body)}")

    def digest(self) -> str:
        """Return a short digest of the kinds of responses; ids, dates and texts do not change it."""
        return blake2b("\n".join(sorted(self.responses)).encode(), digest_size=6).hexdigest()

    @contextlib.contextmanager
    def step(self, _name: str) -> Iterator[None]:
        """Ignore a step of a journey."""
        yield

    def covered(self, *_what: object, **_how: object) -> None:
        """Ignore an item of a coverage criterion."""

    def set_outcome(self, outcome: str, reason: str, **_how: object) -> None:
        """Keep the reason of a warning: a rule of level `should` does not hold."""
        if outcome == "warning":
            self.warning = reason

    def hint(self, _operation: str, _violation: object) -> None:
        """Ignore a hint, which fails no test."""

    def append(self, _event: object) -> None:
        """Ignore any other event."""


def shape(value: Json) -> str:
    """Return member names and value types; booleans and integers as they are, each kind of list element once."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{shape(member)}" for name, member in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted({shape(element) for element in value})) + "]"
    return repr(value) if value is None or isinstance(value, bool | int) else type(value).__name__
