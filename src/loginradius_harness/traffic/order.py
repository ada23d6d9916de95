"""Rules that the order of exchanges shows: what has ended or was used must not work again."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from loginradius_harness.traffic.exchange import RecordedExchange

Json = Any
LOGOUT = "authentication.invalidate_access_token"
RESET = {"authentication.reset_password_by_reset_token": "resettoken"}
REFRESH = "refresh_token"


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: its id, and what was expected and seen."""

    rule: str
    expected: str
    actual: str


@dataclass
class Order:
    """What has ended so far, as digests: secrets are not kept."""

    _ended: dict[str, str] = field(default_factory=dict)  # digest of an access token -> place of the logout
    _used: dict[str, str] = field(default_factory=dict)  # digest of a reset token -> place of its use

    def check(self, operation: str, exchange: RecordedExchange) -> Iterator[Finding]:
        """Yield the rules that a successful exchange breaks, and remember what it ends."""
        if exchange.status != 200:  # noqa: PLR2004  # the one status of success
            return
        token = _digest(access_token(exchange))
        if token in self._ended and operation != LOGOUT:
            yield Finding(
                "tokens.invalidated_one_is_dead_everywhere",
                f"an error: the access token ended in {self._ended[token]}",
                "success",
            )
        if operation == LOGOUT and token:
            self._ended.setdefault(token, exchange.place)
        if operation in RESET and (used := _digest(_member(exchange.request_json, RESET[operation]))):
            if used in self._used:
                yield Finding(
                    "recovery.reset_token_dies_on_first_use",
                    f"an error: the reset token was used in {self._used[used]}",
                    "success",
                )
            self._used.setdefault(used, exchange.place)


def access_token(exchange: RecordedExchange) -> str:
    """Return the access token that a request carries, empty where it carries none."""
    bearer = exchange.header("authorization")
    if bearer.lower().startswith("bearer "):
        return bearer[7:].strip()
    return next((value for name, value in exchange.query.items() if name.lower() == "access_token"), "")


def _member(body: Json, name: str) -> str:
    if not isinstance(body, Mapping):
        return ""
    return next((str(value) for key, value in body.items() if key.lower() == name), "")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest() if secret else ""
