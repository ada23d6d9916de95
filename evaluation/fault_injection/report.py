"""Adds the verdicts to the record stream of the last run of the suites, if there is one."""

import json
from collections.abc import Iterable

import msgspec

from evaluation.fault_injection.verdict import Verdict
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import OUT, STREAM


def add_to_record(verdicts: Iterable[Verdict]) -> None:
    """Replace the fault verdicts of the record; `loginradius-harness report render` shows them."""
    stream = OUT / STREAM
    if not stream.exists():
        return
    others = [line for line in stream.read_bytes().splitlines() if json.loads(line).get("event") != "fault"]
    added = [msgspec.json.encode(_event(verdict)) for verdict in verdicts if verdict.violates]
    stream.write_bytes(b"\n".join([*others, *added, b""]))


def _event(verdict: Verdict) -> events.Fault:
    detected = verdict.outcome == "detected"
    return events.Fault(
        name=verdict.name,
        category=verdict.category,
        rule=verdict.violates,
        found=detected,
        by=verdict.by,
        named=verdict.named,
        seconds=verdict.seconds if detected else None,
        requests=verdict.requests if detected else None,
    )
