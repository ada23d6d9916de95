"""Prints the results of a run."""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import median

from rich.console import Console
from rich.table import Table

from evaluation.fault_injection.verdict import Verdict

Z = 1.96  # quantile of a two-sided 95 % interval


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share, from 0 to 1."""
    if not trials:
        return 0.0, 1.0
    share, weight = hits / trials, Z * Z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = Z * sqrt(share * (1 - share) / trials + weight / (4 * trials)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, trials: int) -> str:
    """Return a share with its interval, such as `94.1 % (89.3-97.0)`."""
    low, high = wilson(hits, trials)
    return f"{100 * hits / trials:.1f} % ({100 * low:.1f}-{100 * high:.1f})" if trials else "-"


def recall(verdicts: Sequence[Verdict]) -> Table:
    """Return one row for each class and one for all."""
    table = Table(
        "class", "faults", "detected", "95 % interval", "localised", "replays", "requests", "seconds", box=None
    )
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for category in sorted({verdict.category for verdict in verdicts}):
        table.add_row(*_row(category, [one for one in verdicts if one.category == category]))
    table.add_section()
    table.add_row(*_row("all", verdicts))
    return table


def _row(name: str, verdicts: Sequence[Verdict]) -> list[str]:
    detected = [verdict for verdict in verdicts if verdict.outcome == "detected"]
    replayed = [verdict for verdict in detected if verdict.replays is not None]
    return [
        name,
        str(len(verdicts)),
        str(len(detected)),
        share(len(detected), len(verdicts)),
        share(sum(verdict.is_localised for verdict in detected), len(detected)),
        share(sum(bool(verdict.replays) for verdict in replayed), len(replayed)),
        f"{median(verdict.requests for verdict in detected):.0f}" if detected else "-",
        f"{median(verdict.seconds for verdict in detected):.2f}" if detected else "-",
    ]


def show(console: Console, verdicts: Sequence[Verdict], reasons: Mapping[str, str]) -> None:
    """Print the table and each undetected fault. `reasons`: fault -> why it cannot be detected."""
    violating = [verdict for verdict in verdicts if verdict.violates]
    neutral = [verdict for verdict in verdicts if not verdict.violates]
    if violating:
        console.print(recall(violating))
    for verdict in violating:
        if verdict.outcome != "detected":
            reason = reasons.get(verdict.name) or verdict.message or "reason unknown"
            line = f"{verdict.outcome}: {verdict.name} (violates {verdict.violates}; {verdict.tests} tests): {reason}"
            console.print(line, markup=False, highlight=False)
    if neutral:
        alarms = [verdict for verdict in neutral if verdict.outcome != "quiet"]
        tests = sum(verdict.tests for verdict in neutral)
        console.print(f"{len(neutral)} neutral variations, {tests} tests: {len(alarms)} false alarms")
        for verdict in alarms:
            console.print(f"{verdict.outcome}: {verdict.name} by {verdict.by}: {verdict.message}", markup=False)
