"""Group failures that are the same, so that one cause is read once."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from msgspec import Struct

from loginradius_harness.report.analysis import requirement
from loginradius_harness.report.analysis.failure_causes import EXIT_CODES
from loginradius_harness.report.recording import events


class FailureGroup(Struct, frozen=True, kw_only=True):
    """Failures with one cause, requirement, expected and actual value."""

    cause: events.Cause
    summary: str
    tests: tuple[str, ...]
    operations: tuple[str, ...]
    new: int  # of them, those that did not fail in the run compared with


def group(failures: Iterable[events.Verdict], new: Collection[str]) -> tuple[FailureGroup, ...]:
    """Return the groups by cause, in the order of EXIT_CODES, new ones first, then the largest.

    `new` holds the ids of tests that did not fail in the run compared with.
    """
    found: dict[tuple[str, ...], list[events.Verdict]] = defaultdict(list)
    for failure in failures:
        found[_key(failure)].append(failure)
    groups = [_group(members, new) for members in found.values()]
    order = list(EXIT_CODES)
    return tuple(sorted(groups, key=lambda one: (order.index(one.cause), not one.new, -len(one.tests), one.tests)))


def _key(failure: events.Verdict) -> tuple[str, ...]:
    cause = failure.cause or "contract"
    if cause == "contract" and requirement.is_schema_place(failure.requirement):
        return cause, requirement.place(failure.requirement), failure.expected
    if cause in {"contract", "security"} and failure.expected:
        about = failure.requirement or f"{failure.suite} {failure.question}"
        return cause, about, failure.expected, failure.actual, failure.source if cause == "security" else ""
    return cause, _first_line(failure)


def _first_line(failure: events.Verdict) -> str:
    """Return the first line of the message, without the operation that it names."""
    line = failure.message.partition("\n")[0] or failure.title
    return line.replace(f"{failure.operation}: ", "") if failure.operation else line


def _group(members: list[events.Verdict], new: Collection[str]) -> FailureGroup:
    first = members[0]
    if first.expected:
        text = f"expected {first.expected}, got {first.actual}"
        summary = f"{requirement.place(first.requirement)}: {text}" if first.requirement else text
    else:
        summary = _first_line(first)
    if first.cause == "security":
        summary = f"{first.source}: {summary}"
    return FailureGroup(
        cause=first.cause or "contract",
        summary=" ".join(summary.split()),
        tests=tuple(member.test for member in members),
        operations=tuple(sorted({name for member in members if (name := _operation(member))})),
        new=sum(member.test in new for member in members),
    )


def _operation(failure: events.Verdict) -> str:
    return failure.operation or (failure.operations[0] if failure.operations else "")
