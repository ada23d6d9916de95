"""The figures of rival and harness side by side, for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from evaluation.fault_injection.console_table import share
from evaluation.peers.schemathesis.result import Result
from evaluation.peers.schemathesis.schemathesis_run import Configuration

COLUMNS: Mapping[Configuration, str] = {"plain": "as it comes", "best": "best configured"}
Harness = Mapping[str, str]  # fault -> the test that found it; empty where no fault run is stored


def show(console: Console, result: Result, harness: Harness) -> None:
    """One row a class, then what each side missed."""
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
    found = [sum(result.outcomes[name][column].found for name in names) for column in COLUMNS]
    shares = [share(number, len(names)) for number in found]
    ours = share(sum(name in harness for name in names), len(names)) if harness else "-"
    return [title, str(len(names)), *shares, ours]


def _lines(result: Result, harness: Harness) -> Iterator[str]:
    for column, title in COLUMNS.items():
        outcomes = {name: outcome[column] for name, outcome in result.outcomes.items()}
        found = [outcome for outcome in outcomes.values() if outcome.found]
        asked = median(outcome.requests for outcome in outcomes.values())
        named = share(sum(outcome.named for outcome in found), len(found))
        yield f"{title}: an operation of the fault named in {named} of what it found; {asked:.0f} requests a fault"
        yield _missed(title, (name for name, outcome in outcomes.items() if not outcome.found))
    if harness:
        yield _missed("harness", (name for name in result.outcomes if name not in harness))
        yield f"harness to best configured: {ratio(result, harness)}"
    else:
        yield "harness: no result of `python -m evaluation.fault_injection` is stored"


def _missed(title: str, names: Iterable[str]) -> str:
    return f"{title} missed: {', '.join(names) or 'nothing'}"


def ratio(result: Result, harness: Harness) -> str:
    """How many times as many faults the harness finds, of those that the rival met."""
    best = sum(outcome["best"].found for outcome in result.outcomes.values())
    ours = sum(name in harness for name in result.outcomes)
    return f"{ours} / {best} = {ours / best:.2f}" if best else f"{ours} / 0"
