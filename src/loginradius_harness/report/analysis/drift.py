"""Drift: where answers and contracts part without a promise being broken outright.

A deviation is accepted by an entry in `reports/known_issues/drift.json`. What is new is proposed as entries and as changes
of the contract, for a person to review: `loginradius-harness report drift --propose`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from loginradius_harness.report.analysis.known_issues import AcceptedDrift
from loginradius_harness.report.recording.event_stream import RunRecord

_INDEX = re.compile(r"/\d+(?=/|$)")


class Deviation(Struct, frozen=True, kw_only=True, order=True):
    """One way in which answers of one operation differ from its contract, however often it was seen."""

    operation: str
    pointer: str
    kind: str
    actual: str
    requirement: str = ""
    expected: str = ""
    seen: int = 0
    accepted: str = ""  # the reason, where a ledger accepts it

    @property
    def patch(self) -> str:
        """What would make the contract agree, in words."""
        group, _, name = self.operation.partition(".")
        file = f"contracts/operations/{group}/{name}.json"
        if self.kind == "undocumented":
            return f"{file}: add {self.actual} to `errors`, with the source that documents it"
        return f"{file}: allow {self.pointer or '/'} ({self.actual}) at `{self.requirement}`"


def collect(record: RunRecord, accepted: Sequence[AcceptedDrift]) -> tuple[Deviation, ...]:
    """The deviations of a run, new ones first."""
    seen = Counter(
        Deviation(
            operation=call.operation,
            pointer=_INDEX.sub("[]", found.pointer),
            kind=found.kind,
            actual=found.actual,
            requirement=found.requirement,
            expected=found.expected,
        )
        for call in record.exchanges
        for found in call.violations
        if found.kind != "broken"
    )
    reasons = {(entry.operation, entry.pointer, entry.kind, entry.actual): entry.reason for entry in accepted}
    deviations = [_with(deviation, count, reasons) for deviation, count in seen.items()]
    return tuple(sorted(deviations, key=lambda deviation: (bool(deviation.accepted), deviation)))


def _with(found: Deviation, seen: int, reasons: dict[tuple[str, str, str, str], str]) -> Deviation:
    accepted = reasons.get((found.operation, found.pointer, found.kind, found.actual), "")
    return Deviation(
        operation=found.operation,
        pointer=found.pointer,
        kind=found.kind,
        actual=found.actual,
        requirement=found.requirement,
        expected=found.expected,
        seen=seen,
        accepted=accepted,
    )


def propose(deviations: Sequence[Deviation], today: date) -> list[AcceptedDrift]:
    """Ledger entries for what is new; their reasons are left for a person to fill in."""
    return [
        AcceptedDrift(
            operation=found.operation,
            pointer=found.pointer,
            kind=found.kind,
            actual=found.actual,
            reason="",
            since=today,
        )
        for found in deviations
        if not found.accepted
    ]
