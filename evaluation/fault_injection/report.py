"""The verdicts as a part of the report of the last run of the suites, where there is one."""

import json
from collections.abc import Iterable

import msgspec

from evaluation.fault_injection.verdict import Verdict
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import OUT, STREAM


def tell(verdicts: Iterable[Verdict]) -> None:
    """Put the verdicts in the place of those that the record holds; `loginradius-harness report render` shows them."""
    stream = OUT / STREAM
    if not stream.exists():
        return
    others = [line for line in stream.read_bytes().splitlines() if json.loads(line).get("event") != "fault"]
    told = [msgspec.json.encode(_event(verdict)) for verdict in verdicts if verdict.violates]
    stream.write_bytes(b"\n".join([*others, *told, b""]))


def _event(verdict: Verdict) -> events.Fault:
    found = verdict.outcome == "found"
    return events.Fault(
        name=verdict.name,
        category=verdict.category,
        rule=verdict.violates,
        found=found,
        by=verdict.by,
        named=verdict.named,
        seconds=verdict.seconds if found else None,
        requests=verdict.requests if found else None,
    )
