"""`python -m evaluation.peers.emulators [SYSTEM ...]`: the security checks on systems that nobody here wrote.

They rediscover unsafe answers that were found by hand (`expected.json`), or they are worth nothing. Installs the pinned
systems into `.foreign/` first, where they are missing. Exit codes: 1 where the answers are not those that were known,
3 where a system did not start.
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
from evaluation.peers.emulators.system import System, Unjudged
from evaluation.peers.emulators.verdict import Known, Verdict, judge, known

Start = Callable[[], AbstractContextManager[System]]

SYSTEMS: dict[str, Start] = {one.NAME: one.started for one in (moto, cognito_local, firebase)}
SURPRISE, MACHINE = 1, 3


def main() -> int:
    """Ask every system everything, print one table, and say whether it is what was known."""
    chosen = choice()
    found, missing = list[Verdict](), dict[str, str]()
    for name in chosen:
        try:
            found += verdicts(SYSTEMS[name])
        except NotStarted as reason:
            missing[name] = str(reason)
    answers = [one for one in known() if one.system in chosen and one.system not in missing]
    tell(found, answers, missing)
    if missing:
        return MACHINE
    return 0 if all(one.is_seen(found) for one in answers) else SURPRISE


def choice() -> list[str]:
    """The systems that the command line names, all where it names none."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.peers.emulators", description="Try the checks on foreign systems."
    )
    parser.add_argument("systems", nargs="*", metavar="SYSTEM", help=f"one of {', '.join(SYSTEMS)}; all, if left out")
    chosen: list[str] = parser.parse_args().systems or list(SYSTEMS)
    if unknown := [name for name in chosen if name not in SYSTEMS]:
        parser.error(f"{unknown[0]} is none of {', '.join(SYSTEMS)}")
    return chosen


def tell(found: Sequence[Verdict], answers: Sequence[Known], missing: Mapping[str, str]) -> None:
    """Print the table, and what it comes to."""
    console = Console()
    console.print(table.verdicts(found, answers), table.totals(found))
    for line in [*table.proof(found, answers), *(f"NOT STARTED: {name}: {why}" for name, why in missing.items())]:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def verdicts(start: Start) -> Iterator[Verdict]:
    """Every check on one system."""
    try:
        with start() as system:
            yield from [judge(check, system) for check in CHECKS.values()]
    except (Unjudged, httpx.HTTPError) as reason:
        raise NotStarted(f"it runs, and cannot be set up: {reason}") from None


if __name__ == "__main__":
    sys.exit(main())
