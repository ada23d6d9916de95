"""A run told: to people on the console, and to the report as one event of its record stream."""

from collections.abc import Iterator
from pathlib import Path

from loginradius_harness.load.analysis.run_result import Interval, Run
from loginradius_harness.load.analysis.slo import Result, Row
from loginradius_harness.load.analysis.validity import Validity
from loginradius_harness.load.metrics.counters import ERRORS, OperationMetrics, RunMetrics, merged
from loginradius_harness.load.metrics.histogram import middle
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import OUT, STREAM, Recorder

_PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999, "p99.99": 0.9999, "max": 1.0}
_OVER_TIME = ("p50", "p95", "p99")


def lines(run: Run) -> Iterator[str]:
    """The outcome for people: figures, objectives, findings, trust, verdict."""
    yield f"{'operation':<50} {'requests':>9} {'1/s':>8} {'errors':>7} " + " ".join(f"{n:>8}" for n in _PERCENTILES)
    for name, ledger in [*run.books.ledgers.items(), *run.books.journeys.items(), ("all", run.books.total)]:
        times = " ".join(f"{ledger.corrected.milliseconds(share):>8.2f}" for share in _PERCENTILES.values())
        rate = ledger.requests / run.seconds if run.seconds else 0.0
        yield f"{name:<50} {ledger.requests:>9} {rate:>8.1f} {ledger.errors:>7} {times}"
    yield "times in ms, from the intended start"
    yield from (str(row) for row in run.rows)
    yield from _findings(run.books)
    if run.limit_found is not None:
        yield f"rate limit found: {run.limit_found:.1f} answers/s while others were refused with 429"
    if run.seen:
        yield "; ".join(f"{name} {value}" for name, value in header(run.seen).items())
        yield from (f"doubt: {doubt}" for doubt in run.seen.doubts)
    if run.partial:
        yield f"PARTIAL after {run.seconds:.0f} of {run.planned:.0f} s: {run.partial}"
    yield f"{run.result.name}: {run.result.meaning}"


def _findings(books: RunMetrics) -> Iterator[str]:
    for name, ledger in books.ledgers.items():
        problems = {kind: ledger.outcomes[kind] for kind in (*ERRORS, "limited") if ledger.outcomes.get(kind)}
        if problems:
            answers = ", ".join(f"{answer} x{number}" for answer, number in ledger.answers.items())
            yield f"{name}: {', '.join(f'{kind} {number}' for kind, number in problems.items())} (answers {answers})"
        for sample in ledger.samples:
            yield f"  {sample.kind} x{sample.count} at {sample.pointer or '/'}: {sample.expected}, got {sample.actual}"


def header(seen: Validity) -> dict[str, str]:
    """The generator's own figures, by name."""
    told = {
        "offered": str(seen.offered),
        "delivered": str(seen.delivered),
        "send lateness p50/p99/max": f"{seen.lateness_p50:.3f}/{seen.lateness_p99:.3f}/{seen.lateness_max:.3f} ms",
        "generator CPU": f"{seen.utilisation:.0%} of a core",
        "requests sent": str(seen.wired),
        "answers read": str(seen.answered),
    }
    if seen.model == "closed":
        del told["offered"], told["send lateness p50/p99/max"]
    if seen.withheld:
        told["withheld by the governor"] = str(seen.withheld)
    if seen.served is not None:
        told["served, by the target's count"] = str(seen.served)
    if seen.lost_workers:
        told["workers lost"] = str(seen.lost_workers)
    return told


def tell(run: Run, out: Path = OUT) -> None:
    """Append the run to the report's record: the figures, and a verdict for each objective."""
    recorder = Recorder(out / STREAM)
    recorder.append(event(run))
    for row in run.rows:
        recorder.append(_verdict(run, row))
    recorder.close()


def event(run: Run) -> events.Load:
    """The run as the report shows it."""
    doubts = run.seen.doubts if run.seen else ()
    return events.Load(
        profile=run.profile,
        target=run.target,
        started=run.started,
        seconds=run.seconds,
        passed=run.result is Result.PASS,
        invalid="; ".join(doubts) or (run.result.meaning if run.result is Result.UNREACHABLE else ""),
        rows=tuple(_row(name, ledger, run.seconds) for name, ledger in _named(run.books)),
        series=tuple(_point(run.intervals[number]) for number in sorted(run.intervals)),
        histogram=_bars(run.books.total),
        objectives=tuple(_objective(row) for row in run.rows),
        trust=(header(run.seen) if run.seen else {}) | ({"ended early": run.partial} if run.partial else {}),
        samples=tuple(_samples(run.books)),
    )


def _named(books: RunMetrics) -> Iterator[tuple[str, OperationMetrics]]:
    yield from books.ledgers.items()
    yield from books.journeys.items()


def _row(name: str, ledger: OperationMetrics, seconds: float) -> events.LoadRow:
    return events.LoadRow(
        name=name,
        requests=ledger.requests,
        rate=ledger.requests / seconds if seconds else 0.0,
        percentiles={label: ledger.corrected.milliseconds(share) for label, share in _PERCENTILES.items()},
        errors={kind: number for kind, number in ledger.outcomes.items() if kind != "ok"},
        violations=ledger.violations,
    )


def _point(part: Interval) -> events.LoadPoint:
    total = merged(part.ledgers.values())
    percentiles = {label: total.corrected.milliseconds(_PERCENTILES[label]) for label in _OVER_TIME}
    return events.LoadPoint(
        at=part.at, rate=total.requests / part.seconds, percentiles=percentiles, errors=total.errors
    )


def _bars(total: OperationMetrics) -> tuple[tuple[float, int], ...]:
    """About ten bars a decade: enough to see a second hump."""
    bars: dict[float, int] = {}
    for lower, number in total.corrected.counts.items():
        upper = float(f"{middle(lower) / 1000 + 0.001:.1g}")
        bars[upper] = bars.get(upper, 0) + number
    return tuple(sorted(bars.items()))


def _objective(row: Row) -> events.Objective:
    sign = ">=" if row.limit == "throughput" else "<="
    return events.Objective(
        name=f"{row.operation} {row.limit}",
        wanted=f"{sign} {row.allowed:g} {row.unit}".rstrip(),
        measured=f"{row.measured:.6g} {row.unit}".rstrip(),
        met=row.kept,
    )


def _verdict(run: Run, row: Row) -> events.Verdict:
    told = _objective(row)
    trusted = run.result in {Result.PASS, Result.FAIL}
    failed = not (trusted and row.kept)
    return events.Verdict(
        test=f"load::{run.profile}::{told.name}",
        suite="load",
        question="load",
        outcome="failed" if failed else "passed",
        seconds=run.seconds,
        title=f"{told.name} {told.wanted} under profile {run.profile}",
        operations=(row.operation,) if row.operation in run.books.ledgers else (),
        operation=row.operation if row.operation in run.books.ledgers else "",
        cause=None if not failed else "contract" if trusted else "infrastructure",
        requirement=told.name if failed else "",
        expected=told.wanted if failed else "",
        actual=told.measured if failed else "",
        message="" if trusted else run.result.meaning,
        replay=f"loginradius-harness load run {run.target} --profile {run.profile}" if failed else "",
    )


def _samples(books: RunMetrics) -> Iterator[dict[str, object]]:
    for name, ledger in books.ledgers.items():
        for sample in ledger.samples:
            yield {
                "operation": name,
                "count": sample.count,
                "kind": sample.kind,
                "pointer": sample.pointer,
                "requirement": sample.requirement,
                "expected": sample.expected,
                "actual": sample.actual,
                "exchange": sample.exchange,
            }
