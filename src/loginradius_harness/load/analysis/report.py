"""A run as text for the console, and as events for the report's record."""

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
_WITHOUT_VERDICT = {Result.UNREACHABLE, Result.PARTIAL}


def lines(run: Run) -> Iterator[str]:
    """Yield the outcome as text: figures, limits, findings, validity, result."""
    yield f"{'operation':<50} {'requests':>9} {'1/s':>8} {'errors':>7} " + " ".join(f"{n:>8}" for n in _PERCENTILES)
    for name, entry in [*_named(run.metrics), ("all", run.metrics.total)]:
        times = " ".join(f"{entry.corrected.milliseconds(share):>8.2f}" for share in _PERCENTILES.values())
        rate = entry.requests / run.seconds if run.seconds else 0.0
        yield f"{name:<50} {entry.requests:>9} {rate:>8.1f} {entry.errors:>7} {times}"
    yield "times in ms, from the intended start"
    yield from (str(row) for row in run.rows)
    yield contract_summary(run.metrics)
    yield from _findings(run.metrics)
    if run.limit_found is not None:
        yield f"rate limit found: {run.limit_found:.1f} answers/s while others were answered with 429"
    if run.validity:
        yield "; ".join(f"{name} {value}" for name, value in describe(run.validity).items())
        yield from (f"invalid: {problem}" for problem in run.validity.problems)
    yield from (f"note: {note}" for note in run.notes)
    if run.partial:
        yield f"ended after {run.seconds:.0f} of {run.planned:.0f} s: {run.partial}"
    yield f"{run.result.name}: {run.result.meaning}"


def contract_summary(metrics: RunMetrics) -> str:
    """Return one line: how many of the checked answers violate their contract."""
    checked = sum(sum(entry.answers.values()) for entry in metrics.operations.values())
    return f"contract: {metrics.total.violations} violations in {checked} answers"


def _findings(metrics: RunMetrics) -> Iterator[str]:
    for name, entry in metrics.operations.items():
        problems = {kind: entry.outcomes[kind] for kind in (*ERRORS, "rate_limited") if entry.outcomes.get(kind)}
        if problems:
            answers = ", ".join(f"{answer} x{number}" for answer, number in entry.answers.items())
            yield f"{name}: {', '.join(f'{kind} {number}' for kind, number in problems.items())} (answers {answers})"
        for sample in entry.samples:
            yield f"  {sample.kind} x{sample.count} at {sample.pointer or '/'}: {sample.expected}, got {sample.actual}"


def describe(validity: Validity) -> dict[str, str]:
    """Return the generator's own figures by name."""
    figures = {
        "scheduled": str(validity.scheduled),
        "started": str(validity.started),
        "schedule delay p50/p99/max": (
            f"{validity.delay_p50:.3f}/{validity.delay_p99:.3f}/{validity.delay_max:.3f} ms"
        ),
        "generator CPU": f"{validity.utilisation:.0%} of a core",
        "requests sent": str(validity.requests_sent),
        "answers read": str(validity.answered),
    }
    if validity.model == "closed":
        del figures["scheduled"], figures["schedule delay p50/p99/max"]
    if validity.throttled:
        figures["throttled by the rate limiter"] = str(validity.throttled)
    if validity.served is not None:
        figures["served, by the target's count"] = str(validity.served)
    if validity.lost_workers:
        figures["workers lost"] = str(validity.lost_workers)
    if validity.missing:
        figures["planned starts missing"] = str(validity.missing)
    return figures


def record(run: Run, out: Path = OUT) -> None:
    """Append the run to the report's record: the figures, and a verdict for each limit."""
    recorder = Recorder(out / STREAM)
    recorder.append(event(run))
    for row in run.rows:
        recorder.append(_verdict(run, row))
    recorder.close()


def event(run: Run) -> events.Load:
    """Return the run as the report's event."""
    problems = run.validity.problems if run.validity else ()
    return events.Load(
        profile=run.profile,
        target=run.target,
        started=run.started,
        seconds=run.seconds,
        passed=run.result is Result.PASS,
        invalid="; ".join(problems) or (run.result.meaning if run.result in _WITHOUT_VERDICT else ""),
        rows=tuple(_row(name, entry, run.seconds) for name, entry in _named(run.metrics)),
        series=tuple(_point(run.intervals[number]) for number in sorted(run.intervals)),
        histogram=_bars(run.metrics.total),
        objectives=tuple(_objective(row) for row in run.rows),
        validity=(describe(run.validity) if run.validity else {}) | _incidents(run),
        samples=tuple(samples(run.metrics)),
    )


def _incidents(run: Run) -> dict[str, str]:
    incidents = {"ended early": run.partial, "notes": "; ".join(run.notes)}
    return {name: text for name, text in incidents.items() if text}


def samples(metrics: RunMetrics) -> Iterator[dict[str, object]]:
    """Yield the contract violations found, each with one exchange."""
    for name, entry in metrics.operations.items():
        for sample in entry.samples:
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


def _named(metrics: RunMetrics) -> Iterator[tuple[str, OperationMetrics]]:
    yield from metrics.operations.items()
    yield from metrics.scenarios.items()


def _row(name: str, entry: OperationMetrics, seconds: float) -> events.LoadRow:
    return events.LoadRow(
        name=name,
        requests=entry.requests,
        rate=entry.requests / seconds if seconds else 0.0,
        percentiles={label: entry.corrected.milliseconds(share) for label, share in _PERCENTILES.items()},
        errors={kind: number for kind, number in entry.outcomes.items() if kind != "ok"},
        violations=entry.violations,
    )


def _point(part: Interval) -> events.LoadPoint:
    total = merged(part.operations.values())
    percentiles = {label: total.corrected.milliseconds(_PERCENTILES[label]) for label in _OVER_TIME}
    return events.LoadPoint(
        at=part.at, rate=total.requests / part.seconds, percentiles=percentiles, errors=total.errors
    )


def _bars(total: OperationMetrics) -> tuple[tuple[float, int], ...]:
    """Return about ten bars a decade: enough to see a second peak."""
    bars: dict[float, int] = {}
    for lower, number in total.corrected.counts.items():
        upper = float(f"{middle(lower) / 1000 + 0.001:.1g}")
        bars[upper] = bars.get(upper, 0) + number
    return tuple(sorted(bars.items()))


def _objective(row: Row) -> events.Objective:
    return events.Objective(
        name=f"{row.operation} {row.limit}",
        limit=f"{row.sign} {row.allowed:g} {row.unit}".rstrip(),
        measured=f"{row.measured:.6g} {row.unit}".rstrip(),
        met=row.met,
    )


def _verdict(run: Run, row: Row) -> events.Verdict:
    objective = _objective(row)
    conclusive = run.result in {Result.PASS, Result.FAIL}
    failed = not (conclusive and row.met)
    return events.Verdict(
        test=f"load::{run.profile}::{objective.name}",
        suite="load",
        question="load",
        outcome="failed" if failed else "passed",
        seconds=run.seconds,
        title=f"{objective.name} {objective.limit} under profile {run.profile}",
        operations=(row.operation,) if row.operation in run.metrics.operations else (),
        operation=row.operation if row.operation in run.metrics.operations else "",
        cause=None if not failed else "contract" if conclusive else "infrastructure",
        requirement=objective.name if failed else "",
        expected=objective.limit if failed else "",
        actual=objective.measured if failed else "",
        message="" if conclusive else run.result.meaning,
        replay=f"loginradius-harness load run {run.target} --profile {run.profile}" if failed else "",
    )
