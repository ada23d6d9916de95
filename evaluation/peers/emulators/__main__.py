"""Run the security checks against emulators of other vendors, and compare the results with known ones.

The known results (`expected.json`) were found by hand: the checks have to detect them. The command first installs the
pinned systems into `.peers/` if they are missing.

Exit codes: 0 all results as expected, 1 a result differs, 2 wrong option, 3 a system did not start.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import httpx
from rich.console import Console

from evaluation.peers.emulators import cognito_local, firebase, moto, table
from evaluation.peers.emulators.check_list import CHECKS
from evaluation.peers.emulators.process import NotStarted
from evaluation.peers.emulators.system import Inconclusive, System
from evaluation.peers.emulators.verdict import ExpectedResult, Verdict, evaluate, expected_results

Start = Callable[[], AbstractContextManager[System]]

SYSTEMS: dict[str, Start] = {one.NAME: one.started for one in (moto, cognito_local, firebase)}
UNEXPECTED, NOT_STARTED = 1, 3


def main() -> int:
    """Run the command and return its exit code."""
    selected = _selected()
    found, not_started = list[Verdict](), dict[str, str]()
    for name in selected:
        try:
            found += _verdicts(SYSTEMS[name])
        except NotStarted as reason:
            not_started[name] = str(reason)
    expected = [one for one in expected_results() if one.system in selected and one.system not in not_started]
    _print(found, expected, not_started)
    if not_started:
        return NOT_STARTED
    return 0 if all(one.is_met(found) for one in expected) else UNEXPECTED


def _selected() -> list[str]:
    """Return the systems named on the command line, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.peers.emulators",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("systems", nargs="*", metavar="SYSTEM", help=f"one of {', '.join(SYSTEMS)}; all, if left out")
    selected: list[str] = parser.parse_args().systems or list(SYSTEMS)
    if unknown := [name for name in selected if name not in SYSTEMS]:
        parser.error(f"{unknown[0]} is not one of {', '.join(SYSTEMS)}")
    return selected


def _print(found: Sequence[Verdict], expected: Sequence[ExpectedResult], not_started: Mapping[str, str]) -> None:
    """Print the tables and the summary."""
    console = Console()
    console.print(table.verdicts(found, expected), table.totals(found))
    for line in [
        *table.summary(found, expected),
        *(f"NOT STARTED: {name}: {why}" for name, why in not_started.items()),
    ]:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _verdicts(start: Start) -> Iterator[Verdict]:
    """Yield the verdict of every check on one system."""
    try:
        with start() as system:
            yield from [evaluate(check, system) for check in CHECKS.values()]
    except (Inconclusive, httpx.HTTPError) as reason:
        raise NotStarted(f"it runs, but cannot be set up: {reason}") from None


if __name__ == "__main__":
    sys.exit(main())
