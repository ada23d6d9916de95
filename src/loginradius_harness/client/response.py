"""What a call gave back, and what a story may demand of it."""

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
    """An answer that could be judged. `data` is the decoded JSON; `repr` shows none of it."""

    operation: Operation
    status: int
    data: Json
    headers: Mapping[str, str]
    seconds: float
    exchange: Exchange

    @property
    def ok(self) -> bool:
        """A success status that the contract knows."""
        return self.status in self.operation.responses

    @property
    def error_code(self) -> int | None:
        """The product's error code, where the answer is a refusal."""
        return self.exchange.error_code

    def must_succeed(self) -> Self:
        """This reply, or Refused where the tenant did not do what was asked."""
        if not self.ok:
            raise Refused(self, self.operation.summary, " or ".join(map(str, self.operation.responses)))
        return self

    def must_be_refused(self, *codes: int) -> Self:
        """This reply, or ContractViolationError where the tenant did it, or refused with another code than one of these."""
        if self.error_code not in codes:
            expected = " or ".join(_named(code) for code in codes)
            raise ContractViolationError(
                self.operation.id, "the request is refused", expected, self.verdict, replay=self.exchange.replay
            )
        return self

    @property
    def verdict(self) -> str:
        """Status and error code in words."""
        return str(self.status) if self.error_code is None else f"{self.status}, {_named(self.error_code)}"

    def __repr__(self) -> str:
        return f"<{self.operation.id}: {self.verdict}>"


class Refused(ContractViolationError):  # noqa: N818  # an expected answer
    """A step of a story was refused. `reply` holds the answer."""

    def __init__(self, reply: ApiResponse, requirement: str, expected: str) -> None:
        super().__init__(reply.operation.id, requirement, expected, reply.verdict, replay=reply.exchange.replay)
        self.reply = reply


@dataclass
class Refusal:
    """What `refused` met; `reply` is set when its block has ended."""

    reply: ApiResponse | None = None

    @property
    def data(self) -> Json:
        """What the refusal carries for the client to go on with: tokens, or when a lock ends."""
        return {} if self.reply is None else self.reply.data.get("Data") or {}


@contextmanager
def expect_error(*codes: int) -> Iterator[Refusal]:
    """A block whose step the tenant must refuse with one of these product codes.

    >>> with refused(ErrorCode.CREDENTIALS_INCORRECT):
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
