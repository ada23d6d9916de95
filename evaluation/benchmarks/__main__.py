"""`python -m evaluation.benchmarks [MODULE ...]`: the figures that the README states, beside what this machine does."""

import argparse
import importlib
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.benchmarks.figure import Figure

HERE = Path(__file__).parent
VERDICTS = {True: "met", False: "[bold]missed[/]", None: ""}


def main() -> int:
    """Print a table of all figures, in the order in which they are taken; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.benchmarks", description="Measure this machine.")
    known = measuring()
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"one of {', '.join(known)}; all, if left out")
    chosen = parser.parse_args().modules or known
    if unknown := [name for name in chosen if name not in known]:
        parser.error(f"{unknown[0]} is none of {', '.join(known)}")
    figures = [
        figure for name in chosen for figure in importlib.import_module(f"evaluation.benchmarks.{name}").figures()
    ]
    Console().print(table(figures))
    return 1 if any(figure.met is False for figure in figures) else 0


def measuring() -> list[str]:
    """The modules of this package that take figures."""
    return sorted(file.stem for file in HERE.glob("*.py") if "\ndef figures(" in file.read_text(encoding="utf-8"))


def table(figures: list[Figure]) -> Table:
    """Figure, target and measured value, with the verdict in words."""
    found = Table("figure", "target", "measured", "")
    for figure in figures:
        target = f"{figure.target} {figure.unit}" if figure.target else ""
        found.add_row(figure.name, target, f"{figure.measured:,.4g} {figure.unit}", VERDICTS[figure.met])
    return found


if __name__ == "__main__":
    sys.exit(main())
