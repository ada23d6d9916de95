"""Measure start-up, contracts, emulator and suites on this machine, and compare the figures with their targets."""

import argparse
import importlib
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.benchmarks.figure import Figure

HERE = Path(__file__).parent
RESULTS = {True: "met", False: "[bold]missed[/]", None: ""}


def main() -> int:
    """Print a table of all figures; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.benchmarks", description=__doc__)
    known = modules()
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"one of {', '.join(known)}; all, if left out")
    selected = parser.parse_args().modules or known
    if unknown := [name for name in selected if name not in known]:
        parser.error(f"{unknown[0]} is not one of {', '.join(known)}")
    figures = [
        figure for name in selected for figure in importlib.import_module(f"evaluation.benchmarks.{name}").figures()
    ]
    Console().print(table(figures))
    return 1 if any(figure.met is False for figure in figures) else 0


def modules() -> list[str]:
    """Return the names of the modules of this package that measure figures."""
    return sorted(file.stem for file in HERE.glob("*.py") if "\ndef figures(" in file.read_text(encoding="utf-8"))


def table(figures: list[Figure]) -> Table:
    """Return a table of figures with target, measured value and result."""
    rows = Table("figure", "target", "measured", "")
    for figure in figures:
        target = f"{figure.target} {figure.unit}" if figure.target else ""
        rows.add_row(figure.name, target, f"{figure.measured:,.4g} {figure.unit}", RESULTS[figure.met])
    return rows


if __name__ == "__main__":
    sys.exit(main())
