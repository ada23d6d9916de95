"""Say which accepted differences of a tenant a run did not meet any more, and what the tenant was seen to keep."""

from collections.abc import Iterator, Mapping

from loginradius_harness.contracts import features
from loginradius_harness.contracts.overlay import Difference, Overlay, keys
from loginradius_harness.contracts.violations import Violation
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import RunRecord

_SOMETIMES = frozenset({"extra-member", "other-code"})  # a situation that was not asked may still show them
_REFUSED = 300  # the least status that is no success


def obsolete(record: RunRecord, known: Overlay) -> Iterator[str]:
    """Yield a line for each accepted difference that the operations which showed it before do not show any more."""
    for found in known.accepted:
        if _is_obsolete(found, record):
            yield f"The accepted difference {found.id} {_verdict(found, record)}."


def _verdict(found: Difference, record: RunRecord) -> str:
    seen = f"(last seen {found.evidence.last_seen})"
    if found.kind in _SOMETIMES and record.deselected:
        return f"did not occur in this part of the tests {seen}: remove it from the overlay if --tier deep agrees"
    return f"does not occur any more {seen}: remove it from the overlay"


def _is_obsolete(found: Difference, record: RunRecord) -> bool:
    calls = [call for call in record.exchanges if call.operation in found.operations]
    if found.kind == "other-code":
        return found.expected in {str(call.error_code) for call in calls} and not _was_accepted(found, record)
    if found.kind == "feature-off":
        return any(found.place in features.needed(call.operation) for call in record.exchanges if _succeeded(call))
    if found.kind == "absent-member":
        return _shows(record, found, found.expected)
    if found.kind != "extra-member":
        return False  # a value or a form that did not occur may still be one of several
    answered = any(map(_succeeded, calls))
    drifted = any(
        violation.kind == "accepted" and found.actual in violation.expected.removeprefix("no member ").split(", ")
        for call in calls
        for violation in call.violations
    )
    return answered and not drifted and not _shows(record, found, found.actual)


def _was_accepted(found: Difference, record: RunRecord) -> bool:
    """Return whether a refusal was judged by this difference: clients announce that as a hint."""
    return any(
        key.id == found.id
        for hint in record.hints
        if hint.violation.kind == "accepted"
        for key in keys(hint.operation, _violation(hint.violation))
    )


def _violation(found: events.Violation) -> Violation:
    return Violation(found.kind, found.pointer, found.requirement, found.expected, found.actual)


def _succeeded(call: events.Exchange) -> bool:
    return call.status is not None and call.status < _REFUSED and call.error_code is None


def _shows(record: RunRecord, found: Difference, member: str) -> bool:
    """Return whether an answer of these operations had a member that the contract knows."""
    items = (item for item in record.covered["C5"] if item.rpartition("/")[2] == member)
    return any(item.partition(" ")[0] in found.operations for item in items)


def confirmed(known: Overlay) -> Mapping[str, str]:
    """Return operation -> `TARGET on DATE` of the last answer that was as promised."""
    return {
        operation: f"{known.info.title} on {max(seen.last_seen for seen in places.values())}"
        for operation, places in known.confirmed.items()
        if places
    }
