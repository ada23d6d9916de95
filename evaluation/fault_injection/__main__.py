"""Run seeded faults of the emulator against the suites: is each one detected, and is no test a false alarm?

Without options, every test runs without a fault first, then each fault against the tests that can notice it. Results
are cached, so that an interrupted run continues where it stopped.

Exit codes: 0 all results as known, 1 a result differs, 2 wrong option, 3 the tests could not be started.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console

from evaluation.fault_injection import console_table, report, security, tenant
from evaluation.fault_injection.cache import Cache
from evaluation.fault_injection.known_detectors import KnownDetectors
from evaluation.fault_injection.run import Run
from evaluation.fault_injection.verdict import Test, Verdict
from evaluation.fault_injection.workers import WorkerNotStartedError, Workers
from loginradius_harness import faults

UNEXPECTED, NOT_STARTED = 1, 3  # exit codes; argparse ends with 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _options(arguments)
    console = Console()
    began = time.monotonic()
    try:
        as_expected = _chosen(options)(console, options)
    except WorkerNotStartedError as error:
        print(f"The run did not start: {error}", file=sys.stderr)
        return NOT_STARTED
    console.print(f"{time.monotonic() - began:.0f} s on {options.processes} processes")
    return 0 if as_expected else UNEXPECTED


def _chosen(options: argparse.Namespace) -> Callable[[Console, argparse.Namespace], bool]:
    if options.tenant is not None:
        return _tenant
    return _faults if options.security is None else _security


def _tenant(console: Console, options: argparse.Namespace) -> bool:
    known = KnownDetectors().detected
    names = options.fault or tenant.sample(options.tenant or len(known), known)
    return tenant.show(console, tenant.compare(names, options.processes), len(known))


def _faults(console: Console, options: argparse.Namespace) -> bool:
    known = KnownDetectors()
    with Workers(options.processes) as workers:
        run = Run(workers, Cache(discard=options.no_cache))
        verdicts = _fast(run, known, options.fault) if options.fast else _full(console, run, known, options.fault)
    console_table.show(console, verdicts, known.undetected)
    report.add_to_record(verdicts)
    unexpected = known.unexpected(verdicts)
    for line in unexpected:
        console.print(line, style="red", markup=False)
    return not unexpected


def _fast(run: Run, known: KnownDetectors, names: list[str]) -> list[Verdict]:
    """Run each fault against its known detector."""
    return sorted(run.repeat(names or known.detected, known.detected), key=_by_name)


def _full(console: Console, run: Run, known: KnownDetectors, names: list[str]) -> list[Verdict]:
    tests = run.survey()
    alarms = [test for test in tests if test.outcome == "failed"]
    console.print(f"{len(tests)} tests without a fault: {len(alarms)} false alarms")
    for test in tests:
        if test.outcome in {"failed", "flaky"}:
            console.print(f"{test.outcome}: {test.id}: {test.message}", markup=False)
    verdicts = sorted(_with_progress(console, run.verdicts(names or _all_faults(), tests)), key=_by_name)
    if not names:
        known.save(verdicts, {test.id for test in tests})
    return [*verdicts, *map(_false_alarm, alarms)]


def _all_faults() -> list[str]:
    """Return every fault, neutral variations last, because they take longest."""
    return sorted(faults.all_faults(), key=lambda name: faults.find(name).category == faults.NEUTRAL)


def _false_alarm(test: Test) -> Verdict:
    return Verdict(name="clean", violates="", outcome="false alarm", by=test.id, message=test.message)


def _with_progress(console: Console, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Print the number of finished faults from time to time."""
    for number, verdict in enumerate(verdicts, 1):
        if number % 100 == 0:
            console.print(f"{number} faults", style="dim")
        yield verdict


def _by_name(verdict: Verdict) -> str:
    return verdict.name


def _security(console: Console, options: argparse.Namespace) -> bool:
    selected = {row: security.fault_of_row()[row] for row in options.security or security.fault_of_row()}
    results = sorted(security.check_rows(selected, options.processes), key=lambda result: result.row)
    security.show(console, results)
    return all(result.holds for result in results)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.fault_injection",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--fault", action="append", default=[], type=_fault, metavar="NAME", help="run only this fault; repeatable"
    )
    parser.add_argument("--fast", action="store_true", help="run each fault against its known detector only")
    parser.add_argument("--no-cache", action="store_true", help="discard the results of earlier runs")
    parser.add_argument(
        "--security", nargs="*", type=_row, metavar="ROW",
        help="instead, check that each row of the security checklist, or each ROW given, fails with a fault of its own",
    )  # fmt: skip
    parser.add_argument(
        "--tenant", nargs="?", type=_positive, const=0, metavar="N",
        help="instead, play all detected faults, or N drawn at random, strictly and as on a tenant; hints do not count",
    )  # fmt: skip
    parser.add_argument("--processes", type=_positive, default=2, metavar="N", help="run N in parallel (default: 2)")
    options = parser.parse_args(arguments)
    if options.security is not None and (options.fault or options.fast or options.no_cache):
        parser.error("--security runs faults of its own: it takes none of --fault, --fast and --no-cache")
    return options


def _fault(name: str) -> str:
    try:
        return faults.find(name).name
    except faults.UnknownFaultError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _row(text: str) -> int:
    if not text.isdecimal() or int(text) not in security.fault_of_row():
        raise argparse.ArgumentTypeError(f"{text!r} is no row of the checklist (1 to {max(security.fault_of_row())})")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive number")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
