"""The response of a call, and what a test may require of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.contracts import Operation, Violation, expected_errors
from loginradius_harness.contracts.expected_errors import named
from loginradius_harness.contracts.overlay import EMPTY, Overlay

Json = Any
OnHint = Callable[[str, Violation], None]  # operation, violation


def ignore_hint(_operation: str, _violation: Violation) -> None:
    """Do nothing with a hint."""


@dataclass(frozen=True)
class ApiResponse:
    """A response that could be checked. `data` is the decoded JSON; `repr` shows none of it.

    With `strict`, promises with weak evidence are binding too; otherwise `on_hint` learns that one is violated.
    """

    operation: Operation
    status: int
    data: Json
    headers: Mapping[str, str]
    seconds: float
    exchange: Exchange
    strict: bool = True
    on_hint: OnHint = field(default=ignore_hint, repr=False, compare=False)
    overlay: Overlay = EMPTY

    @property
    def ok(self) -> bool:
        """Whether the status is a success status of the contract."""
        return self.status in self.operation.responses

    @property
    def error_code(self) -> int | None:
        """The product's error code, where the response is an error."""
        return self.exchange.error_code

    @property
    def oauth_error(self) -> str | None:
        """The error of OAuth, where the response is one: in its body, or in the address that it redirects to."""
        if self.operation.protocol != "oauth" or not isinstance(self.data, Mapping):
            return None
        found = self.data.get("error") or self.redirected.get("error")
        return str(found) if found else None

    @property
    def redirected(self) -> dict[str, str]:
        """The parameters of the address that a response redirects to; empty where it is no redirect."""
        address = self.data.get("location", "") if isinstance(self.data, Mapping) else ""
        return dict(parse_qsl(urlsplit(address).query))

    def must_succeed(self) -> Self:
        """Return this response; raise Refused where it is no success."""
        if not self.ok:
            raise Refused(self, self.operation.summary, " or ".join(map(str, self.operation.responses)))
        return self

    def must_be_refused(self, *codes: int) -> Self:
        """Return this response; raise ContractViolationError unless it is an error with one of these codes.

        Where no source states the code, another documented error is a hint (contracts/policy.py). A code that the
        overlay accepts in place of one of them will do.
        """
        broken = self.broken_refusal(self.operation, *codes)
        if broken is not None:
            raise ContractViolationError(
                self.operation.id,
                broken.requirement,
                broken.expected,
                broken.actual,
                replay=self.exchange.replay,
                grade=broken.grade,
                source=broken.source,
            )
        return self

    def must_fail_with(self, *errors: str) -> Self:
        """Return this response; raise ContractViolationError unless it is one of these errors of OAuth.

        Standards name them, so that each is binding.
        """
        if self.oauth_error not in errors:
            raise ContractViolationError(
                self.operation.id,
                "the request is refused",
                " or ".join(errors),
                self.summary,
                replay=self.exchange.replay,
            )
        return self

    def broken_refusal(self, operation: Operation, *codes: int) -> Violation | None:
        """Return how this violates the promise that an operation refuses with one of these codes; report a hint."""
        found = expected_errors.refusal_violation(operation, codes, self.status, self.error_code, strict=self.strict)
        if found is None:
            return None
        [judged] = self.overlay.judge(operation.id, [found])
        if judged.kind == "broken":
            return judged
        self.on_hint(operation.id, judged)
        return None

    @property
    def summary(self) -> str:
        """Status and error code, with its meaning."""
        if self.oauth_error is not None:
            return f"{self.status}, {self.oauth_error}"
        return str(self.status) if self.error_code is None else f"{self.status}, {named(self.error_code)}"

    def __repr__(self) -> str:
        return f"<{self.operation.id}: {self.summary}>"


class Refused(ContractViolationError):  # noqa: N818  # named after what happened
    """A call that should have succeeded was answered with an error. `reply` is the response."""

    def __init__(self, reply: ApiResponse, requirement: str, expected: str) -> None:
        super().__init__(reply.operation.id, requirement, expected, reply.summary, replay=reply.exchange.replay)
        self.reply = reply


@dataclass
class Refusal:
    """The error response that `expect_error` caught; `reply` is set when its block has ended."""

    reply: ApiResponse | None = None

    @property
    def data(self) -> Json:
        """Further data of the error: tokens to continue with, or the end of a lockout."""
        return {} if self.reply is None else self.reply.data.get("Data") or {}


@contextmanager
def expect_error(*codes: int) -> Iterator[Refusal]:
    """Expect the block to be answered with one of these product error codes.

    >>> with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
    ...     journey.log_in(person, password=old_password)
    """
    refusal = Refusal()
    try:
        yield refusal
    except Refused as failure:
        refusal.reply = failure.reply.must_be_refused(*codes)
        return
    expected = " or ".join(map(named, codes))
    raise ContractViolationError("", "the step is refused", expected, "it succeeded")
