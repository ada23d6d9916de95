"""The response of a call, and what a test may require of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.contracts import Operation, error_definitions

Json = Any


@dataclass(frozen=True)
class ApiResponse:
    """A response that could be checked. `data` is the decoded JSON; `repr` shows none of it."""

    operation: Operation
    status: int
    data: Json
    headers: Mapping[str, str]
    seconds: float
    exchange: Exchange

    @property
    def ok(self) -> bool:
        """Whether the status is a success status of the contract."""
        return self.status in self.operation.responses

    @property
    def error_code(self) -> int | None:
        """The product's error code, where the response is an error."""
        return self.exchange.error_code

    def must_succeed(self) -> Self:
        """Return this response; raise Refused where it is no success."""
        if not self.ok:
            raise Refused(self, self.operation.summary, " or ".join(map(str, self.operation.responses)))
        return self

    def must_be_refused(self, *codes: int) -> Self:
        """Return this response; raise ContractViolationError unless it is an error with one of these codes."""
        if self.error_code not in codes:
            expected = " or ".join(_named(code) for code in codes)
            raise ContractViolationError(
                self.operation.id, "the request is refused", expected, self.summary, replay=self.exchange.replay
            )
        return self

    @property
    def summary(self) -> str:
        """Status and error code, with its meaning."""
        return str(self.status) if self.error_code is None else f"{self.status}, {_named(self.error_code)}"

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
    expected = " or ".join(_named(code) for code in codes)
    raise ContractViolationError("", "the step is refused", expected, "it succeeded")


def _named(code: int) -> str:
    known = error_definitions().get(code)
    return f"{code} ({known.meaning})" if known else f"{code} (unknown)"
