"""Describe the recorder as far as the security suite uses it."""

from typing import Literal, Protocol

Judgement = Literal["passed", "warning", "by-design", "not-observable", "not-applicable"]


class Reporter(Protocol):
    """The `recorder` fixture."""

    def set_outcome(self, outcome: Judgement, reason: str, *, expected: str = "", actual: str = "") -> None:
        """Set the outcome of the running test where it does not fail."""
