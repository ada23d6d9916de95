"""What a security check says to the record, as suites see it: they know of reports no more than this."""

from typing import Literal, Protocol

Judgement = Literal["passed", "warning", "by-design", "not-observable", "not-applicable"]


class Reporter(Protocol):
    """The `record` fixture."""

    def judge(self, outcome: Judgement, reason: str, *, expected: str = "", actual: str = "") -> None:
        """Say how the running test ends where it does not fail."""
