"""Tell a deviating response, which is one failure, from the tests that could not get past it.

A member that a tenant never sends fails every test that meets it, mostly in the preparation; so does a tenant that
refuses to create accounts. The first verdict is the failure; the others are blocked by it: they say nothing about what
they ask.
"""

from collections.abc import Sequence
from functools import cache

from msgspec.structs import replace

from loginradius_harness import contracts
from loginradius_harness.report.analysis import requirement
from loginradius_harness.report.formats.text import cut
from loginradius_harness.report.recording import events

Key = tuple[str, str, str]  # operation, place in its schema or its summary, what was expected


def mark(verdicts: Sequence[events.Verdict]) -> list[events.Verdict]:
    """Return the verdicts; of failures by one deviation all but one are `blocked`, and name its number from 1."""
    decisive: dict[Key, int] = {}
    numbered = list(enumerate(verdicts, 1))
    for number, verdict in sorted(numbered, key=lambda one: (not _is_about_it_alone(one[1]), one[0])):
        if key := deviation(verdict):
            decisive.setdefault(key, number)
    return [_marked(number, verdict, decisive) for number, verdict in numbered]


def _is_about_it_alone(verdict: events.Verdict) -> bool:
    return verdict.operations == (verdict.operation,)


def deviation(verdict: events.Verdict) -> Key | None:
    """Return the deviation that a verdict failed by; None for any other failure."""
    if verdict.outcome != "failed":
        return None
    if requirement.is_schema_place(verdict.requirement):
        return verdict.operation, requirement.place(verdict.requirement), verdict.expected
    if verdict.operation in _creating() and verdict.requirement == contracts.get(verdict.operation).summary:
        return verdict.operation, verdict.requirement, f"{verdict.expected}, got {verdict.actual}"
    return None


@cache
def _creating() -> frozenset[str]:
    """Return the operations with which a story begins."""
    return frozenset(operation.id for operation in contracts.operations() if operation.creates == "account")


def _marked(number: int, verdict: events.Verdict, decisive: dict[Key, int]) -> events.Verdict:
    key = deviation(verdict)
    if key is None or decisive[key] == number:
        return verdict
    operation, _, expected = key
    message = f"blocked by #{decisive[key]}: {operation}: expected {cut(expected, 150)}"
    return replace(verdict, outcome="blocked", message=message)
