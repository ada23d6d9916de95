"""One run: the tests as they go without a fault, then each fault against those that can notice it."""

from collections.abc import Iterable, Iterator, Mapping
from zlib import crc32

from msgspec.structs import replace

from evaluation.fault_injection import test_selection
from evaluation.fault_injection.cache import Cache
from evaluation.fault_injection.verdict import Test, Verdict
from evaluation.fault_injection.workers import Workers
from loginradius_harness import faults

AT_ONCE = 50  # tests of a survey that share an emulator
MOST = 1_000  # tests that are asked for one fault before it counts as missed
EACH = 100  # of the tests that ask one question, the first of so many may meet a neutral variation
SHARE = 4  # and each variation meets one in so many of these: together they meet every question many times


class Run:
    """What is known, and the processes that find out the rest."""

    def __init__(self, crew: Workers, memory: Cache) -> None:
        self._crew = crew
        self._memory = memory

    def survey(self) -> list[Test]:
        """Every test without a fault: whoever fails here raises a false alarm.

        What a test runs is a hint and no proof, so that a test which has passed before is not asked again.
        """
        tests = [test for test in self._memory.survey() if test.outcome == "passed"]
        known = {test.id for test in tests}
        names = [name for name in self._crew.tests if name not in known]
        tasks = [("survey", names[start : start + AT_ONCE]) for start in range(0, len(names), AT_ONCE)]
        for _, answer in self._crew.play(tasks):
            tests += answer or ()
            self._memory.keep_survey(tests)
        return [replace(test, rules=self._crew.tests[test.id]) for test in tests if test.id in self._crew.tests]

    def verdicts(self, names: Iterable[str], tests: list[Test]) -> Iterator[Verdict]:
        """A verdict on each fault, remembered ones first; see `Verdict`."""
        known, keys = self._memory.verdicts(), {name: self._key(name) for name in names}
        todo = [name for name, key in keys.items() if name not in known or known[name].key != key]
        yield from (known[name].verdict for name in keys if name not in todo)
        slim = {test.id: test.slim() for test in tests}
        tasks = (("try", name, [slim[test.id] for test in _chosen(name, tests)], True) for name in todo)
        for (_, name, *_), answer in self._crew.play(tasks):
            verdict = _judged(name, answer)
            self._memory.keep(keys[name], verdict)
            yield verdict

    def _key(self, name: str) -> str:
        with faults.activated(name) as patch:
            return self._memory.key(patch.changes)

    def repeat(self, names: Iterable[str], found: Mapping[str, str]) -> Iterator[Verdict]:
        """Each fault against the test that found it before, then against those that name the rule."""
        tests = {name: _unasked(name, rules) for name, rules in self._crew.tests.items()}
        tasks = (("try", name, _finders(faults.find(name), found.get(name, ""), tests), False) for name in names)
        for task, answer in self._crew.play(tasks):
            yield _judged(task[1], answer)


def _finders(fault: faults.Fault, before: str, tests: Mapping[str, Test]) -> list[Test]:
    naming = [test for test in tests.values() if test_selection.names(fault, test) and test.id != before]
    return [tests[before], *naming] if before in tests else naming


def _unasked(name: str, rules: tuple[str, ...]) -> Test:
    return Test(name, rules, frozenset(), frozenset(), 0.0, "", "passed")


def _chosen(name: str, tests: list[Test]) -> list[Test]:
    """The likeliest to notice a fault; for a neutral variation a sample of all that can notice it."""
    fault = faults.find(name)
    with faults.activated(name) as patch:
        if fault.category != faults.NEUTRAL:
            return test_selection.order(fault, patch, tests)[:MOST]
        able = [test for test in tests if test.outcome == "passed" and test_selection.can_notice(patch, test)]
    turns = test_selection.turns(able)
    return [test for test in able if turns[test.id] % EACH == 0][crc32(name.encode()) % SHARE :: SHARE]


def _judged(name: str, answer: Verdict | None) -> Verdict:
    """A neutral variation is to be quiet; a process that died with a fault has crashed."""
    fault = faults.find(name)
    if answer is None:
        return Verdict(name=name, violates=fault.violates, outcome="crashed", message="the emulator hung or died")
    if fault.category != faults.NEUTRAL or answer.outcome == "crashed":
        return answer
    return replace(answer, outcome="alarm" if answer.outcome == "found" else "quiet")
