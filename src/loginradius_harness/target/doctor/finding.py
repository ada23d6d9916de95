"""One result of the doctor."""

from dataclasses import dataclass
from typing import Literal

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts import error_definitions


@dataclass(frozen=True)
class Finding:
    """A problem and how to fix it. `wrong` ends a run with exit code 2, `unreachable` with 3, a `note` not at all."""

    problem: str
    fix: str
    kind: Literal["wrong", "unreachable", "note"] = "wrong"

    def __str__(self) -> str:
        return f"{self.problem}: {self.fix}."


def meaning(reply: ApiResponse) -> str:
    """Return the meaning of an error response, with its code."""
    known = error_definitions().get(reply.error_code or 0)
    return f"{known.meaning} ({known.code})" if known else f"status {reply.status}, which the product does not answer"
