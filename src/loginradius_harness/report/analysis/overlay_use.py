"""Say which accepted differences of a tenant a run did not meet any more, and what the tenant was seen to keep."""

from collections.abc import Iterator, Mapping

from loginradius_harness.contracts.overlay import Difference, Overlay, code_of
from loginradius_harness.report.recording.event_stream import RunRecord


def obsolete(record: RunRecord, known: Overlay) -> Iterator[str]:
    """Yield a line for each accepted difference that the operations which showed it before do not show any more."""
    for found in known.accepted:
        if _is_obsolete(found, record):
            yield (
                f"The accepted difference {found.id} does not occur any more (last seen {found.evidence.last_seen}): "
                "remove it from the overlay."
            )


def _is_obsolete(found: Difference, record: RunRecord) -> bool:
    calls = [call for call in record.exchanges if call.operation in found.operations]
    if found.kind == "other-code":
        codes = {str(call.error_code) for call in calls}
        return found.expected in codes and code_of(found.actual) not in codes
    if found.kind == "absent-member":
        return _shows(record, found, found.expected)
    if found.kind != "extra-member":
        return False  # a value or a form that did not occur may still be one of several
    answered = any(call.status is not None and call.error_code is None for call in calls)
    drifted = any(
        violation.kind == "accepted" and found.actual in violation.expected.removeprefix("no member ").split(", ")
        for call in calls
        for violation in call.violations
    )
    return answered and not drifted and not _shows(record, found, found.actual)


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
