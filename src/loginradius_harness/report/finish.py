"""Finish a run: judge what only the whole run shows, add it to the history, write the report."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from loginradius_harness.contracts import overlay
from loginradius_harness.report.analysis import (
    blocked,
    coverage,
    drift,
    failure_causes,
    history,
    known_issues,
    model,
    overlay_use,
)
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import STREAM, Recorder, RunRecord, read

_FINISHED = frozenset({0, 1})  # exit codes of pytest; others mean that tests were left


class ReportsExtraMissing(Exception):  # noqa: N818  # named after what is the case
    """The packages that pages and charts need are not installed."""

    exit_code = 2


def finish_run(out: Path, exit_code: int, *, strict: bool = False, gave_up: bool = False) -> model.Report:
    """End the stream in `out` and return the report. `exit_code` is pytest's; the report's own may be worse.

    `strict` runs fail on new drift too and, where nothing was left out, on gaps in gated coverage. A run that `gave_up`
    has ended itself early, for what its failures say.
    """
    record = read(out / STREAM)
    interrupted = exit_code not in _FINISHED
    ended = events.RunEnded(finished=datetime.now(UTC), exit_code=exit_code, interrupted=interrupted)
    record.add(ended)
    verdicts = list(_of_the_whole_run(record, strict=strict))
    for verdict in verdicts:
        record.add(verdict)
    if gave_up or not interrupted:
        exit_code = failure_causes.exit_code(blocked.mark(record.verdicts)) or exit_code
    record.add(events.RunEnded(finished=ended.finished, exit_code=exit_code, interrupted=interrupted))
    recorder = Recorder(out / STREAM)
    for event in (*verdicts, record.ended):
        if event is not None:
            recorder.append(event)
    recorder.close()
    return add_to_history(out, record)


def add_to_history(out: Path, record: RunRecord) -> model.Report:
    """Add a run to the history, and return its report."""
    return model.build(record, _with_overlay(_context(out, record), record))


def render(report: model.Report, out: Path) -> None:
    """Write every file of the report. Raises ReportsExtraMissing."""
    try:
        from loginradius_harness.report.formats import render as formats  # noqa: PLC0415  # needs the extra `reports`
    except ModuleNotFoundError as error:
        advice = f"it needs {error.name}: pip install 'loginradius-harness[reports]'"
        raise ReportsExtraMissing(advice) from None
    formats.write(report, out)


def write_report(out: Path, record: RunRecord) -> model.Report:
    """Add a run to the history, and write its report."""
    report = add_to_history(out, record)
    render(report, out)
    return report


def _of_the_whole_run(record: RunRecord, *, strict: bool) -> Iterator[events.Verdict]:
    run = record.run
    accepted = known_issues.read()
    if run is not None and record.whole:
        yield from known_issues.obsolete(record.verdicts, run.target, accepted.expected)
    if strict:
        yield from _new_drift(record, accepted.drift)
        if run is not None and record.whole and run.emulator:  # a tenant may lack features that the suites need
            yield from _open_gates(record, accepted.waivers)


def _new_drift(record: RunRecord, accepted: Sequence[known_issues.AcceptedDrift]) -> Iterator[events.Verdict]:
    for found in drift.collect(record, accepted):
        if not found.accepted:
            yield events.Verdict(
                test=f"drift::{found.schema}::{found.member}",
                suite="drift",
                question="drift",
                outcome="failed",
                cause="contract",
                title=f"{found.kind} in {found.seen} responses",
                operations=found.operations,
                operation=found.operations[0],
                requirement=found.schema,
                expected=found.expected,
                actual=found.actual,
                message=f"Proposed: {found.proposal}",
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
                title=f"{criterion.id}: {criterion.description}",
                expected=f"{criterion.required} seen or waived, no waiver stale",
                actual=f"{criterion.seen} seen, {criterion.waived} waived, {criterion.missing_count} missing, "
                f"{len(criterion.stale)} stale waivers",
                message="\n".join(gaps),
            )


def _with_overlay(context: model.Context, record: RunRecord) -> model.Context:
    """Add which accepted differences do not occur any more, and what the tenant was seen to keep."""
    if record.run is None or not record.run.overlay:
        return context
    try:
        known = overlay.read(Path(record.run.overlay))
    except overlay.OverlayInvalid as error:
        return replace(context, notes=(*context.notes, str(error)))
    notes = (*context.notes, *overlay_use.obsolete(record, known))
    confirmed = {**overlay_use.confirmed(known), **context.confirmed_operations}
    return replace(context, notes=notes, confirmed_operations=confirmed)


def _context(out: Path, record: RunRecord) -> model.Context:
    """Return earlier runs and what is accepted; a history that cannot be used is noted and left as it is."""
    accepted = known_issues.read()
    try:
        with history.opened(out / history.FILE) as past:
            return _remember(past, record, accepted)
    except (history.HistoryNewer, sqlite3.DatabaseError) as error:
        note = f"This run is not in the history: {error}"
        return model.Context(waivers=accepted.waivers, accepted_drift=accepted.drift, notes=(note,))


def _remember(past: history.History, record: RunRecord, accepted: known_issues.KnownIssues) -> model.Context:
    exit_code = record.ended.exit_code if record.ended else failure_causes.EXIT_CODES["infrastructure"]
    past.add(record, exit_code, model.duration(record))
    run = past.find(record.run.id) if record.run else None
    before = past.previous(run) if run else None
    changes = past.changes(before, run) if before and run else []
    rows = [(load.profile, row.name) for load in record.loads for row in load.rows]
    moved = past.moved
    return model.Context(
        compared_with=before,
        changes=tuple(changes),
        flaky=tuple(past.flaky(record.run.target if record.run else None)),
        confirmed_operations=past.confirmed("operation"),
        confirmed_rules=past.confirmed("rule"),
        load_trends={f"{profile}: {name}": past.load_trend(profile, name) for profile, name in rows},
        waivers=accepted.waivers,
        accepted_drift=accepted.drift,
        notes=(f"The history was damaged. It is kept as {moved.name}, and a new one begins here.",) if moved else (),
    )
