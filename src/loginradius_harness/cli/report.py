"""`loginradius-harness report render | diff | trend | flaky | drift | notify | schema`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Column, Table

from loginradius_harness.report import finish, notify
from loginradius_harness.report.analysis import drift, history, known_issues
from loginradius_harness.report.formats import render
from loginradius_harness.report.recording.event_stream import OUT, STREAM, read

CONSOLE = Console(highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    chosen = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.run
    try:
        return command(chosen)
    except FileNotFoundError as error:
        return _complain(f"{error.filename} does not exist: run `pytest` first, or name its folder with --report", 2)
    except (history.HistoryNewer, history.UnknownRun, known_issues.KnownIssuesInvalid) as error:
        return _complain(str(error), error.exit_code)
    except OSError as error:
        return _complain(str(error), 3)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loginradius-harness report", description="Read what earlier runs have told.")
    parser.add_argument(
        "--report", type=Path, default=OUT, metavar="DIR", help=f"folder of the report (default: {OUT})"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("render", help="write the page and its other forms again").set_defaults(run=_render)
    compared = commands.add_parser("diff", help="what changed between two runs")
    compared.add_argument("before", nargs="?", default="last~1", help="run id, or last~N (default: last~1)")
    compared.add_argument("after", nargs="?", default="last", help="run id, or last~N (default: last)")
    compared.set_defaults(run=_diff)
    trend = commands.add_parser("trend", help="the latest runs, one line each")
    trend.add_argument("--target", help="only runs on this target")
    trend.add_argument("--limit", type=int, default=30, help="so many runs (default: 30)")
    trend.set_defaults(run=_trend)
    flaky = commands.add_parser("flaky", help="tests that flip with the same seed and contracts")
    flaky.add_argument("--target", help="only runs on this target")
    flaky.set_defaults(run=_flaky)
    deviations = commands.add_parser("drift", help="where the last run's answers part from the contracts")
    deviations.add_argument("--propose", action="store_true", help="print ledger entries for what is new")
    deviations.set_defaults(run=_drift)
    commands.add_parser("notify", help="tell a webhook and the CI job when verdicts changed").set_defaults(run=_notify)
    commands.add_parser("schema", help="the JSON Schema of report.json").set_defaults(run=_schema)
    return parser


def _render(chosen: argparse.Namespace) -> int:
    told = finish.tell(chosen.report, read(chosen.report / STREAM))
    CONSOLE.print(told.headline, str(chosen.report / render.PAGE), sep="\n", markup=False)
    return 0


def _diff(chosen: argparse.Namespace) -> int:
    with history.existing(chosen.report) as past:
        before, after = past.find(chosen.before), past.find(chosen.after)
        changes = past.diff(before, after)
    table = _table("test", "before", "after", title=f"{before.id} on {before.target} → {after.id} on {after.target}")
    for change in changes:
        table.add_row(change.test, change.before or "did not run", change.after or "did not run")
    CONSOLE.print(table if changes else "No verdict differs.")
    return 0


def _trend(chosen: argparse.Namespace) -> int:
    with history.existing(chosen.report) as past:
        runs = past.runs(chosen.target, chosen.limit)
    table = _table("run", "target", "passed", "failed", "other", "seconds", "exit code")
    for run in reversed(runs):
        figures = (run.passed, run.failed, run.other, round(run.seconds, 1), run.exit_code)
        table.add_row(run.id, run.target, *map(str, figures))
    CONSOLE.print(table)
    return 0


def _flaky(chosen: argparse.Namespace) -> int:
    with history.existing(chosen.report) as past:
        found = past.flaky(chosen.target)
    table = _table("test", "passed", "failed")
    for test in found:
        table.add_row(test.test, str(test.passed), str(test.failed))
    CONSOLE.print(table if found else "No test has flipped.")
    return 0


def _drift(chosen: argparse.Namespace) -> int:
    found = drift.collect(read(chosen.report / STREAM), known_issues.read().drift)
    if chosen.propose:
        entries = drift.propose(found, datetime.now(UTC).date())
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(entries), indent=2).decode() + "\n")
        return 0
    table = _table("operation", "where", "seen", "times", "proposed change")
    for deviation in found:
        told = f"accepted: {deviation.accepted}" if deviation.accepted else deviation.patch
        table.add_row(deviation.operation, deviation.pointer or "/", deviation.actual, str(deviation.seen), told)
    CONSOLE.print(table if found else "No answer parts from its contract.")
    return 0


def _notify(chosen: argparse.Namespace) -> int:
    CONSOLE.print(notify.notify(chosen.report), markup=False)
    return 0


def _schema(_chosen: argparse.Namespace) -> int:
    sys.stdout.write(render.schema().decode())
    return 0


def _table(*names: str, title: str | None = None) -> Table:
    """A table that cuts nothing: ids are there to be copied."""
    return Table(*(Column(name, overflow="fold") for name in names), title=title)


def _complain(text: str, exit_code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
