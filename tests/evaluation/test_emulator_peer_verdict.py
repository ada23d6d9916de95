"""Verdicts of checks and the expected results of other emulators. No system is started here."""

from collections.abc import Iterator

import pytest

from evaluation.peers.emulators import table
from evaluation.peers.emulators.__main__ import SYSTEMS
from evaluation.peers.emulators.check import Check, Observation, refusal
from evaluation.peers.emulators.check_list import CHECKS
from evaluation.peers.emulators.moto import Moto
from evaluation.peers.emulators.system import Inconclusive, NotSupported, Response, System
from evaluation.peers.emulators.verdict import ExpectedResult, Outcome, Verdict, evaluate, expected_results, summarise

GOOD, BAD = Observation("good", is_safe=True), Observation("bad", is_safe=False)


def check(*seen: Observation | Exception) -> Check:
    """Return a check with these observations."""

    def run(_system: System) -> Iterator[Observation]:
        for one in seen:
            if isinstance(one, Exception):
                raise one
            yield one

    return Check(1, "of.this", "is good", run)


def verdict(outcome: Outcome, system: str = "moto") -> Verdict:
    return Verdict(check(), system, outcome, "")


def answer(status: int) -> Response:
    return Response(status, "", None, {})


def test_one_unsafe_observation_is_enough_and_shown_alone() -> None:
    assert summarise([GOOD, BAD, GOOD]) == ("unsafe", "bad")


def test_all_safe_observations_are_shown() -> None:
    assert summarise([GOOD, GOOD]) == ("safe", "good; good")


def test_no_observation_is_inconclusive() -> None:
    assert summarise([])[0] == "inconclusive"


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [(NotSupported("no such function"), "not supported"), (Inconclusive("sign-up: 500"), "inconclusive")],
)
def test_check_that_stops_early_does_not_call_a_system_safe(reason: Exception, outcome: Outcome) -> None:
    found = evaluate(check(GOOD, reason), Moto.__new__(Moto))
    assert (found.outcome, found.observed) == (outcome, str(reason))


def test_crash_is_no_refusal() -> None:
    with pytest.raises(Inconclusive, match="the code: 500"):
        refusal("the code", answer(500))


@pytest.mark.parametrize(("status", "is_safe"), [(200, False), (204, False), (400, True), (403, True)])
def test_only_a_success_is_no_refusal(status: int, is_safe: bool) -> None:  # noqa: FBT001  # a parameter of the test
    assert refusal("the code", answer(status)).is_safe is is_safe


@pytest.mark.parametrize(
    ("outcomes", "is_met"),
    [(["unsafe"], True), (["safe"], False), (["inconclusive"], False), (["not supported"], False), ([], False)],
)
def test_expected_result_is_met_if_its_checks_have_its_outcome(outcomes: list[Outcome], is_met: bool) -> None:  # noqa: FBT001  # above
    expected = ExpectedResult("whether", "moto", safe=False, checks=("of.this",))
    others = [verdict("unsafe", "firebase")]
    assert expected.is_met([*others, *map(verdict, outcomes)]) is is_met


def test_undetected_results_and_false_alarms_are_listed() -> None:
    safe, unsafe = (ExpectedResult("whether", "moto", safe=value, checks=("of.this",)) for value in (True, False))
    assert "UNDETECTED: moto: whether" in table.summary([verdict("safe")], [unsafe])
    assert "FALSE ALARM: moto: whether" in table.summary([verdict("unsafe")], [safe])


def test_expected_results_name_existing_systems_and_checks() -> None:
    assert {one.system for one in expected_results()} == set(SYSTEMS)
    assert {name for one in expected_results() for name in one.checks} - set(CHECKS) == set()
    assert all(one.checks for one in expected_results())


def test_no_check_has_two_expected_results_for_a_system() -> None:
    pairs = [(one.system, name) for one in expected_results() for name in one.checks]
    assert len(pairs) == len(set(pairs))


def test_expected_results_are_those_found_by_hand() -> None:
    assert [sum(one.safe is safe for one in expected_results()) for safe in (False, True)] == [18, 8]


def test_every_check_cites_a_standard() -> None:
    assert [name for name, one in CHECKS.items() if not one.standards] == []
