"""The end of a run: judge what only the whole run shows, keep it in history, write the report."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from loginradius_harness.report.analysis import coverage, drift, failure_causes, history, known_issues, model
from loginradius_harness.report.formats import render
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import STREAM, Recorder, RunRecord, read

_OWN_EXIT_CODES = frozenset({0, 1})  # of pytest; others say that the run did not come to its end


def finish_run(out: Path, exit_code: int, *, strict: bool = False) -> model.Report:
    """Close the stream in `out` and write the report. `exit_code` is pytest's; the report's own may be worse.

    `strict` runs fail on new drift too and, where nothing was left out, on gaps in gated coverage.
    """
    record = read(out / STREAM)
    recorder = Recorder(out / STREAM)
    for verdict in _of_the_whole_run(record, strict=strict):
        recorder.append(verdict)
        record.add(verdict)
    if exit_code in _OWN_EXIT_CODES:
        exit_code = failure_causes.exit_code(record.verdicts) or exit_code
    ended = events.RunEnded(finished=datetime.now(UTC), exit_code=exit_code)
    recorder.append(ended)
    record.add(ended)
    recorder.close()
    return tell(out, record)


def tell(out: Path, record: RunRecord) -> model.Report:
    """Keep the run in history and write every form of the report."""
    told = model.build(record, _context(out, record))
    render.write(told, out)
    return told


def _of_the_whole_run(record: RunRecord, *, strict: bool) -> Iterator[events.Verdict]:
    target = record.run.target if record.run else ""
    decided = known_issues.read()
    yield from known_issues.did_not_happen(record.verdicts, target, decided.expected)
    if strict:
        yield from _new_drift(record, decided.drift)
        run = record.run
        if run is not None and run.whole and run.emulator:  # a tenant may lack what the suites ask for
            yield from _open_gates(record, decided.waivers)


def _new_drift(record: RunRecord, accepted: Sequence[known_issues.AcceptedDrift]) -> Iterator[events.Verdict]:
    for found in drift.collect(record, accepted):
        if not found.accepted:
            yield events.Verdict(
                test=f"drift::{found.operation}::{found.pointer}::{found.actual}",
                suite="drift",
                question="drift",
                outcome="failed",
                cause="contract",
                title=f"{found.kind} in {found.seen} answers",
                operations=(found.operation,),
                operation=found.operation,
                requirement=found.requirement,
                expected=found.expected,
                actual=found.actual,
                message=f"Proposed: {found.patch}",
            )


def _open_gates(record: RunRecord, waivers: Sequence[known_issues.Waiver]) -> Iterator[events.Verdict]:
    for criterion in coverage.measure(record, waivers):
        if criterion.is_open:
            gaps = [*criterion.missing[:20], *(f"stale waiver: {item}" for item in criterion.stale)]
            yield events.Verdict(
                test=f"coverage::{criterion.id}",
                suite="coverage",
                question="coverage",
                outcome="failed",
                cause="contract",
                title=f"{criterion.id}: {criterion.says}",
                expected=f"{criterion.asked} seen or waived, no waiver stale",
                actual=f"{criterion.seen} seen, {criterion.waived} waived, {criterion.missing_count} missing",
                message="\n".join(gaps),
            )


def _context(out: Path, record: RunRecord) -> model.Context:
    """Earlier runs and the ledgers; a history that cannot be used is noted and left as it is."""
    decided = known_issues.read()
    try:
        with history.opened(out / history.FILE) as past:
            return _remember(past, record, decided)
    except (history.HistoryNewer, sqlite3.DatabaseError) as error:
        note = f"This run is not in the history: {error}"
        return model.Context(waivers=decided.waivers, accepted_drift=decided.drift, notes=(note,))


def _remember(past: history.History, record: RunRecord, decided: known_issues.KnownIssues) -> model.Context:
    exit_code = record.ended.exit_code if record.ended else failure_causes.EXIT_CODES["infrastructure"]
    past.add(record, exit_code, model.duration(record))
    before = past.before(record.run) if record.run else None
    changes = past.changes(before, record.run) if before and record.run else []
    rows = [(load.profile, row.name) for load in record.loads for row in load.rows]
    moved = past.moved
    return model.Context(
        compared_with=before,
        changes=tuple(changes),
        flaky=tuple(past.flaky(record.run.target if record.run else None)),
        confirmed_operations=past.confirmed("operation"),
        confirmed_rules=past.confirmed("rule"),
        load_trends={f"{profile}: {name}": past.load_trend(profile, name) for profile, name in rows},
        waivers=decided.waivers,
        accepted_drift=decided.drift,
        notes=(f"The history was damaged. It is kept as {moved.name}, and a new one begins here.",) if moved else (),
    )
