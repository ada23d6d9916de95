"""One thing that is wrong, and its cure."""

from dataclasses import dataclass
from typing import Literal

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts import error_definitions


@dataclass(frozen=True)
class Finding:
    """`wrong` ends a run with exit code 2, `unreachable` with 3; a `note` only says what will be skipped."""

    problem: str
    cure: str
    kind: Literal["wrong", "unreachable", "note"] = "wrong"

    def __str__(self) -> str:
        return f"{self.problem}: {self.cure}."


def meaning(reply: ApiResponse) -> str:
    """What a refusal means, with its code."""
    known = error_definitions().get(reply.error_code or 0)
    return f"{known.meaning} ({known.code})" if known else f"status {reply.status}, which is not the product's answer"
