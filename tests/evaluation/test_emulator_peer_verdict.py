"""What verdicts are made of, and what the known answers say. None of the systems is started here."""

from collections.abc import Iterator

import pytest

from evaluation.peers.emulators import table
from evaluation.peers.emulators.__main__ import SYSTEMS
from evaluation.peers.emulators.check import Check, Seen, refusal
from evaluation.peers.emulators.check_list import CHECKS
from evaluation.peers.emulators.moto import Moto
from evaluation.peers.emulators.system import Answer, NotOffered, System, Unjudged
from evaluation.peers.emulators.verdict import Known, Verdict, Word, judge, known, sum_up

GOOD, BAD = Seen("good", is_safe=True), Seen("bad", is_safe=False)


def check(*seen: Seen | Exception) -> Check:
    """A check that sees this."""

    def ask(_system: System) -> Iterator[Seen]:
        for one in seen:
            if isinstance(one, Exception):
                raise one
            yield one

    return Check(1, "of.this", "is good", ask)


def verdict(word: Word, system: str = "moto") -> Verdict:
    return Verdict(check(), system, word, "")


def answer(status: int) -> Answer:
    return Answer(status, "", None, {})


def test_one_unsafe_observation_is_enough_and_alone_is_told() -> None:
    assert sum_up([GOOD, BAD, GOOD]) == ("unsafe", "bad")


def test_safe_observations_are_all_told() -> None:
    assert sum_up([GOOD, GOOD]) == ("safe", "good; good")


def test_who_sees_nothing_judges_nothing() -> None:
    assert sum_up([])[0] == "not judged"


@pytest.mark.parametrize(
    ("reason", "word"), [(NotOffered("no such function"), "not applicable"), (Unjudged("sign-up: 500"), "not judged")]
)
def test_a_check_that_stops_midway_does_not_call_a_system_safe(reason: Exception, word: Word) -> None:
    found = judge(check(GOOD, reason), Moto.__new__(Moto))
    assert (found.word, found.got) == (word, str(reason))


def test_a_crash_is_no_refusal() -> None:
    with pytest.raises(Unjudged, match="the code: 500"):
        refusal("the code", answer(500))


@pytest.mark.parametrize(("status", "is_safe"), [(200, False), (204, False), (400, True), (403, True)])
def test_what_is_not_done_is_refused(status: int, is_safe: bool) -> None:  # noqa: FBT001  # a parameter of the test
    assert refusal("the code", answer(status)).is_safe is is_safe


@pytest.mark.parametrize(
    ("said", "is_seen"),
    [(["unsafe"], True), (["safe"], False), (["not judged"], False), (["not applicable"], False), ([], False)],
)
def test_a_known_answer_is_seen_where_its_checks_say_it(said: list[Word], is_seen: bool) -> None:  # noqa: FBT001  # above
    expected = Known("whether", "moto", safe=False, checks=("of.this",))
    others = [verdict("unsafe", "firebase")]
    assert expected.is_seen([*others, *map(verdict, said)]) is is_seen


def test_what_is_missed_and_what_is_a_false_alarm_is_named() -> None:
    safe, unsafe = (Known("whether", "moto", safe=value, checks=("of.this",)) for value in (True, False))
    assert "MISSED: moto: whether" in table.proof([verdict("safe")], [unsafe])
    assert "NOT SEEN AS SAFE: moto: whether" in table.proof([verdict("unsafe")], [safe])


def test_known_answers_name_systems_and_checks_that_there_are() -> None:
    assert {one.system for one in known()} == set(SYSTEMS)
    assert {name for one in known() for name in one.checks} - set(CHECKS) == set()
    assert all(one.checks for one in known())


def test_no_check_is_known_to_say_two_things() -> None:
    pairs = [(one.system, name) for one in known() for name in one.checks]
    assert len(pairs) == len(set(pairs))


def test_known_answers_are_those_that_were_found_by_hand() -> None:
    assert [sum(one.safe is safe for one in known()) for safe in (False, True)] == [18, 8]


def test_every_check_cites_a_standard() -> None:
    assert [name for name, one in CHECKS.items() if not one.standards] == []
