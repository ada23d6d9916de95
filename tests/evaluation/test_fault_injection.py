"""The parts of a fault run: which tests are asked, what is remembered, what is objected to, and the figures."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from evaluation.fault_injection import console_table, test_selection
from evaluation.fault_injection.cache import Cache
from evaluation.fault_injection.known_detectors import KnownDetectors
from evaluation.fault_injection.verdict import Outcome, Test, Verdict
from loginradius_harness import faults
from loginradius_harness.faults import Fault, SourcePatch

ROLE = "role.create_roles"
RULE = "roles.taken_name_is_refused"


def a_test(name: str, *, rules: tuple[str, ...] = (), seconds: float = 0.1, function: str = "changed") -> Test:
    return Test(name, rules, frozenset({ROLE}), frozenset({function}), seconds, "", "passed")


def a_verdict(outcome: Outcome, name: str = "roles.one") -> Verdict:
    return Verdict(name=name, violates=RULE, outcome=outcome, by="test" if outcome == "found" else "")


@pytest.fixture
def patch() -> SourcePatch:
    patch = SourcePatch()
    patch.code.add("changed")
    return patch


def test_who_names_the_rule_is_asked_first_then_who_is_about_the_operation(patch: SourcePatch) -> None:
    naming = a_test("test_names", rules=(RULE,), seconds=9)
    about = a_test(f"test_about[{ROLE}]", seconds=5)
    others = [a_test("test_slow", seconds=2), a_test("test_quick", seconds=1)]
    ordered = test_selection.order(Fault("roles.one", RULE, lambda _: None), patch, [*others, about, naming])
    assert [test.id for test in ordered] == ["test_names", f"test_about[{ROLE}]", "test_quick", "test_slow"]


def test_who_cannot_notice_is_asked_only_where_it_names_the_rule(patch: SourcePatch) -> None:
    naming, other = (a_test(name, rules=rules, function="another") for name, rules in (("a", (RULE,)), ("b", ())))
    assert test_selection.order(Fault("roles.one", RULE, lambda _: None), patch, [other, naming]) == [naming]


def test_what_is_changed_everywhere_may_be_noticed_by_all(patch: SourcePatch) -> None:
    patch.is_everywhere = True
    assert test_selection.can_notice(patch, a_test("test_elsewhere", function="another"))


def test_survey_and_verdicts_are_remembered(tmp_path: Path) -> None:
    memory = Cache(tmp_path)
    surveyed = [a_test("one"), a_test("two", function="another")]
    memory.keep_survey(surveyed)
    memory.keep("key", a_verdict("missed"))
    memory.keep("key", a_verdict("found"))
    later = Cache(tmp_path)
    assert later.survey() == surveyed
    assert later.verdicts()["roles.one"].verdict == a_verdict("found")


def test_a_line_that_was_broken_off_is_passed_over(tmp_path: Path) -> None:
    memory = Cache(tmp_path)
    memory.keep("key", a_verdict("found"))
    with (tmp_path / "verdicts.ndjson").open("ab") as file:
        file.write(b'{"key": "ke')
    assert list(memory.verdicts()) == ["roles.one"]


def test_a_run_afresh_believes_nothing(tmp_path: Path) -> None:
    memory = Cache(tmp_path)
    memory.keep_survey([a_test("one")])
    memory.keep("key", a_verdict("found"))
    afresh = Cache(tmp_path, afresh=True)
    assert (afresh.survey(), afresh.verdicts()) == ([], {})


def test_a_found_fault_that_is_missed_now_is_named_with_its_finder(tmp_path: Path) -> None:
    (tmp_path / "detected.json").write_text('{"roles.one": "test_roles"}', encoding="utf-8")
    assert KnownDetectors(tmp_path).objections([a_verdict("missed")]) == [
        "roles.one: missed; test_roles found it before"
    ]


@pytest.mark.parametrize(("outcome", "objections"), [("found", 1), ("missed", 0), ("crashed", 0)])
def test_a_reason_stands_only_while_its_fault_is_missed(tmp_path: Path, outcome: Outcome, objections: int) -> None:
    (tmp_path / "undetected.json").write_text('{"roles.one": "cannot be seen"}', encoding="utf-8")
    assert len(KnownDetectors(tmp_path).objections([a_verdict(outcome)])) == objections


def test_every_fault_of_the_ledger_is_known() -> None:
    ledger = KnownDetectors()
    assert set(ledger.found) | set(ledger.missed) <= set(faults.all_faults())
    assert not set(ledger.found) & set(ledger.missed)


def test_finders_stay_unless_they_are_gone(tmp_path: Path) -> None:
    (tmp_path / "detected.json").write_text('{"roles.one": "first", "roles.two": "gone"}', encoding="utf-8")
    ledger = KnownDetectors(tmp_path)
    ledger.keep([a_verdict("found"), a_verdict("found", "roles.two")], {"first", "test"})
    assert KnownDetectors(tmp_path).found == {"roles.one": "first", "roles.two": "test"}


def test_who_found_a_fault_by_chance_is_no_finder(tmp_path: Path) -> None:
    ledger = KnownDetectors(tmp_path)
    ledger.keep([replace(a_verdict("found"), replays=False)], {"test"})
    assert KnownDetectors(tmp_path).found == {}


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962), (0, 0, 0.0, 1.0)],
)
def test_interval_is_wilsons(hits: int, trials: int, low: float, high: float) -> None:
    assert console_table.wilson(hits, trials) == pytest.approx((low, high), abs=0.0001)


def test_table_has_a_row_a_class_and_the_reason_of_each_miss() -> None:
    console = Console(record=True, width=160)
    verdicts = [a_verdict("found", "pin.one"), a_verdict("missed"), a_verdict("missed", "roles.two")]
    console_table.show(console, verdicts, {"roles.two": "cannot be seen"})
    shown = console.export_text()
    for row in (
        r"pin +1 +1 +100.0 % \(20.7-100.0\)",
        r"roles +2 +0 +0.0 % \(0.0-65.8\)",
        r"all +3 +1 +33.3 % \(6.1-79.2\)",
    ):
        assert re.search(row, shown)
    assert f"missed: roles.two (violates {RULE}; 0 tests): cannot be seen" in shown
