from datetime import date

import pytest

from loginradius_harness import contracts
from loginradius_harness.report.analysis import drift, known_issues
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import LOGIN, exchange, run

EMAIL = "responses/200/$defs/email/additionalProperties"


def unknown(pointer: str, member: str, operation: str = LOGIN, requirement: str = EMAIL) -> events.Exchange:
    violation = events.Violation("drift", pointer, requirement, f"no member {member}", "{'Value': 'a@example.com'}")
    return exchange(operation, violations=(violation,))


def collect(*calls: events.Exchange, accepted: tuple[known_issues.AcceptedDrift, ...] = ()) -> list[drift.Deviation]:
    return list(drift.collect(event_stream.collect([run(), *calls]), accepted))


def test_one_member_is_one_row_in_all_operations_and_places() -> None:
    calls = [
        unknown(f"{pointer}/Email/{index}", "IsPrimary", operation.id)
        for operation in contracts.operations()
        for pointer, index in (("", 0), ("/Profile", 7))
    ]
    [found] = collect(*calls)
    assert (found.schema, found.member, found.seen) == ("$defs/email", "IsPrimary", len(calls))
    assert len(found.operations) == len(contracts.operations())


def test_each_unknown_member_is_a_row() -> None:
    assert [found.member for found in collect(unknown("/Email/0", "Added, IsPrimary"))] == ["Added", "IsPrimary"]


def test_broken_requirement_is_not_drift() -> None:
    broken = events.Violation("broken", "/Uid", "responses/200/required", "required: property Uid", "{}")
    assert collect(exchange(violations=(broken,))) == []


def test_accepted_drift_is_not_proposed() -> None:
    accepted = known_issues.AcceptedDrift("$defs/email", "Old", "seen since January", date(2026, 1, 1))
    found = collect(unknown("/Email/0", "Old"), unknown("/Email/0", "New"), accepted=(accepted,))
    assert [entry.member for entry in drift.propose(found, date(2026, 3, 1))] == ["New"]


def test_proposed_entry_accepts_what_it_was_made_of() -> None:
    call = unknown("/Email/0", "New")
    [proposed] = drift.propose(collect(call), date(2026, 3, 1))
    entry = known_issues.AcceptedDrift(proposed.schema, proposed.member, "looked at", proposed.since)
    assert [found.accepted for found in collect(call, accepted=(entry,))] == ["looked at"]


@pytest.mark.parametrize("operation", [LOGIN, "pin.login"])
def test_undocumented_code_belongs_to_its_operation(operation: str) -> None:
    violation = events.Violation("undocumented", "/ErrorCode", "errors", "one of [966]", "1234")
    [found] = collect(exchange(operation, violations=(violation,)))
    assert (found.schema, found.member) == (f"{operation}/errors", "1234")
