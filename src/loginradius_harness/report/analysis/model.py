"""A run as it is told: everything that page, summary, JUnit, SARIF and JSON show, worked out once."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, field

from loginradius_harness import contracts
from loginradius_harness.report.analysis import coverage, drift, failure_causes, known_issues
from loginradius_harness.report.analysis.history import Change, Flaky, Past
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import RunRecord

WORST_FIRST: tuple[events.Outcome, ...] = (
    "failed", "quarantined", "expected", "warning", "by-design",
    "passed", "not-observable", "not-applicable", "skipped",
)  # fmt: skip
EMULATOR_ONLY = "emulator-only"


class Numbered(Struct, frozen=True, kw_only=True):
    """A verdict with the number under which the page can be linked to, and what stands beside it."""

    number: int
    verdict: events.Verdict
    evidence: tuple[events.Evidence, ...] = ()
    steps: tuple[events.Step, ...] = ()
    repeat: str = ""  # the command that runs this test again


class Cell(Struct, frozen=True):
    """What one question says about one operation: the worst outcome, and the numbers of its verdicts."""

    outcome: events.Outcome
    numbers: tuple[int, ...]


class OperationRow(Struct, frozen=True, kw_only=True):
    """One operation: what was sent, what came back, and each question's answer."""

    id: str
    summary: str
    method: str
    path: str
    evidence: str
    requests: int
    answers: dict[str, int]  # `200`, `401 966` or `no answer` -> how often
    median_ms: float | None
    cells: dict[str, Cell]
    confirmed: str


class RuleRow(Struct, frozen=True, kw_only=True):
    """One rule of behaviour. `outcome` is None where no test looked at it."""

    id: str
    says: str
    level: str
    evidence: str
    source: tuple[str, ...]
    operations: tuple[str, ...]
    outcome: events.Outcome | None
    numbers: tuple[int, ...]
    confirmed: str


class Report(Struct, frozen=True, kw_only=True):
    """One run, told."""

    run: events.RunStarted
    headline: str
    exit_code: int
    complete: bool
    seconds: float
    requests: int
    counts: dict[str, int]  # outcome -> verdicts
    causes: dict[str, int]  # cause -> failed verdicts
    notes: tuple[str, ...]  # what a reader must know about this report itself
    compared_with: Past | None
    changes: tuple[Change, ...]
    flaky: tuple[Flaky, ...]
    questions: tuple[str, ...]
    verdicts: tuple[Numbered, ...]
    operations: tuple[OperationRow, ...]
    rules: tuple[RuleRow, ...]
    coverage: tuple[coverage.Criterion, ...]
    drift: tuple[drift.Deviation, ...]
    faults: tuple[events.Fault, ...]
    loads: tuple[events.Load, ...]
    load_trends: dict[str, list[tuple[str, float | None, float | None]]] = field(default_factory=dict)


class Context(Struct, frozen=True, kw_only=True):
    """What a report says beyond its own run: earlier runs, and what people have decided."""

    compared_with: Past | None = None
    changes: tuple[Change, ...] = ()
    flaky: tuple[Flaky, ...] = ()
    confirmed_operations: Mapping[str, str] = {}
    confirmed_rules: Mapping[str, str] = {}
    load_trends: dict[str, list[tuple[str, float | None, float | None]]] = {}
    waivers: Sequence[known_issues.Waiver] = ()
    accepted_drift: Sequence[known_issues.AcceptedDrift] = ()
    notes: tuple[str, ...] = ()


def build(record: RunRecord, context: Context) -> Report:
    """Work out what there is to tell."""
    run = record.run or _nameless(record)
    verdicts = _number(record, run)
    counts: Counter[str] = Counter(entry.verdict.outcome for entry in verdicts)
    failed = [entry.verdict for entry in verdicts if entry.verdict.outcome == "failed"]
    blamed: Counter[str] = Counter(verdict.cause or "contract" for verdict in failed)
    questions = tuple(dict.fromkeys(_question(entry.verdict) for entry in sorted(verdicts, key=_by_suite)))
    exit_code = record.ended.exit_code if record.ended else failure_causes.EXIT_CODES["infrastructure"]
    return Report(
        run=run,
        headline=headline(run, counts, blamed, exit_code),
        exit_code=exit_code,
        complete=record.complete,
        seconds=duration(record),
        requests=len(record.exchanges),
        counts={outcome: counts[outcome] for outcome in WORST_FIRST if counts[outcome]},
        causes=dict(blamed),
        notes=(*context.notes, *_notes(record)),
        compared_with=context.compared_with,
        changes=context.changes,
        flaky=context.flaky,
        questions=questions,
        verdicts=verdicts,
        operations=_operations(record, verdicts, context.confirmed_operations),
        rules=_rules(verdicts, context.confirmed_rules),
        coverage=coverage.measure(record, context.waivers),
        drift=drift.collect(record, context.accepted_drift),
        faults=tuple(record.faults),
        loads=tuple(record.loads),
        load_trends=context.load_trends,
    )


def headline(run: events.RunStarted, counts: Mapping[str, int], blamed: Mapping[str, int], exit_code: int) -> str:
    """The run in one sentence."""
    total = sum(counts.values())
    failed = counts.get("failed", 0)
    if failed:
        parts = ", ".join(f"{blamed[cause]} {cause}" for cause in failure_causes.EXIT_CODES if blamed.get(cause))
        return f"{failed} of {total:,} verdicts on {run.target} failed: {parts}"
    if not total:
        return f"Nothing was asked of {run.target}"
    if exit_code:
        return f"The run on {run.target} did not come to its end: none of its {total:,} verdicts failed"
    return f"{run.target} is as promised: none of {total:,} verdicts failed"


def duration(record: RunRecord) -> float:
    """Seconds from the run's start to its end, or to the last thing known of it."""
    if record.run is None:
        return sum(load.seconds for load in record.loads)
    if record.ended is not None:
        return (record.ended.finished - record.run.started).total_seconds()
    return sum(verdict.seconds for verdict in record.verdicts)


def _nameless(record: RunRecord) -> events.RunStarted:
    """A run whose first line is lost, or that was a load run only."""
    load = record.loads[0] if record.loads else None
    started = load.started if load else datetime.now(UTC)
    return events.RunStarted(id=f"{started:%Y%m%dT%H%M%SZ}", started=started, target=load.target if load else "unknown")


def _number(record: RunRecord, run: events.RunStarted) -> tuple[Numbered, ...]:
    last = {verdict.test: verdict for verdict in record.verdicts}  # told twice when a worker died: the last word counts
    ordered = sorted(last.values(), key=lambda verdict: (verdict.suite, verdict.test))
    return tuple(
        Numbered(
            number=number,
            verdict=verdict,
            evidence=tuple(record.evidence.get(verdict.test, ())),
            steps=tuple(record.steps.get(verdict.test, ())),
            repeat=_repeat(run, verdict.test),
        )
        for number, verdict in enumerate(ordered, 1)
    )


def _repeat(run: events.RunStarted, test: str) -> str:
    """What only a whole run shows (drift, coverage, a dead target) takes a whole run to repeat."""
    return f"{run.replay} '{test}'" if test.startswith("suites/") else run.command or run.replay


def _question(verdict: events.Verdict) -> str:
    """The grid's column: contract questions have one each, other suites one together."""
    return verdict.question if verdict.suite == "contract" else verdict.suite


def _by_suite(entry: Numbered) -> tuple[bool, str]:
    return entry.verdict.suite != "contract", _question(entry.verdict)


def worst(outcomes: Iterable[events.Outcome]) -> events.Outcome:
    """The one that decides."""
    return min(outcomes, key=WORST_FIRST.index)


def _operations(
    record: RunRecord, verdicts: Sequence[Numbered], confirmed: Mapping[str, str]
) -> tuple[OperationRow, ...]:
    seconds: dict[str, list[float]] = defaultdict(list)
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    for call in record.exchanges:
        seconds[call.operation].append(call.seconds)
        answers[call.operation][_answer(call)] += 1
    asked: dict[str, dict[str, list[Numbered]]] = defaultdict(lambda: defaultdict(list))
    for entry in verdicts:
        for operation in {*entry.verdict.operations, entry.verdict.operation} - {""}:
            asked[operation][_question(entry.verdict)].append(entry)
    return tuple(
        OperationRow(
            id=operation.id,
            summary=operation.summary,
            method=operation.method,
            path=operation.path,
            evidence=operation.evidence,
            requests=len(seconds[operation.id]),
            answers=dict(sorted(answers[operation.id].items())),
            median_ms=round(statistics.median(seconds[operation.id]) * 1000, 2) if seconds[operation.id] else None,
            cells={question: _cell(entries) for question, entries in asked[operation.id].items()},
            confirmed=confirmed.get(operation.id, EMULATOR_ONLY),
        )
        for operation in contracts.operations()
    )


def _answer(call: events.Exchange) -> str:
    if call.status is None:
        return "no answer"
    return str(call.status) if call.error_code is None else f"{call.status} {call.error_code}"


def _cell(entries: Sequence[Numbered]) -> Cell:
    outcome = worst(entry.verdict.outcome for entry in entries)
    decisive = [entry.number for entry in entries if entry.verdict.outcome == outcome]
    return Cell(outcome, tuple(decisive + [entry.number for entry in entries if entry.number not in decisive]))


def _rules(verdicts: Sequence[Numbered], confirmed: Mapping[str, str]) -> tuple[RuleRow, ...]:
    about: dict[str, list[Numbered]] = defaultdict(list)
    for entry in verdicts:
        for rule in entry.verdict.rules:
            about[rule].append(entry)
    return tuple(_rule(rule, about[rule.id], confirmed.get(rule.id, EMULATOR_ONLY)) for rule in contracts.rules())


def _rule(rule: Any, entries: Sequence[Numbered], confirmed: str) -> RuleRow:
    cell = _cell(entries) if entries else None
    return RuleRow(
        id=rule.id,
        says=rule.statement,
        level=rule.level,
        evidence=rule.evidence,
        source=tuple(rule.source),
        operations=tuple(rule.operations),
        outcome=cell.outcome if cell else None,
        numbers=cell.numbers if cell else (),
        confirmed=confirmed,
    )


def _notes(record: RunRecord) -> Iterable[str]:
    if record.run is not None and record.ended is None:
        yield "The run was killed or is still going on: what follows is what it had told until then."
    if record.unreadable:
        yield f"{record.unreadable} lines of the record could not be read."
