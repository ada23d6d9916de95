"""The figures of a run, for people."""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import median

from rich.console import Console
from rich.table import Table

from evaluation.fault_injection.verdict import Verdict

Z = 1.96  # of a two-sided interval that holds the truth 19 times out of 20


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The Wilson score interval of a share, from 0 to 1."""
    if not trials:
        return 0.0, 1.0
    share, weight = hits / trials, Z * Z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = Z * sqrt(share * (1 - share) / trials + weight / (4 * trials)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, trials: int) -> str:
    """`94.1 % (89.3-97.0)`."""
    low, high = wilson(hits, trials)
    return f"{100 * hits / trials:.1f} % ({100 * low:.1f}-{100 * high:.1f})" if trials else "-"


def recall(verdicts: Sequence[Verdict]) -> Table:
    """One row a class and one for all."""
    table = Table("class", "faults", "found", "95 % interval", "named", "replays", "requests", "seconds", box=None)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for category in sorted({verdict.category for verdict in verdicts}):
        table.add_row(*_row(category, [one for one in verdicts if one.category == category]))
    table.add_section()
    table.add_row(*_row("all", verdicts))
    return table


def _row(name: str, verdicts: Sequence[Verdict]) -> list[str]:
    found = [verdict for verdict in verdicts if verdict.outcome == "found"]
    replayed = [verdict for verdict in found if verdict.replays is not None]
    return [
        name,
        str(len(verdicts)),
        str(len(found)),
        share(len(found), len(verdicts)),
        share(sum(verdict.is_localised for verdict in found), len(found)),
        share(sum(bool(verdict.replays) for verdict in replayed), len(replayed)),
        f"{median(verdict.requests for verdict in found):.0f}" if found else "-",
        f"{median(verdict.seconds for verdict in found):.2f}" if found else "-",
    ]


def show(console: Console, verdicts: Sequence[Verdict], reasons: Mapping[str, str]) -> None:
    """The table, and each fault that was not found with what is known about it. `reasons`: fault -> why not."""
    breaking = [verdict for verdict in verdicts if verdict.violates]
    neutral = [verdict for verdict in verdicts if not verdict.violates]
    if breaking:
        console.print(recall(breaking))
    for verdict in breaking:
        if verdict.outcome != "found":
            known = reasons.get(verdict.name) or verdict.message or "nobody knows why"
            line = f"{verdict.outcome}: {verdict.name} (violates {verdict.violates}; {verdict.tests} tests): {known}"
            console.print(line, markup=False, highlight=False)
    if neutral:
        alarms = [verdict for verdict in neutral if verdict.outcome != "quiet"]
        asked = sum(verdict.tests for verdict in neutral)
        console.print(f"{len(neutral)} neutral variations, {asked} tests: {len(alarms)} alarms")
        for verdict in alarms:
            console.print(f"{verdict.outcome}: {verdict.name} by {verdict.by}: {verdict.message}", markup=False)
