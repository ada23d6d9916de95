"""Read the record of a run for differences between the tenant and the contracts."""

import json
import re
from collections.abc import Iterator
from typing import Any

from loginradius_harness import contracts
from loginradius_harness.calibration.findings import Findings
from loginradius_harness.calibration.twin import DEFAULT_ON
from loginradius_harness.contracts import overlay
from loginradius_harness.contracts.overlay import Key
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import RunRecord

Json = Any
_NEEDS = re.compile(r"needs ([a-z-]+):")


def findings(record: RunRecord) -> Findings:
    """Return what a run has seen."""
    assert record.run  # noqa: S101  # the caller has checked that the record is a run's
    found = Findings(record.run.started.date())
    bodies = {name: list(_bodies(calls)) for name, calls in _by_operation(record).items()}
    for call in record.exchanges:
        violations = map(_violation, call.violations)
        found.learn(call.operation, call.status, call.error_code, violations, bodies.get(call.operation, ()))
    for hint in record.hints:
        for key in overlay.keys(hint.operation, _violation(hint.violation)):
            found.add(key, hint.operation)
    for verdict in record.verdicts:
        _read_verdict(verdict, found)
    for reason in record.left_out.elements():
        _read_reason(reason, found)
    for operation, answers in bodies.items():
        for answer in answers:
            found.learn_forms(operation, answer)
    return found


def _read_verdict(verdict: events.Verdict, found: Findings) -> None:
    """Read a failure by another refusal, and why a test was skipped.

    A check of the security suite is never excused.
    """
    if verdict.outcome == "failed" and verdict.requirement == overlay.REFUSED and verdict.row is None:
        violation = contracts.Violation("broken", "", overlay.REFUSED, verdict.expected, verdict.actual)
        for key in overlay.keys(verdict.operation, violation):
            found.add(key, verdict.operation)
    if verdict.outcome == "skipped":
        _read_reason(verdict.message, found)


def _read_reason(reason: str, found: Findings) -> None:
    """Read the feature for whose absence a test was skipped, or left out by the tier."""
    needed = _NEEDS.search(reason)
    if needed is not None and needed[1] in DEFAULT_ON:
        found.add(Key("feature-off", needed[1], "on", "off"), "*")


def _violation(violation: events.Violation) -> contracts.Violation:
    return contracts.Violation(
        violation.kind, violation.pointer, violation.requirement, violation.expected, violation.actual
    )


def _by_operation(record: RunRecord) -> dict[str, list[events.Evidence]]:
    calls: dict[str, list[events.Evidence]] = {}
    for kept in record.evidence.values():
        for call in kept:
            calls.setdefault(call.operation, []).append(call)
    return calls


def _bodies(calls: list[events.Evidence]) -> Iterator[Json]:
    for call in calls:
        try:
            yield json.loads(call.response_body or "null")
        except ValueError:  # a long body is cut
            continue
