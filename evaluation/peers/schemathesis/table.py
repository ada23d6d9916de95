"""Prints the results of schemathesis and of the harness side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from evaluation.fault_injection.console_table import share
from evaluation.peers.schemathesis.result import Result
from evaluation.peers.schemathesis.schemathesis_run import Configuration

COLUMNS: Mapping[Configuration, str] = {"plain": "default configuration", "best": "best configuration"}
Harness = Mapping[str, str]  # fault -> the test that detects it; empty if no fault run is stored


def show(console: Console, result: Result, harness: Harness) -> None:
    """Print one row for each class, then the undetected faults of each side."""
    table = Table("class", "faults", box=None)
    for title in (*COLUMNS.values(), "harness"):
        table.add_column(title, justify="right", no_wrap=True)
    for category in sorted({_category(name) for name in result.outcomes}):
        names = [name for name in result.outcomes if _category(name) == category]
        table.add_row(*_row(category, names, result, harness))
    table.add_section()
    table.add_row(*_row("all", list(result.outcomes), result, harness))
    console.print(table)
    for line in _lines(result, harness):
        console.print(line, highlight=False, markup=False)


def _category(name: str) -> str:
    return name.partition(".")[0]


def _row(title: str, names: Sequence[str], result: Result, harness: Harness) -> list[str]:
    detected = [sum(result.outcomes[name][column].detected for name in names) for column in COLUMNS]
    shares = [share(number, len(names)) for number in detected]
    ours = share(sum(name in harness for name in names), len(names)) if harness else "-"
    return [title, str(len(names)), *shares, ours]


def _lines(result: Result, harness: Harness) -> Iterator[str]:
    for column, title in COLUMNS.items():
        outcomes = {name: outcome[column] for name, outcome in result.outcomes.items()}
        detected = [outcome for outcome in outcomes.values() if outcome.detected]
        requests = median(outcome.requests for outcome in outcomes.values())
        named = share(sum(outcome.named for outcome in detected), len(detected))
        yield f"{title}: {named} of the detected faults are reported at their operation, {requests:.0f} requests each"
        yield _undetected(title, (name for name, outcome in outcomes.items() if not outcome.detected))
    if harness:
        yield _undetected("harness", (name for name in result.outcomes if name not in harness))
        yield f"harness to best configuration: {ratio(result, harness)}"
    else:
        yield "harness: no result of `python -m evaluation.fault_injection` is stored"


def _undetected(title: str, names: Iterable[str]) -> str:
    return f"{title} does not detect: {', '.join(names) or 'none'}"


def ratio(result: Result, harness: Harness) -> str:
    """Return how many times more of these faults the harness detects than schemathesis."""
    best = sum(outcome["best"].detected for outcome in result.outcomes.values())
    ours = sum(name in harness for name in result.outcomes)
    return f"{ours} / {best} = {ours / best:.2f}" if best else f"{ours} / 0"
