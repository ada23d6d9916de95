"""Build the report of a run: all that page, summary, JUnit, SARIF and JSON show."""

import shlex
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, field

from loginradius_harness import contracts
from loginradius_harness.report.analysis import blocked, coverage, drift, failure_causes, groups, hints, known_issues
from loginradius_harness.report.analysis.history import Change, Flaky, PastRun
from loginradius_harness.report.formats.text import printable
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import RunRecord

WORST_FIRST: tuple[events.Outcome, ...] = (
    "failed", "quarantined", "expected", "warning", "by-design",
    "blocked", "passed", "not-observable", "not-applicable", "skipped",
)  # fmt: skip
NOT_ASKED: frozenset[events.Outcome] = frozenset({"skipped", "not-applicable", "not-observable", "blocked"})
EMULATOR_ONLY = "emulator-only"


class Numbered(Struct, frozen=True, kw_only=True):
    """A verdict with its number on the page, its exchanges and steps, and the command that repeats it."""

    number: int
    verdict: events.Verdict
    evidence: tuple[events.Evidence, ...] = ()
    steps: tuple[events.Step, ...] = ()
    repeat: str = ""  # a shell command


class Cell(Struct, frozen=True):
    """The result of one question for one operation: the worst outcome, and the numbers of its verdicts."""

    outcome: events.Outcome
    numbers: tuple[int, ...]


class OperationRow(Struct, frozen=True, kw_only=True):
    """One operation: requests, responses, and the result of each question."""

    id: str
    summary: str
    method: str
    path: str
    evidence: str
    requests: int
    responses: dict[str, int]  # `200`, `401 966` or `no response` -> how often
    median_ms: float | None
    cells: dict[str, Cell]
    confirmed: str


class RuleRow(Struct, frozen=True, kw_only=True):
    """One rule of behaviour. `outcome` is None where no test is about it."""

    id: str
    statement: str
    level: str
    evidence: str
    source: tuple[str, ...]
    operations: tuple[str, ...]
    outcome: events.Outcome | None
    numbers: tuple[int, ...]
    confirmed: str


class Report(Struct, frozen=True, kw_only=True):
    """The report of one run."""

    run: events.RunStarted
    headline: str
    exit_code: int
    complete: bool
    seconds: float
    requests: int
    counts: dict[str, int]  # outcome -> verdicts
    asked: int  # verdicts that say something about the tenant
    not_asked: dict[str, int]  # reason -> tests, the most frequent first
    left_out: dict[str, int]  # those of `not_asked` that have no verdict: the tier does not choose them
    causes: dict[str, int]  # cause -> failed verdicts
    groups: tuple[groups.FailureGroup, ...]
    notes: tuple[str, ...]  # about this report itself
    compared_with: PastRun | None
    changes: tuple[Change, ...]
    flaky: tuple[Flaky, ...]
    questions: tuple[str, ...]
    verdicts: tuple[Numbered, ...]
    operations: tuple[OperationRow, ...]
    rules: tuple[RuleRow, ...]
    coverage: tuple[coverage.Criterion, ...]
    drift: tuple[drift.Deviation, ...]
    hints: tuple[hints.Hint, ...]
    faults: tuple[events.Fault, ...]
    loads: tuple[events.Load, ...]
    load_trends: dict[str, list[tuple[str, float | None, float | None]]] = field(default_factory=dict)


class Context(Struct, frozen=True, kw_only=True):
    """What a report shows beyond its own run: earlier runs, and what is accepted."""

    compared_with: PastRun | None = None
    changes: tuple[Change, ...] = ()
    flaky: tuple[Flaky, ...] = ()
    confirmed_operations: Mapping[str, str] = {}
    confirmed_rules: Mapping[str, str] = {}
    load_trends: dict[str, list[tuple[str, float | None, float | None]]] = {}
    waivers: Sequence[known_issues.Waiver] = ()
    accepted_drift: Sequence[known_issues.AcceptedDrift] = ()
    notes: tuple[str, ...] = ()


def build(record: RunRecord, context: Context) -> Report:
    """Build the report of a record."""
    run = record.run or _unknown_run(record)
    verdicts = _number(record, run)
    counts: Counter[str] = Counter(entry.verdict.outcome for entry in verdicts)
    failed = [entry.verdict for entry in verdicts if entry.verdict.outcome == "failed"]
    causes: Counter[str] = Counter(verdict.cause or "contract" for verdict in failed)
    reasons = Counter(_reason(entry.verdict) for entry in verdicts if entry.verdict.outcome in NOT_ASKED)
    asked = len(verdicts) - reasons.total()
    reasons += record.left_out
    new = {change.test for change in context.changes if change.is_new_failure}
    questions = tuple(dict.fromkeys(_question(entry.verdict) for entry in sorted(verdicts, key=_by_suite)))
    exit_code = record.ended.exit_code if record.ended else failure_causes.EXIT_CODES["infrastructure"]
    return Report(
        run=run,
        headline=headline(record, run, causes, asked, reasons.total()),
        exit_code=exit_code,
        complete=record.complete,
        seconds=duration(record),
        requests=len(record.exchanges),
        counts={outcome: counts[outcome] for outcome in WORST_FIRST if counts[outcome]},
        asked=asked,
        not_asked=dict(reasons.most_common()),
        left_out=dict(record.left_out.most_common()),
        causes=dict(causes),
        groups=groups.group(failed, new),
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
        hints=hints.collect(record),
        faults=tuple(record.faults),
        loads=tuple(record.loads),
        load_trends=context.load_trends,
    )


def headline(record: RunRecord, run: events.RunStarted, causes: Mapping[str, int], asked: int, not_asked: int) -> str:
    """Return the run in one sentence."""
    failed = sum(causes.values())
    left = f"; {not_asked:,} not asked" if not_asked else ""
    parts = ", ".join(f"{causes[cause]:,} {cause}" for cause in failure_causes.TITLES if causes.get(cause))
    result = f"{failed:,} of {asked:,} verdicts on {run.target} failed: {parts}" if failed else ""
    if record.run is not None and (record.ended is None or record.ended.interrupted):
        so_far = result or f"none of the {asked:,} verdicts so far failed"
        return f"The run on {run.target} did not finish: {so_far}{left}"
    if not asked and not failed:
        return f"No test asked {run.target} anything{left}"
    return f"{result or f'{run.target} meets its contracts: none of {asked:,} verdicts failed'}{left}"


def _reason(verdict: events.Verdict) -> str:
    return verdict.message.partition("\n")[0] or "no reason given"


def duration(record: RunRecord) -> float:
    """Return the seconds from the run's start to its end; of a run without an end, those that its tests took."""
    if record.run is None:
        return sum(load.seconds for load in record.loads)
    if record.ended is not None:
        return (record.ended.finished - record.run.started).total_seconds() - record.paused
    return sum(verdict.seconds for verdict in record.verdicts)


def _unknown_run(record: RunRecord) -> events.RunStarted:
    """Return a start for a run whose first line is lost, or that was a load run only."""
    load = record.loads[0] if record.loads else None
    started = load.started if load else datetime.now(UTC)
    return events.RunStarted(id=f"{started:%Y%m%dT%H%M%SZ}", started=started, target=load.target if load else "unknown")


def _number(record: RunRecord, run: events.RunStarted) -> tuple[Numbered, ...]:
    ordered = sorted(record.verdicts, key=lambda verdict: (verdict.suite, verdict.test))
    return tuple(
        Numbered(
            number=number,
            verdict=verdict,
            evidence=tuple(record.evidence.get(verdict.test, ())),
            steps=tuple(record.steps.get(verdict.test, ())),
            repeat=_repeat(run, verdict.test),
        )
        for number, verdict in enumerate(blocked.mark(ordered), 1)
    )


def _repeat(run: events.RunStarted, test: str) -> str:
    """Return the command that repeats a test; what only a whole run shows (drift, coverage) takes the whole command."""
    return f"{run.repeat} {shlex.quote(printable(test))}" if test.startswith("suites/") else run.command or run.repeat


def _question(verdict: events.Verdict) -> str:
    """Return the column of the operations table: each contract question has one, each other suite one."""
    return verdict.question if verdict.suite == "contract" else verdict.suite


def _by_suite(entry: Numbered) -> tuple[bool, str]:
    return entry.verdict.suite != "contract", _question(entry.verdict)


def worst(outcomes: Iterable[events.Outcome]) -> events.Outcome:
    """Return the worst of some outcomes."""
    return min(outcomes, key=WORST_FIRST.index)


def _operations(
    record: RunRecord, verdicts: Sequence[Numbered], confirmed: Mapping[str, str]
) -> tuple[OperationRow, ...]:
    seconds: dict[str, list[float]] = defaultdict(list)
    responses: dict[str, Counter[str]] = defaultdict(Counter)
    for call in record.exchanges:
        seconds[call.operation].append(call.seconds)
        responses[call.operation][_response(call)] += 1
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
            responses=dict(sorted(responses[operation.id].items())),
            median_ms=round(statistics.median(seconds[operation.id]) * 1000, 2) if seconds[operation.id] else None,
            cells={question: _cell(entries) for question, entries in asked[operation.id].items()},
            confirmed=confirmed.get(operation.id, EMULATOR_ONLY),
        )
        for operation in contracts.operations()
    )


def _response(call: events.Exchange) -> str:
    if call.status is None:
        return "no response"
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
        statement=rule.statement,
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
        yield "The run was killed or is still going on: this is what it had recorded."
    if record.unreadable:
        yield f"{record.unreadable} lines of the record could not be read."
