"""One fault a row: with it, a test of the row that proves the broken rule fails; without it, the same one passes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evaluation.fault_injection.checklist import SUITE, row_of
from evaluation.fault_injection.test_selection import names
from evaluation.fault_injection.verdict import Test, Verdict
from evaluation.fault_injection.workers import Workers
from loginradius_harness import faults

FILE = Path(__file__).with_name("security_faults.json")


@cache
def breaking() -> dict[int, str]:
    """Row -> the fault that breaks a rule of it."""
    return {int(row): name for row, name in json.loads(FILE.read_bytes()).items()}


@dataclass(frozen=True)
class Proof:
    """What became of a row while its fault was on. No verdict: the process did not survive it."""

    row: int
    fault: faults.Fault
    verdict: Verdict | None

    @property
    def holds(self) -> bool:
        """Whether the row failed by the broken rule, for the fault alone and not for a defect that it brought along."""
        seen = self.verdict
        return seen is not None and seen.outcome == "found" and seen.is_localised and bool(seen.replays)

    @property
    def says(self) -> str:
        """The row's verdict, and where the proof falls short why."""
        if self.verdict is None:
            return "the emulator hung or died"
        if self.verdict.outcome != "found":
            return f"{self.verdict.outcome} by {self.verdict.tests} tests {self.verdict.message}"
        if not self.verdict.is_localised:
            return f"fail, but not of the broken rule: {self.verdict.message}"
        return "fail" if self.verdict.replays else "fail, but not each time, or without the fault too"


def prove(chosen: Mapping[int, str], processes: int) -> Iterator[Proof]:
    """Row -> fault, no fault twice: each on an emulator of its own, in the order in which they are done."""
    row_of_fault = {name: row for row, name in chosen.items()}
    with Workers(processes, str(SUITE)) as crew:
        tasks = [("try", name, _tests(crew, row, faults.find(name)), True) for row, name in chosen.items()]
        for (_, name, *_rest), verdict in crew.play(tasks):
            yield Proof(row_of_fault[name], faults.find(name), verdict)


def _tests(crew: Workers, row: int, fault: faults.Fault) -> list[Test]:
    """The tests of a row, those first that prove what is broken."""
    known = (Test(name, rules, frozenset(), frozenset(), 0.0, "", "passed") for name, rules in crew.tests.items())
    return sorted((test for test in known if row_of(test.id) == row), key=lambda test: not names(fault, test))
