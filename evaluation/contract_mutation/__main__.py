"""`python -m evaluation.contract_mutation`: is a weakened contract noticed, and by whom?

A contract loses a required member, gains a value of an enumeration, has a bound off by one, loses an error code, a
condition that tells siblings apart, or a rule. The first of the project's checks that notices is named. All but the
last judge by meaning: rules about contracts (families of codes, round bounds, known words), wrong instances that must
be refused, names that tests and faults use, and what the emulator answered while the suites asked. The rules about
contracts were written with these contracts in view: they show that nothing has slipped, not that the product agrees.
The emulator reads the request side of contracts, so a changed request changes it too; only what tests ask without
reading the contract shows that. What nobody else notices, the frozen copy does, which proves no more than that somebody
meant the change; it is counted apart.
"""

import argparse
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec
from rich.console import Console
from rich.table import Table

from evaluation.contract_mutation import frozen
from evaluation.contract_mutation.detectors import Court
from evaluation.contract_mutation.mutations import KINDS, Kind, Mutation, changes
from evaluation.contract_mutation.recorded_behaviour import Seen
from evaluation.contract_mutation.working_copy import Workshop, workshop
from evaluation.fault_injection.cache import HOME, ROOT, state_of_code
from evaluation.fault_injection.console_table import share
from loginradius_harness.contracts import reference_data

NOBODY = "nobody"
ENOUGH = 0.98
Counts = Mapping[Kind, Counter[str]]  # judge -> number of changes that it noticed first


def main(arguments: list[str] | None = None) -> int:
    """0 where enough is noticed, 1 where not."""
    options = _parser().parse_args(arguments)
    if options.freeze:
        frozen.freeze(reference_data.ROOT)
        return 0
    console = Console()
    with workshop() as shop:
        known = _by_kind(change for change in changes(shop.directory) if not shop.is_idle(change))
        drawn = [change for kind in KINDS for change in _drawn(known[kind], options.each, options.seed)]
        counts = _judged(console, shop, drawn)
    sizes = {kind: len(members) for kind, members in known.items()}
    _show(console, counts, sizes)
    return 0 if _share(counts, sizes, NOBODY) <= 1 - ENOUGH else 1


def _by_kind(found: Iterable[Mutation]) -> dict[Kind, list[Mutation]]:
    known: dict[Kind, list[Mutation]] = {kind: [] for kind in KINDS}
    for change in found:
        known[change.kind].append(change)
    return known


def _drawn(members: list[Mutation], most: int, seed: int) -> list[Mutation]:
    chance = random.Random(seed)  # noqa: S311  # the same draw each time is the point
    return chance.sample(members, min(most, len(members)))


def _judged(console: Console, shop: Workshop, drawn: list[Mutation]) -> Counts:
    """Who notices each change first; those that only the copy shows are named."""
    counts: Counts = {kind: Counter() for kind in KINDS}
    court = Court(shop, _seen())
    for change in drawn:
        judge = court.verdict(change) or (frozen.NAME if frozen.notices(shop.directory, change) else NOBODY)
        counts[change.kind][judge] += 1
        if judge in {frozen.NAME, NOBODY}:
            console.print(f"{judge}: {change.name}", highlight=False, markup=False, style="dim")
    return counts


def _seen() -> dict[str, list[Seen]]:
    """What the suites saw on this state of the code, played once; operation -> exchanges."""
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
    """One row a kind, then who noticed how much."""
    console.print(*(f"{kind}: {says}" for kind, says in KINDS.items()), sep="\n", highlight=False)
    table = Table(box=None)
    for title in ("kind", "changes", "tried"):
        table.add_column(title, no_wrap=True)
    for title in ("noticed by meaning", "only by the frozen copy", "unnoticed"):
        table.add_column(title, justify="right", no_wrap=True)
    for kind, judges in counts.items():
        tried, copied, missed = judges.total(), judges[frozen.NAME], judges[NOBODY]
        shares = [share(number, tried) for number in (tried - copied - missed, copied, missed)]
        table.add_row(kind, f"{sizes[kind]:,}", str(tried), *shares)
    console.print(table)
    for judge in sorted({judge for judges in counts.values() for judge in judges}):
        console.print(f"{100 * _share(counts, sizes, judge):5.1f} % {judge}", highlight=False)
    by_meaning = 1 - _share(counts, sizes, frozen.NAME) - _share(counts, sizes, NOBODY)
    console.print(f"of all {sum(sizes.values()):,} changes, noticed by meaning: {100 * by_meaning:.1f} %")


def _share(counts: Counts, sizes: Mapping[Kind, int], judge: str) -> float:
    """The share of all changes that a judge noticed first: each kind counts by its size, however many were tried."""
    noticed = sum(sizes[kind] * judges[judge] / judges.total() for kind, judges in counts.items())
    return noticed / sum(sizes.values())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.contract_mutation", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--each", type=int, default=80, help="changes of each kind (default: 80)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (default: 1)")
    parser.add_argument("--freeze", action="store_true", help="renew the frozen copy, and do nothing else")
    return parser


if __name__ == "__main__":
    sys.exit(main())
