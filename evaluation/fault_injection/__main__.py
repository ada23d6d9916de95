"""`python -m evaluation.fault_injection`: does the harness see each seeded fault, and stay quiet without one?"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator

from rich.console import Console

from evaluation.fault_injection import console_table, report
from evaluation.fault_injection.cache import Cache
from evaluation.fault_injection.known_detectors import KnownDetectors
from evaluation.fault_injection.run import Run
from evaluation.fault_injection.verdict import Test, Verdict
from evaluation.fault_injection.workers import Workers
from loginradius_harness import faults

UNFORESEEN, WRONG_OPTION = 1, 2  # exit codes


def main(arguments: list[str] | None = None) -> int:
    """0 where everything is as the ledger says, 1 where not, 2 for a fault that there is not."""
    options = _parser().parse_args(arguments)
    console = Console()
    try:
        names = [faults.find(name).name for name in options.fault]
    except faults.UnknownFaultError as error:
        print(error, file=sys.stderr)
        return WRONG_OPTION
    began = time.monotonic()
    with Workers(options.processes) as crew:
        run = Run(crew, Cache(afresh=options.afresh))
        ledger = KnownDetectors()
        verdicts = _fast(run, ledger, names) if options.fast else _full(console, run, ledger, names)
    console_table.show(console, verdicts, ledger.missed)
    report.tell(verdicts)
    objections = ledger.objections(verdicts)
    for objection in objections:
        console.print(objection, style="red", markup=False)
    console.print(f"{time.monotonic() - began:.0f} s on {options.processes} processes")
    return UNFORESEEN if objections else 0


def _fast(run: Run, ledger: KnownDetectors, names: list[str]) -> list[Verdict]:
    """Each fault that was found before meets the test that found it."""
    return sorted(run.repeat(names or ledger.found, ledger.found), key=_by_name)


def _full(console: Console, run: Run, ledger: KnownDetectors, names: list[str]) -> list[Verdict]:
    tests = run.survey()
    false = [test for test in tests if test.outcome == "failed"]
    console.print(f"{len(tests)} tests without a fault: {len(false)} false alarms")
    for test in tests:
        if test.outcome in {"failed", "unsteady"}:
            console.print(f"{test.outcome}: {test.id}: {test.message}", markup=False)
    verdicts = sorted(_watched(console, run.verdicts(names or _in_turn(), tests)), key=_by_name)
    if not names:
        ledger.keep(verdicts, {test.id for test in tests})
    return [*verdicts, *map(_false_alarm, false)]


def _in_turn() -> list[str]:
    """Every fault, then the neutral variations, which take longest."""
    return sorted(faults.all_faults(), key=lambda name: faults.find(name).category == faults.NEUTRAL)


def _false_alarm(test: Test) -> Verdict:
    return Verdict(name="clean", violates="", outcome="alarm", by=test.id, message=test.message)


def _watched(console: Console, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Say now and then how far the run has come."""
    for number, verdict in enumerate(verdicts, 1):
        if number % 100 == 0:
            console.print(f"{number} faults", style="dim")
        yield verdict


def _by_name(verdict: Verdict) -> str:
    return verdict.name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation.fault_injection", description=__doc__)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="only this one; repeatable")
    parser.add_argument("--fast", action="store_true", help="each fault meets the test that found it before")
    parser.add_argument("--afresh", action="store_true", help="believe nothing that earlier runs found out")
    parser.add_argument("--processes", type=int, default=2, help="how many play side by side (default: 2)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
