"""`python -m evaluation.peers.schemathesis`: how many of the seeded faults does `schemathesis run` find?

The same faults, the contracts' own OpenAPI export and the same credentials, twice: as it comes (`plain`), and in the
best configuration known (`best`): links, the key as a parameter so that the other credentials are tried singly, the
statuses of refused and of accepted cases as the product has them, no stop at a failure, a limit of the response time, a
token that is fetched anew when it has died, and for each operation a request that succeeds as its example. A fault
counts as found where there is a complaint that the clean emulator does not get with the same seed: another check,
status or operation.

A sample of the faults, as many of each class. To spare time the rival is shown a few operations for each: those that
the fault changes or its rule speaks of, siblings and partners of links. That is in its favour twice: nobody tells it
where to look on a tenant, and it spends more requests on an operation than the suites do.
"""

import argparse
import datetime as dt
import logging
import random
import resource
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed

from rich.console import Console

from evaluation.fault_injection.known_detectors import KnownDetectors
from evaluation.peers.schemathesis import fault_selection, result, table
from evaluation.peers.schemathesis.match import Outcome, meet
from evaluation.peers.schemathesis.schemathesis_run import CONFIGURATIONS, Configuration
from loginradius_harness import faults


def main(arguments: list[str] | None = None) -> int:
    """Play what was not played yet, keep each outcome, print the table."""
    options = _parser().parse_args(arguments)
    console = Console()
    kept = result.load(result.conditions(options.seed))  # without the file, all are played afresh
    names = [
        fault.name for fault in fault_selection.sample(options.each, options.seed) if fault.name not in kept.outcomes
    ]
    random.Random(options.seed).shuffle(names)  # noqa: S311  # a run that is broken off has met classes at random
    with ProcessPoolExecutor(options.processes, initializer=_quiet) as pool:
        for play in as_completed([pool.submit(_play, name, options.seed) for name in names]):
            name, outcomes, seconds = play.result()
            kept.outcomes[name] = outcomes
            kept.cpu_minutes = round(kept.cpu_minutes + seconds / 60, 1)
            kept.date = dt.datetime.now(dt.UTC).date().isoformat()
            result.save(kept)
            console.print(f"{name}: {_summary(outcomes)}", highlight=False, markup=False)
    table.show(console, kept, KnownDetectors().detected)
    used = f"{kept.cpu_minutes} minutes of CPU"
    console.print(f"{kept.date}, schemathesis {kept.conditions.schemathesis}, seed {options.seed}, {used}")
    return 0


def _quiet() -> None:
    """The emulator's server need not tell of each request that is no HTTP."""
    logging.disable(logging.CRITICAL)


def _play(name: str, seed: int) -> tuple[str, dict[Configuration, Outcome], float]:
    before = _cpu()
    outcomes = {configuration: meet(faults.find(name), configuration, seed) for configuration in CONFIGURATIONS}
    return name, outcomes, _cpu() - before


def _cpu() -> float:
    """Seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _summary(outcomes: dict[Configuration, Outcome]) -> str:
    return ", ".join(f"{title} {'found' if outcome.found else 'missed'}" for title, outcome in outcomes.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.peers.schemathesis", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--each", type=int, default=2, help="faults of each class (default: 2)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample and of every run (default: 1)")
    parser.add_argument("--processes", type=int, default=2, help="runs side by side (default: 2)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
