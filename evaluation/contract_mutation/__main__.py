"""`python -m evaluation.contract_mutation`: how strict the contracts are, and whether a weakened one is detected.

First, valid instances are made wrong in one place: a contract must refuse them (`score`). Then contracts are weakened
one change at a time: a required member is dropped, an enumeration gains a value, a bound moves by one, an error code, a
condition between siblings or a rule is removed. The first of the project's checks that detects the change is named.

Limits: the rules about contracts (families of codes, round bounds, known words) were written for these contracts, so
they show that nothing has changed, not that the product agrees. The emulator reads the request side of contracts, so a
changed request changes it too; only tests that do not take their requests from the contract can show that.
"""

import argparse
import math
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec
from rich.console import Console
from rich.table import Table

from evaluation.contract_mutation import score
from evaluation.contract_mutation.detectors import Detectors
from evaluation.contract_mutation.mutations import KINDS, Kind, Mutation, changes
from evaluation.contract_mutation.recorded_behaviour import Seen
from evaluation.contract_mutation.working_copy import WorkingCopy, working_copy
from evaluation.fault_injection.cache import HOME, ROOT, state_of_code
from evaluation.fault_injection.console_table import share

UNDETECTED = "undetected"
ENOUGH = 0.90
NINETY_FIVE = 1.96  # standard errors
Counts = Mapping[Kind, Counter[str]]  # detector -> number of changes that it detected first


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if the contracts are strict and weakened ones are detected, 1 if not, 2 for an unknown operation."""
    options = _parser().parse_args(arguments)
    strict = score.report(options.operation)
    if options.operation:
        return strict
    return strict or _detection(Console(), options.each, options.seed)


def _detection(console: Console, each: int, seed: int) -> int:
    with working_copy() as copy:
        known = _by_kind(change for change in changes(copy.directory) if not copy.is_idle(change))
        drawn = [change for kind in KINDS for change in _drawn(known[kind], each, seed)]
        counts = _detected(console, copy, drawn)
    sizes = {kind: len(members) for kind, members in known.items()}
    _show(console, counts, sizes)
    return 0 if _share(counts, sizes, UNDETECTED) <= 1 - ENOUGH else 1


def _by_kind(found: Iterable[Mutation]) -> dict[Kind, list[Mutation]]:
    known: dict[Kind, list[Mutation]] = {kind: [] for kind in KINDS}
    for change in found:
        known[change.kind].append(change)
    return known


def _drawn(members: list[Mutation], most: int, seed: int) -> list[Mutation]:
    chance = random.Random(seed)  # noqa: S311  # the same draw each time is the point
    return chance.sample(members, min(most, len(members)))


def _detected(console: Console, copy: WorkingCopy, drawn: list[Mutation]) -> Counts:
    """Count which detector reports each change first, and print the changes that none reports."""
    counts: Counts = {kind: Counter() for kind in KINDS}
    detectors = Detectors(copy, _seen())
    for change in drawn:
        detector = detectors.detect(change) or UNDETECTED
        counts[change.kind][detector] += 1
        if detector == UNDETECTED:
            console.print(f"{detector}: {change.name}", highlight=False, markup=False, style="dim")
    return counts


def _seen() -> dict[str, list[Seen]]:
    """Return the exchanges of the suites with this state of the code by operation; play the suites at most once."""
    file = HOME / f"seen-{state_of_code()}.ndjson"
    if not file.exists():
        HOME.mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "evaluation.contract_mutation.recorded_behaviour", file], cwd=ROOT, check=True
        )
    found = defaultdict(list)
    for line in file.read_bytes().splitlines():
        exchange = msgspec.json.decode(line, type=Seen)
        found[exchange.operation].append(exchange)
    return found


def _show(console: Console, counts: Counts, sizes: Mapping[Kind, int]) -> None:
    """Print one row for each kind of change, then the share of each detector."""
    console.print(*(f"{kind}: {description}" for kind, description in KINDS.items()), sep="\n", highlight=False)
    table = Table(box=None)
    for title in ("kind", "changes", "tried"):
        table.add_column(title, no_wrap=True)
    for title in ("detected", "undetected"):
        table.add_column(title, justify="right", no_wrap=True)
    for kind, detectors in counts.items():
        tried, missed = detectors.total(), detectors[UNDETECTED]
        table.add_row(kind, f"{sizes[kind]:,}", str(tried), share(tried - missed, tried), share(missed, tried))
    console.print(table)
    for detector in sorted({detector for detectors in counts.values() for detector in detectors}):
        console.print(f"{100 * _share(counts, sizes, detector):5.1f} % {detector}", highlight=False)
    detected, error = 1 - _share(counts, sizes, UNDETECTED), NINETY_FIVE * _standard_error(counts, sizes)
    low, high = max(0.0, detected - error), min(1.0, detected + error)
    interval = f"{100 * low:.1f} to {100 * high:.1f} % at 95 % confidence"
    console.print(f"of all {sum(sizes.values()):,} changes, detected: {100 * detected:.1f} % ({interval})")


def _share(counts: Counts, sizes: Mapping[Kind, int], detector: str) -> float:
    """Return the share of all changes that a detector reports first, each kind weighted by its size."""
    detected = sum(sizes[kind] * detectors[detector] / detectors.total() for kind, detectors in counts.items())
    return detected / sum(sizes.values())


def _standard_error(counts: Counts, sizes: Mapping[Kind, int]) -> float:
    """Return the standard error of the share of undetected changes, in a sample that is drawn kind by kind."""
    total, variance = sum(sizes.values()), 0.0
    for kind, detectors in counts.items():
        size, tried = sizes[kind], detectors.total()
        missed = detectors[UNDETECTED] / tried
        left_out = (size - tried) / max(size - 1, 1)  # nothing is uncertain where all changes are tried
        variance += (size / total) ** 2 * missed * (1 - missed) / tried * left_out
    return math.sqrt(variance)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.contract_mutation", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument(
        "--operation", action="append", metavar="ID", help="only how strict this operation's contract is; repeatable"
    )
    parser.add_argument("--each", type=int, default=80, help="changes of each kind (default: 80)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (default: 1)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
