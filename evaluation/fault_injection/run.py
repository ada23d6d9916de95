"""One run: all tests without a fault, then each fault against the tests that can notice it."""

from collections.abc import Iterable, Iterator, Mapping
from zlib import crc32

from msgspec.structs import replace

from evaluation.fault_injection import test_selection
from evaluation.fault_injection.cache import Cache
from evaluation.fault_injection.verdict import Test, Verdict
from evaluation.fault_injection.workers import Workers
from loginradius_harness import faults

SURVEY_BATCH = 50  # tests of a survey that share an emulator
MAX_TESTS = 1_000  # tests that run for one fault before it counts as undetected
# A neutral variation would have to meet every test. It meets a sample instead: of the tests of one function each
# hundredth, and of these each fourth, so that all variations together meet every test function many times.
NEUTRAL_REPETITIONS = 100
NEUTRAL_SHARE = 4


class Run:
    """The cached results, and the workers that find out the rest."""

    def __init__(self, workers: Workers, cache: Cache) -> None:
        self._workers = workers
        self._cache = cache

    def survey(self) -> list[Test]:
        """Run every test without a fault; one that fails here raises a false alarm.

        Cached functions of a test only help to select it, so a test that has passed before does not run again.
        """
        tests = [test for test in self._cache.survey() if test.outcome == "passed"]
        known = {test.id for test in tests}
        names = [name for name in self._workers.tests if name not in known]
        tasks = [("survey", names[start : start + SURVEY_BATCH]) for start in range(0, len(names), SURVEY_BATCH)]
        for _, result in self._workers.run(tasks):
            tests += result or ()
            self._cache.save_survey(tests)
        return [replace(test, rules=self._workers.tests[test.id]) for test in tests if test.id in self._workers.tests]

    def verdicts(self, names: Iterable[str], tests: list[Test]) -> Iterator[Verdict]:
        """Yield a verdict for each fault: first for those that cannot be switched on, then the cached ones."""
        known, keys = self._cache.verdicts(), dict[str, str]()
        for name in names:
            try:
                keys[name] = self._key(name)
            except faults.FaultError as error:
                violates = faults.find(name).violates
                yield Verdict(name=name, violates=violates, outcome="not activated", message=str(error))
        todo = [name for name, key in keys.items() if name not in known or known[name].key != key]
        yield from (known[name].verdict for name in keys if name not in todo)
        slim = {test.id: test.slim() for test in tests}
        tasks = (("try", name, [slim[test.id] for test in _selected(name, tests)], True) for name in todo)
        for (_, name, *_), result in self._workers.run(tasks):
            verdict = _classified(name, result)
            self._cache.save(keys[name], verdict)
            yield verdict

    def _key(self, name: str) -> str:
        with faults.activated(name) as patch:
            return self._cache.key(patch.changes)

    def repeat(self, names: Iterable[str], detectors: Mapping[str, str]) -> Iterator[Verdict]:
        """Yield a verdict for each fault against its known detector, then against the tests that name its rule."""
        tasks = (("try", name, detectors_of(name, detectors, self._workers.tests), False) for name in names)
        for task, result in self._workers.run(tasks):
            yield _classified(task[1], result)


def detectors_of(name: str, detectors: Mapping[str, str], collected: Mapping[str, tuple[str, ...]]) -> list[Test]:
    """Return the known detector of a fault, then the tests that name its rule."""
    fault, known = faults.find(name), detectors.get(name, "")
    tests = {test: untried(test, rules) for test, rules in collected.items()}
    naming = [test for test in tests.values() if test_selection.names(fault, test) and test.id != known]
    return [tests[known], *naming] if known in tests else naming


def untried(name: str, rules: tuple[str, ...]) -> Test:
    """Return a test of which only the id and the rules are known."""
    return Test(name, rules, frozenset(), frozenset(), 0.0, "", "passed")


def _selected(name: str, tests: list[Test]) -> list[Test]:
    """Return the tests most likely to notice a fault; for a neutral variation, a sample of all that can notice it."""
    fault = faults.find(name)
    with faults.activated(name) as patch:
        if fault.category != faults.NEUTRAL:
            return test_selection.order(fault, patch, tests)[:MAX_TESTS]
        able = [test for test in tests if test.outcome == "passed" and test_selection.can_notice(patch, test)]
    repetition = test_selection.repetitions(able)
    sample = [test for test in able if repetition[test.id] % NEUTRAL_REPETITIONS == 0]
    return sample[crc32(name.encode()) % NEUTRAL_SHARE :: NEUTRAL_SHARE]


def _classified(name: str, result: Verdict | None) -> Verdict:
    """Return the final verdict: a detected neutral variation is a false alarm, a dead worker a crash."""
    fault = faults.find(name)
    if result is None:
        return Verdict(name=name, violates=fault.violates, outcome="crashed", message="the emulator hung or died")
    if fault.category != faults.NEUTRAL or result.outcome in {"crashed", "not activated"}:
        return result
    return replace(result, outcome="false alarm" if result.outcome == "detected" else "quiet")
