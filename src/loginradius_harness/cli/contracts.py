"""`loginradius-harness contracts check|fmt|list|openapi|mutate|docs`."""

import argparse
import sys
from pathlib import Path

from loginradius_harness.contracts import ContractError, operations, reference_data
from loginradius_harness.contracts.tools import openapi
from loginradius_harness.contracts.tools.format import formatted
from loginradius_harness.contracts.tools.lint import problems

BROKEN = 1  # exit code: a contract is wrong
MISUSED = 2  # exit code: the call is wrong


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; 1 where a contract is wrong."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except ContractError as error:
        print(error, file=sys.stderr)
        return BROKEN
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loginradius-harness contracts", description="The contracts: check, format, export."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="find everything that is wrong, one line each")
    check.add_argument(
        "directory", nargs="?", type=Path, default=reference_data.ROOT, help="another contracts directory"
    )
    check.set_defaults(run=_check)
    fmt = commands.add_parser("fmt", help="write every contract, schema and rule file in the one way")
    fmt.add_argument("directory", nargs="?", type=Path, default=reference_data.ROOT, help="another contracts directory")
    fmt.set_defaults(run=_fmt)
    listing = commands.add_parser("list", help="print every operation id")
    listing.set_defaults(run=_list)
    export = commands.add_parser("openapi", help="print the OpenAPI 3.1 document")
    export.add_argument("--group", help="one group only, e.g. mfa")
    export.set_defaults(run=_openapi)
    mutate = commands.add_parser(
        "mutate", help="prove that the contracts are strict: how many wrong instances they refuse"
    )
    mutate.add_argument("--operation", action="append", metavar="ID", help="this operation only; repeatable")
    mutate.set_defaults(run=_mutate)
    docs = commands.add_parser("docs", help="write a browsable reference as one offline page")
    docs.add_argument("file", type=Path)
    docs.set_defaults(run=_docs)
    return parser


def _check(options: argparse.Namespace) -> int:
    found = problems(options.directory)
    for problem in found:
        print(problem)
    contracts = len(list(options.directory.glob("operations/*/*.json")))
    print(f"{contracts} contracts, {len(found)} problems", file=sys.stderr)
    return BROKEN if found else 0


def _fmt(options: argparse.Namespace) -> int:
    changed = 0
    for file in sorted(options.directory.glob("*/**/*.json")):
        before = file.read_text(encoding="utf-8")
        after = formatted(reference_data.read(file))
        if after != before:
            file.write_text(after, encoding="utf-8")
            print(file)
            changed += 1
    print(f"{changed} files changed", file=sys.stderr)
    return 0


def _list(_options: argparse.Namespace) -> int:
    for operation in operations():
        print(operation.id)
    return 0


def _openapi(options: argparse.Namespace) -> int:
    known = openapi.groups()
    if options.group not in (None, *known):
        print(f"no group {options.group!r}; there are {', '.join(known)}", file=sys.stderr)
        return MISUSED
    sys.stdout.write(openapi.text(options.group))
    return 0


def _mutate(options: argparse.Namespace) -> int:
    from evaluation.contract_mutation import score  # noqa: PLC0415  # only this command draws instances

    return score.report(options.operation)


def _docs(options: argparse.Namespace) -> int:
    from loginradius_harness.contracts.tools import html_docs  # noqa: PLC0415  # only this command renders pages

    html_docs.write(options.file)
    print(options.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
