"""`loginradius-harness contracts`: list, validate, format and export the contracts."""

import sys
from pathlib import Path
from typing import NoReturn

import rich_click as click

from loginradius_harness.contracts import ContractError, operations, reference_data
from loginradius_harness.contracts.tools import grades
from loginradius_harness.contracts.tools import openapi as export
from loginradius_harness.contracts.tools.format import formatted
from loginradius_harness.contracts.tools.lint import problems

CONTRACT_VIOLATION = 1
CONFIGURATION_ERROR = 2

DIRECTORY = click.argument(
    "directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path), default=None
)


@click.group(name="contracts")
def command() -> None:
    """List, validate, format and export the contracts."""


@command.command(name="list")
def list_ids() -> None:
    """Print the id of every operation."""
    try:
        for operation in operations():
            click.echo(operation.id)
    except ContractError as error:
        _fail(str(error), CONTRACT_VIOLATION)


@command.command()
@DIRECTORY
def check(directory: Path | None) -> None:
    """Validate the contracts in DIRECTORY (default: this installation's): one line for each defect."""
    directory = directory or reference_data.ROOT
    found = problems(directory)
    for problem in found:
        click.echo(problem)
    contracts = len(list(directory.glob("operations/*/*.json")))
    click.echo(f"{contracts} contracts, {len(found)} problems", err=True)
    if not found:
        click.echo(grades.text(directory))
    sys.exit(CONTRACT_VIOLATION if found else 0)


@command.command()
@DIRECTORY
def fmt(directory: Path | None) -> None:
    """Rewrite contracts, schemas and rules in DIRECTORY (default: this installation's) in the standard format."""
    changed = 0
    for file in sorted((directory or reference_data.ROOT).glob("*/**/*.json")):
        before = file.read_text(encoding="utf-8")
        try:
            after = formatted(reference_data.read(file))
        except ValueError as error:
            _fail(f"{file}: not valid JSON: {error}", CONTRACT_VIOLATION)
        if after != before:
            file.write_text(after, encoding="utf-8")
            click.echo(file)
            changed += 1
    click.echo(f"{changed} files changed", err=True)


@command.command()
@click.option("--group", metavar="GROUP", help="One group only, e.g. mfa.")
@click.option("--plain", is_flag=True, help="Each route once, for mocks, linters and clients of other projects.")
def openapi(group: str | None, *, plain: bool) -> None:
    """Print the OpenAPI 3.1 document.

    Operations that share a method and path stand apart, behind a fragment of the path that no client sends; with
    --plain they are merged.
    """
    from loginradius_harness.contracts.tools import openapi_plain  # noqa: PLC0415  # for this command only

    try:
        known = export.groups()
        if group not in (None, *known):
            _fail(f"There is no group {group!r}; choose one of {', '.join(known)}.", CONFIGURATION_ERROR)
        click.echo((openapi_plain if plain else export).text(group), nl=False)
    except ContractError as error:
        _fail(str(error), CONTRACT_VIOLATION)


@command.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def diff(old: Path, new: Path) -> None:
    """Print what changed from OLD to NEW, breaking changes first; exit code 1 if there are any of those.

    OLD and NEW are contracts folders, or OpenAPI documents in JSON, whose operations are paired by method and path.
    """
    from loginradius_harness.contracts.tools import diff as comparison  # noqa: PLC0415  # for this command only

    try:
        changes = comparison.compare(old, new)
    except ContractError as error:
        _fail(str(error), CONFIGURATION_ERROR)
    for change in changes:
        click.echo(change)
    breaking = sum(change.level == "breaking" for change in changes)
    click.echo(f"{breaking} breaking changes, {len(changes) - breaking} others", err=True)
    sys.exit(CONTRACT_VIOLATION if breaking else 0)


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def docs(file: Path) -> None:
    """Write a reference of all operations, rules and error codes to FILE, as one page that needs no network."""
    from loginradius_harness.contracts.tools import html_docs  # noqa: PLC0415  # a template engine for this command only

    try:
        html_docs.write(file)
    except ContractError as error:
        _fail(str(error), CONTRACT_VIOLATION)
    except OSError as error:
        _fail(f"{file} cannot be written: {error.strerror}", CONFIGURATION_ERROR)
    click.echo(file)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)
