"""Count how many of the seeded faults `schemathesis run` detects.

Schemathesis gets the contracts' own OpenAPI export and valid credentials, in two configurations: `plain` (the default)
and `best` (the best one known): links, the key as a parameter so that the other credentials are tried one by one, the
product's statuses for refused and accepted cases, no stop at a failure, a limit of the response time, a new token when
the old one is invalid, and a successful request as example of each operation. A fault counts as detected if there is a
complaint that the emulator without the fault does not get with the same seed: another check, status or operation.

The faults are a sample, equally many of each class. To save time, schemathesis sees only a few operations for each
fault: those that the fault changes or that its rule is about, others on the same route, and partners of links. This
favours schemathesis: on a tenant nobody tells it where to look, and it spends more requests on an operation than the
suites do.
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
from evaluation.peers.schemathesis.fault_run import Outcome, evaluate
from evaluation.peers.schemathesis.schemathesis_run import CONFIGURATIONS, Configuration
from loginradius_harness import faults


def main(arguments: list[str] | None = None) -> int:
    """Run the faults that have no stored result, store each outcome, print the table."""
    options = _parser().parse_args(arguments)
    console = Console()
    stored = result.load(result.conditions(options.seed))  # without the file, all are run
    names = [
        fault.name for fault in fault_selection.sample(options.each, options.seed) if fault.name not in stored.outcomes
    ]
    random.Random(options.seed).shuffle(names)  # noqa: S311  # an interrupted run has met classes at random
    with ProcessPoolExecutor(options.processes, initializer=_quiet) as pool:
        for done in as_completed([pool.submit(_run, name, options.seed) for name in names]):
            name, outcomes, seconds = done.result()
            stored.outcomes[name] = outcomes
            stored.cpu_minutes = round(stored.cpu_minutes + seconds / 60, 1)
            stored.date = dt.datetime.now(dt.UTC).date().isoformat()
            result.save(stored)
            console.print(f"{name}: {_summary(outcomes)}", highlight=False, markup=False)
    table.show(console, stored, KnownDetectors().detected)
    used = f"{stored.cpu_minutes} minutes of CPU"
    console.print(f"{stored.date}, schemathesis {stored.conditions.schemathesis}, seed {options.seed}, {used}")
    return 0


def _quiet() -> None:
    """Switch off the log of the emulator's server, which reports each malformed request."""
    logging.disable(logging.CRITICAL)


def _run(name: str, seed: int) -> tuple[str, dict[Configuration, Outcome], float]:
    before = _cpu()
    outcomes = {configuration: evaluate(faults.find(name), configuration, seed) for configuration in CONFIGURATIONS}
    return name, outcomes, _cpu() - before


def _cpu() -> float:
    """Return the CPU seconds of this process and of its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _summary(outcomes: dict[Configuration, Outcome]) -> str:
    return ", ".join(
        f"{title} {'detected' if outcome.detected else 'undetected'}" for title, outcome in outcomes.items()
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.peers.schemathesis", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--each", type=int, default=2, help="faults of each class (default: 2)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample and of every run (default: 1)")
    parser.add_argument("--processes", type=int, default=2, help="parallel runs (default: 2)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
