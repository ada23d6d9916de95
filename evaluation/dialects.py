"""Run all suites against an emulator that answers as another product does: each failure is a false alarm.

A dialect is an age of the product, one point of its answers, or all points at once (neutral variations `dialect_*`).
By default the emulator counts as a tenant, of which weak promises are hints; with `--strict` every promise is binding.

Exit codes: 0 no alarm, 1 alarms, 2 wrong option.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import get_args

from loginradius_harness import emulator, faults
from loginradius_harness.emulator.core import dialects
from loginradius_harness.emulator.core.settings.accounts import Dialect
from loginradius_harness.report.recording import event_stream
from loginradius_harness.report.recording.events import Verdict
from loginradius_harness.target.target import EMULATOR_KEY, EMULATOR_SECRET

ALL = "of_all_points"
NAMES = (*dialects.AGES, ALL, *sorted(set(get_args(Dialect)) - set(dialects.AGES)))
SHOWN = 30  # alarms of one dialect
# Rules of detail about the very form that a point replaces: where the point is spoken they cannot hold, even strictly.
CONTRADICTED = {"other_password_hashes": frozenset({"password.hash_answers_management"})}


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _options(arguments)
    return max([_run(name, options) for name in options.dialect or dialects.AGES])


def _run(name: str, options: argparse.Namespace) -> int:
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(faults.activated(f"neutral.dialect_{name}"))
        running = stack.enter_context(emulator.running())
        (folder / "targets.toml").write_text(
            f'[tenant]\nenvironment = "emulator"\napi_url = "{running.url}"\nstrict = {str(options.strict).lower()}\n',
            encoding="utf-8",
        )
        _play(folder, options)
        record = event_stream.read(folder / "report" / event_stream.STREAM)
    outcomes = Counter(verdict.outcome for verdict in record.verdicts)
    counted = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
    failed = [verdict for verdict in record.verdicts if verdict.outcome == "failed"]
    alarms = [verdict for verdict in failed if not _is_expected(verdict, name)]
    print(f"{name}: {len(alarms)} false alarms; {counted}; {time.monotonic() - began:.0f} s", flush=True)
    for verdict in failed:
        if _is_expected(verdict, name):
            print(f"  expected, {name} contradicts {', '.join(verdict.rules)}: {verdict.test}")
    for alarm in alarms[:SHOWN]:
        print(f"  {alarm.test}: {alarm.requirement} {alarm.message.partition(chr(10))[0]:.200}")
        print(f"    expected {alarm.expected:.200}, got {alarm.actual:.200}")
    for outcome in ("warning", "skipped"):
        named = Counter(_named(verdict) for verdict in record.verdicts if verdict.outcome == outcome)
        for test, count in named.most_common(SHOWN):
            print(f"  {outcome}: {count:,} {test}")
    return int(bool(alarms) or not record.complete or not record.verdicts)


def _is_expected(verdict: Verdict, name: str) -> bool:
    """Return whether a dialect contradicts all rules that a failed test is about."""
    points = dialects.AGES.get(name, dialects.POINTS if name == ALL else (name,))
    contradicted = {rule for point in points for rule in CONTRADICTED.get(point, ())}
    return bool(verdict.rules) and contradicted >= set(verdict.rules)


def _named(verdict: Verdict) -> str:
    """Return a test without its parameters, and what it says."""
    return f"{verdict.test.partition('[')[0]}: {verdict.message.partition(chr(10))[0]:.120}"


def _play(folder: Path, options: argparse.Namespace) -> None:
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(options.processes),
        "--report", str(folder / "report"), "--target", "tenant", "--targets-file", str(folder / "targets.toml"),
        *(["-k", options.k] if options.k else []), *(options.tests or ["suites"]),
    ]  # fmt: skip
    environ = {"HARNESS_API_KEY": EMULATOR_KEY, "HARNESS_API_SECRET": EMULATOR_SECRET}
    subprocess.run(command, env=os.environ | environ, stdout=subprocess.DEVNULL, check=False)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.dialects", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--dialect",
        action="append",
        choices=NAMES,
        help="an age, a point, or all points; repeatable (default: ages)",
    )
    parser.add_argument("--strict", action="store_true", help="make promises with weak evidence binding")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="run N in parallel (default: 2)")
    parser.add_argument("-k", metavar="EXPRESSION", help="run only the tests that match, as pytest's -k")
    parser.add_argument("tests", nargs="*", help="files or folders (default: suites)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
