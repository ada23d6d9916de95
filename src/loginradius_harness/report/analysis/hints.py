"""Collect hints: requirements with weak evidence that responses do not meet. They are counted, and fail no run."""

from collections import defaultdict

from msgspec import Struct

from loginradius_harness.report.analysis import requirement
from loginradius_harness.report.recording.event_stream import RunRecord
from loginradius_harness.report.recording.events import Violation


class Hint(Struct, frozen=True, kw_only=True):
    """One requirement that is not met, in however many operations and responses."""

    requirement: str
    expected: str
    actual: str  # of the first response
    grade: str
    source: str
    operations: tuple[str, ...]
    seen: int  # responses


def collect(record: RunRecord) -> tuple[Hint, ...]:
    """Return the hints of a run, the most frequent first."""
    found: dict[tuple[str, str], list[tuple[str, Violation]]] = defaultdict(list)
    seen = [(call.operation, violation) for call in record.exchanges for violation in call.violations]
    seen += [(hint.operation, hint.violation) for hint in record.hints]
    for operation, violation in seen:
        if violation.kind == "hint":
            place = requirement.place(violation.requirement)
            found[place, violation.expected].append((operation, violation))
    hints = (_hint(place, calls) for (place, _), calls in found.items())
    return tuple(sorted(hints, key=lambda hint: (-hint.seen, hint.requirement)))


def _hint(place: str, calls: list[tuple[str, Violation]]) -> Hint:
    first = calls[0][1]
    return Hint(
        requirement=place or "response",
        expected=first.expected,
        actual=first.actual,
        grade=first.grade,
        source=first.source,
        operations=tuple(sorted({operation for operation, _ in calls})),
        seen=len(calls),
    )
