"""Faults that clients meet in practice: slow, failing and cut responses of chosen operations, by rules of a test."""

import random
from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class OutageRule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What happens to some requests. Without `status` and `connection` they are only delayed."""

    operation: Annotated[str, Meta(description="operation id, or `*` for all")]
    delay_ms: Annotated[int, Meta(ge=0, le=60_000, description="milliseconds before the request is handled")] = 0
    status: (
        Annotated[int, Meta(ge=400, le=599, description="answer with this; the operation is not carried out")] | None
    ) = None
    retry_after: Annotated[int, Meta(ge=0, le=86_400, description="seconds, sent with `status`")] | None = None
    connection: Annotated[
        Literal["reset", "truncate"] | None,
        Meta(
            description="reset: close it without a response; truncate: carry the operation out, send half of its body"
        ),
    ] = None
    times: Annotated[int, Meta(ge=1, description="for so many requests; without it for all")] | None = None
    share: Annotated[float, Meta(gt=0, le=1, description="share of the requests, chosen at random")] = 1.0


class Outages:
    """The rules of one tenant; the first that applies to a request counts."""

    def __init__(self) -> None:
        self.rules: list[OutageRule] = []

    def next(self, operation: str) -> OutageRule | None:
        """Return the rule for a request of an operation, and count the request."""
        for rule in self.rules:
            if rule.operation in {"*", operation} and random.random() < rule.share:  # noqa: S311  # no secret
                self._count(rule)
                return rule
        return None

    def _count(self, rule: OutageRule) -> None:
        if rule.times is not None:
            rule.times -= 1
            self.rules = [one for one in self.rules if one.times != 0]
