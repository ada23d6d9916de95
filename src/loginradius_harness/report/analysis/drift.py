"""Collect drift: members, values and error codes that a contract does not know.

Drift is counted by schema and member, however many operations and responses show it. An entry of
`reports/known_issues/drift.json` accepts it; `loginradius-harness report drift --propose` prints entries for review.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from loginradius_harness.report.analysis import requirement
from loginradius_harness.report.analysis.known_issues import AcceptedDrift
from loginradius_harness.report.recording.event_stream import RunRecord
from loginradius_harness.report.recording.events import Violation

_NO_MEMBER = "no member "


class Deviation(Struct, frozen=True, kw_only=True, order=True):
    """One thing that contracts do not know."""

    schema: str  # the schema that does not know the member, or `OPERATION/errors`
    member: str  # the member, the error code or the status
    kind: str
    operations: tuple[str, ...]
    pointer: str  # where it was seen first, in the response
    expected: str
    actual: str  # of the first one seen
    seen: int  # responses
    accepted: str = ""  # the reason, where an entry accepts it

    @property
    def proposal(self) -> str:
        """Return the change that makes the contract agree, in words."""
        if self.kind == "undocumented":
            return f"add {self.member} to `errors` of the operation, with the source that documents it"
        return f"add the member {self.member} to the schema"


def collect(record: RunRecord, accepted: Sequence[AcceptedDrift]) -> tuple[Deviation, ...]:
    """Return the deviations of a run, new ones first."""
    found: dict[tuple[str, str, str], list[tuple[str, Violation]]] = defaultdict(list)
    for call in record.exchanges:
        for violation in call.violations:
            if violation.kind in {"drift", "undocumented"}:
                for schema, member in _keys(call.operation, violation):
                    found[schema, member, violation.kind].append((call.operation, violation))
    reasons = {(entry.schema, entry.member): entry.reason for entry in accepted}
    deviations = (
        _deviation(schema, member, kind, calls, reasons.get((schema, member), ""))
        for (schema, member, kind), calls in found.items()
    )
    return tuple(sorted(deviations, key=lambda deviation: (bool(deviation.accepted), deviation)))


def _keys(operation: str, violation: Violation) -> Iterator[tuple[str, str]]:
    """Yield schema and member; one violation may name several members."""
    if violation.kind == "undocumented":
        yield f"{operation}/errors", violation.actual
        return
    schema = requirement.owner(violation.requirement) or "response"
    names = violation.expected.removeprefix(_NO_MEMBER).split(", ") if violation.expected.startswith(_NO_MEMBER) else ()
    for name in names or (requirement.without_indices(violation.pointer).rpartition("/")[2],):
        yield schema, name


def _deviation(schema: str, member: str, kind: str, calls: list[tuple[str, Violation]], accepted: str) -> Deviation:
    first = calls[0][1]
    return Deviation(
        schema=schema,
        member=member,
        kind=kind,
        operations=tuple(sorted({operation for operation, _ in calls})),
        pointer=requirement.without_indices(first.pointer),
        expected=first.expected,
        actual=first.actual,
        seen=len(calls),
        accepted=accepted,
    )


def propose(deviations: Sequence[Deviation], today: date) -> list[AcceptedDrift]:
    """Return entries for new deviations; a person writes the reasons."""
    return [
        AcceptedDrift(schema=found.schema, member=found.member, reason="", since=today)
        for found in deviations
        if not found.accepted
    ]
