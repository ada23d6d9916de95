"""`loginradius-harness report`: read what earlier runs recorded."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import update_wrapper
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console
from rich.table import Column, Table

from loginradius_harness.report import finish, folder, notify
from loginradius_harness.report.analysis import drift, history, known_issues
from loginradius_harness.report.recording.event_stream import OUT, STREAM, read

CONFIGURATION = 2
INFRASTRUCTURE = 3
_CONSOLE: dict[str, Any] = {"highlight": False, "soft_wrap": True, "markup": False, "emoji": False}  # ids hold brackets


class Failure(click.ClickException):
    """A mistake of the user, or of the disk: one line, and the exit code that fits."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        vars(self)["exit_code"] = exit_code  # click types it as a constant of the class

    def show(self, file: Any = None) -> None:
        """Print the line, and nothing around it."""
        click.echo(self.message, file=file or sys.stderr)


@contextmanager
def _explained() -> Iterator[None]:
    """Say in one line what is missing; errors with an exit code of their own are explained by the caller."""
    try:
        yield
    except FileNotFoundError as error:
        advice = "run `pytest` first, or name its folder with --report"
        raise Failure(f"{error.filename} does not exist: {advice}", CONFIGURATION) from None
    except OSError as error:
        raise Failure(str(error), INFRASTRUCTURE) from None


@click.group()
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    default=OUT,
    show_default=True,
    metavar="DIR",
    help="folder of the report",
)
@click.pass_context
def command(context: click.Context, report: Path) -> None:
    """Render reports, compare runs, show trends and drift."""
    context.obj = report


def _subcommand(function: Callable[..., None]) -> click.Command:
    """Register a sub-command that gets the folder of the report as its first argument."""

    @click.pass_obj
    def explained(report: Path, /, **options: Any) -> None:
        with _explained():
            function(report, **options)

    return command.command(function.__name__.removesuffix("_command"))(update_wrapper(explained, function))


@_subcommand
def render(report: Path) -> None:
    """Write the page and the other files of the last run again."""
    result = finish.write_report(report, read(report / STREAM))
    _print(result.headline)
    _print(str(report / folder.PAGE))


@_subcommand
@click.argument("before", default="last~1")
@click.argument("after", default="last")
def diff(report: Path, before: str, after: str) -> None:
    """Show what changed between two runs.

    BEFORE and AFTER are ids of runs (their beginning is enough), or last, last~1, last~2 ...
    """
    with history.existing(report) as past:
        earlier, later = past.find(before), past.find(after)
        changes = past.diff(earlier, later)
    table = _table("test", "before", "after", title=f"{earlier.id} on {earlier.target} → {later.id} on {later.target}")
    shown = [change for change in changes if change.is_new_failure or (change.before and change.after)]
    for change in shown:
        table.add_row(change.test, change.before or "did not run", change.after)
    _print(table if shown else "No result differs.")
    for run, only in ((earlier, [one for one in changes if not one.after]), (later, _passed_only_now(changes))):
        if only:
            _print(f"{len(only):,} more ran only in {run.id}.")


def _passed_only_now(changes: list[history.Change]) -> list[history.Change]:
    return [change for change in changes if not change.before and not change.is_new_failure]


@_subcommand
@click.option("--target", help="only runs on this target")
@click.option("--limit", type=click.IntRange(min=1), default=30, show_default=True, help="number of runs")
def trend(report: Path, target: str | None, limit: int) -> None:
    """List the latest runs, one line each."""
    with history.existing(report) as past:
        runs = past.runs(target, limit)
    table = _table("run", "target", "passed", "failed", "other", "seconds", "exit code")
    for run in reversed(runs):
        figures = (run.passed, run.failed, run.other, round(run.seconds, 1), run.exit_code)
        table.add_row(run.id, run.target, *map(str, figures))
    _print(table)


@_subcommand
@click.option("--target", help="only runs on this target")
def flaky(report: Path, target: str | None) -> None:
    """List tests whose result is not stable with the same seed and contracts."""
    with history.existing(report) as past:
        found = past.flaky(target)
    table = _table("test", "passed", "failed")
    for test in found:
        table.add_row(test.test, str(test.passed), str(test.failed))
    _print(table if found else "No test is flaky.")


@_subcommand
@click.option("--propose", is_flag=True, help="print entries for reports/known_issues/drift.json")
def drift_command(report: Path, *, propose: bool) -> None:
    """List members and error codes of the last run that contracts do not know."""
    found = drift.collect(read(report / STREAM), known_issues.read().drift)
    if propose:
        entries = drift.propose(found, datetime.now(UTC).date())
        click.echo(msgspec.json.format(msgspec.json.encode(entries), indent=2))
        return
    table = _table("schema", "member", "responses", "operations", "proposed change")
    for deviation in found:
        advice = f"accepted: {deviation.accepted}" if deviation.accepted else deviation.proposal
        figures = (str(deviation.seen), str(len(deviation.operations)))
        table.add_row(deviation.schema, deviation.member, *figures, advice)
    _print(table if found else "No response differs from its contract.")


@_subcommand
def notify_command(report: Path) -> None:
    """Post to a webhook, and set a GitHub output, when results changed."""
    _print(notify.notify(report))


@_subcommand
def schema(report: Path) -> None:
    """Print the JSON Schema of report.json."""
    del report
    from loginradius_harness.report.formats import render as formats  # noqa: PLC0415  # needs the extra `reports`

    click.echo(formats.schema(), nl=False)


def _print(what: object) -> None:
    Console(**_CONSOLE).print(what)


def _table(*names: str, title: str | None = None) -> Table:
    """Return a table that cuts nothing: ids are there to be copied."""
    return Table(*(Column(name, overflow="fold") for name in names), title=title)
