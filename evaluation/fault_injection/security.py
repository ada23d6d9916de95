"""Checks each row of the security checklist with a fault that violates one of its rules.

With the fault, a test of the row that proves the rule fails; without it, the same test passes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.fault_injection.checklist import SUITE, row_of
from evaluation.fault_injection.run import untried
from evaluation.fault_injection.test_selection import names
from evaluation.fault_injection.verdict import Test, Verdict
from evaluation.fault_injection.workers import Workers
from loginradius_harness import faults
from loginradius_harness.checks.security.request_budget import checks

FILE = Path(__file__).with_name("security_faults.json")


@cache
def fault_of_row() -> dict[int, str]:
    """Return checklist row -> the fault that violates a rule of it."""
    return {int(row): name for row, name in json.loads(FILE.read_bytes()).items()}


@dataclass(frozen=True)
class RowResult:
    """The result of a row while its fault was active. `verdict` is None if the process died."""

    row: int
    fault: faults.Fault
    verdict: Verdict | None

    @property
    def holds(self) -> bool:
        """Return whether the row failed by the violated rule, with the fault only, and not by a crash."""
        verdict = self.verdict
        return verdict is not None and verdict.outcome == "detected" and verdict.is_localised and bool(verdict.replays)

    @property
    def summary(self) -> str:
        """Return the result in words, with the reason if the row does not hold."""
        if self.verdict is None:
            return "the emulator hung or died"
        if self.verdict.outcome != "detected":
            return f"{self.verdict.outcome} by {self.verdict.tests} tests {self.verdict.message}"
        if not self.verdict.is_localised:
            return f"fail, but not by the violated rule: {self.verdict.message}"
        return "fail" if self.verdict.replays else "fail, but not reproducibly, or without the fault too"


def check_rows(selected: Mapping[int, str], processes: int) -> Iterator[RowResult]:
    """Yield a result for each row in order of completion. `selected`: row -> fault, each fault once."""
    row_of_fault = {name: row for row, name in selected.items()}
    with Workers(processes, str(SUITE)) as workers:
        tasks = [("try", name, _tests(workers, row, faults.find(name)), True) for row, name in selected.items()]
        for (_, name, *_rest), verdict in workers.run(tasks):
            yield RowResult(row_of_fault[name], faults.find(name), verdict)


def _tests(workers: Workers, row: int, fault: faults.Fault) -> list[Test]:
    """Return the tests of a row, those first that prove the violated rule."""
    tests = (untried(name, rules) for name, rules in workers.tests.items())
    return sorted((test for test in tests if row_of(test.id) == row), key=lambda test: not names(fault, test))


def show(console: Console, results: Sequence[RowResult]) -> None:
    """Print one line for each row of the security checklist."""
    table = Table("row", "check", "fault", "violates", "tests", "requests", "seconds", "result", box=None)
    for result in results:
        verdict = result.verdict
        figures = (verdict.tests, verdict.requests, f"{verdict.seconds:.2f}") if verdict else ("", "", "")
        named = (str(result.row), checks()[result.row].title, result.fault.name, result.fault.violates)
        table.add_row(*named, *map(str, figures), result.summary)
    console.print(table)
    held = sum(result.holds for result in results)
    console.print(f"{held} of {len(results)} rows fail with their fault and pass without it")
