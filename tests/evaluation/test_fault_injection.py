"""The parts of a fault run: selection of tests, cache, known detectors, options, tables, start of the workers."""

import multiprocessing
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace
from rich.console import Console

from evaluation.fault_injection import cache, console_table, tenant, test_selection
from evaluation.fault_injection.__main__ import main
from evaluation.fault_injection.cache import Cache
from evaluation.fault_injection.exchange_counter import ExchangeCounter
from evaluation.fault_injection.known_detectors import KnownDetectors
from evaluation.fault_injection.run import Run
from evaluation.fault_injection.test_runner import TestRunner
from evaluation.fault_injection.verdict import Outcome, Test, Verdict
from evaluation.fault_injection.workers import Task, WorkerNotStartedError, Workers
from loginradius_harness import contracts, faults
from loginradius_harness.faults import Fault, SourcePatch

ROLE = "role.create_roles"
RULE = "roles.taken_name_is_refused"
FAULT = Fault("roles.one", RULE, lambda _: None)


def a_test(name: str, *, rules: tuple[str, ...] = (), seconds: float = 0.1, function: str = "changed") -> Test:
    return Test(name, rules, frozenset({ROLE}), frozenset({function}), seconds, "", "passed")


def a_verdict(outcome: Outcome, name: str = "roles.one") -> Verdict:
    return Verdict(name=name, violates=RULE, outcome=outcome, by="test" if outcome == "detected" else "")


@pytest.fixture
def patch() -> SourcePatch:
    patch = SourcePatch()
    patch.code.add("changed")
    return patch


# --- selection of tests -------------------------------------------------------------------------------------------


def test_tests_that_name_the_rule_come_first_then_those_about_the_operation(patch: SourcePatch) -> None:
    naming = a_test("test_names", rules=(RULE,), seconds=9)
    about = a_test(f"test_about[{ROLE}]", seconds=5)
    others = [a_test("test_slow", seconds=2), a_test("test_quick", seconds=1)]
    ordered = test_selection.order(FAULT, patch, [*others, about, naming])
    assert [test.id for test in ordered] == ["test_names", f"test_about[{ROLE}]", "test_quick", "test_slow"]


def test_test_that_cannot_notice_a_fault_is_selected_only_if_it_names_the_rule(patch: SourcePatch) -> None:
    naming, other = (a_test(name, rules=rules, function="another") for name, rules in (("a", (RULE,)), ("b", ())))
    assert test_selection.order(FAULT, patch, [other, naming]) == [naming]


def test_change_everywhere_can_be_noticed_by_every_test(patch: SourcePatch) -> None:
    patch.is_everywhere = True
    assert test_selection.can_notice(patch, a_test("test_elsewhere", function="another"))


# --- cache --------------------------------------------------------------------------------------------------------


def test_cache_returns_survey_and_last_verdicts(tmp_path: Path) -> None:
    first = Cache(tmp_path)
    surveyed = [a_test("one"), a_test("two", function="another")]
    first.save_survey(surveyed)
    first.save("key", a_verdict("undetected"))
    first.save("key", a_verdict("detected"))
    second = Cache(tmp_path)
    assert second.survey() == surveyed
    assert second.verdicts()["roles.one"].verdict == a_verdict("detected")


def test_cache_ignores_an_incomplete_line(tmp_path: Path) -> None:
    files = Cache(tmp_path)
    files.save("key", a_verdict("detected"))
    with (tmp_path / "verdicts.ndjson").open("ab") as file:
        file.write(b'{"key": "ke')
    assert list(files.verdicts()) == ["roles.one"]


def test_discarded_cache_is_empty(tmp_path: Path) -> None:
    files = Cache(tmp_path)
    files.save_survey([a_test("one")])
    files.save("key", a_verdict("detected"))
    discarded = Cache(tmp_path, discard=True)
    assert (discarded.survey(), discarded.verdicts()) == ([], {})


def test_cache_depends_on_sources_that_exist() -> None:
    assert [name for name in cache.SOURCES if not (cache.ROOT / name).exists()] == []
    assert (cache.ROOT / cache.FAULTS).is_dir()


# --- known detectors ----------------------------------------------------------------------------------------------


def test_fault_that_is_no_longer_detected_is_reported_with_its_detector(tmp_path: Path) -> None:
    (tmp_path / "detected.json").write_text('{"roles.one": "test_roles"}', encoding="utf-8")
    assert KnownDetectors(tmp_path).unexpected([a_verdict("undetected")]) == [
        "roles.one: undetected; test_roles detected it before"
    ]


@pytest.mark.parametrize(("outcome", "lines"), [("detected", 1), ("undetected", 0), ("crashed", 0)])
def test_reason_is_valid_only_while_its_fault_is_undetected(tmp_path: Path, outcome: Outcome, lines: int) -> None:
    (tmp_path / "undetected.json").write_text('{"roles.one": "cannot be seen"}', encoding="utf-8")
    assert len(KnownDetectors(tmp_path).unexpected([a_verdict(outcome)])) == lines


def test_known_results_name_existing_faults_once() -> None:
    known = KnownDetectors()
    assert set(known.detected) | set(known.undetected) <= set(faults.all_faults())
    assert not set(known.detected) & set(known.undetected)


def test_known_detector_stays_unless_its_test_is_gone(tmp_path: Path) -> None:
    (tmp_path / "detected.json").write_text('{"roles.one": "first", "roles.two": "gone"}', encoding="utf-8")
    known = KnownDetectors(tmp_path)
    known.save([a_verdict("detected"), a_verdict("detected", "roles.two")], {"first", "test"})
    assert KnownDetectors(tmp_path).detected == {"roles.one": "first", "roles.two": "test"}


def test_test_that_does_not_fail_again_is_no_detector(tmp_path: Path) -> None:
    KnownDetectors(tmp_path).save([replace(a_verdict("detected"), replays=False)], {"test"})
    assert KnownDetectors(tmp_path).detected == {}


# --- tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962), (0, 0, 0.0, 1.0)],
)
def test_interval_is_wilsons(hits: int, trials: int, low: float, high: float) -> None:
    assert console_table.wilson(hits, trials) == pytest.approx((low, high), abs=0.0001)


def test_table_has_a_row_for_each_class_and_the_reason_of_each_undetected_fault() -> None:
    console = Console(record=True, width=160)
    verdicts = [a_verdict("detected", "pin.one"), a_verdict("undetected"), a_verdict("undetected", "roles.two")]
    console_table.show(console, verdicts, {"roles.two": "cannot be seen"})
    shown = console.export_text()
    for row in (
        r"pin +1 +1 +100.0 % \(20.7-100.0\)",
        r"roles +2 +0 +0.0 % \(0.0-65.8\)",
        r"all +3 +1 +33.3 % \(6.1-79.2\)",
    ):
        assert re.search(row, shown)
    assert f"undetected: roles.two (violates {RULE}; 0 tests): cannot be seen" in shown


# --- faults that cannot be switched on ----------------------------------------------------------------------------


@pytest.fixture
def stale(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a fault whose text the emulator's source no longer has."""
    fault = Fault("roles.stale", RULE, lambda patch: patch.replace_source(a_verdict, "no such text", "pass"))
    monkeypatch.setitem(faults.all_faults(), fault.name, fault)
    return fault.name


def test_fault_that_cannot_be_switched_on_says_why_in_a_worker(stale: str) -> None:
    here, _there = multiprocessing.Pipe()
    verdict = TestRunner(here)._try(stale, [], replay=True)
    assert verdict.outcome == "not activated"
    assert "holds 'no such text' 0 times, not once" in verdict.message


def test_fault_that_cannot_be_switched_on_says_why_before_any_worker_runs_it(stale: str, tmp_path: Path) -> None:
    class NoWorkers:
        def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Verdict]]:
            assert not list(tasks)
            return iter(())

    (verdict,) = Run(cast("Workers", NoWorkers()), Cache(tmp_path)).verdicts([stale], [])
    assert verdict.outcome == "not activated"
    assert "holds 'no such text' 0 times, not once" in verdict.message
    assert KnownDetectors(tmp_path).unexpected([verdict]) == [
        "roles.stale: not activated; undetected.json gives no reason"
    ]


# --- options and start --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fault", "no.such_fault"], "no.such_fault"),
        (["--security", "99"], "'99' is no row of the checklist (1 to 78)"),
        (["--security", "1", "--fast"], "--security runs faults of its own"),
        (["--processes", "0"], "'0' is no positive number"),
    ],
)
def test_wrong_option_is_named(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_module_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import no_such_module\n", encoding="utf-8")
    with pytest.raises(WorkerNotStartedError, match=r"(?s)test_broken\.py.+No module named 'no_such_module'"):
        Workers(1, str(tmp_path))


def test_failed_start_of_pytest_is_reported(tmp_path: Path) -> None:
    with pytest.raises(WorkerNotStartedError, match="pytest ended with exit code 4 before it had collected"):
        Workers(1, str(tmp_path / "missing"))


def test_exchange_counter_has_every_method_that_the_suites_call_on_the_recorder() -> None:
    sources = [cache.ROOT / "conftest.py", *(cache.ROOT / "suites").rglob("*.py")]
    called = {name for file in sources for name in re.findall(r"\brecorder\.(\w+)", file.read_text(encoding="utf-8"))}
    assert called
    assert called - set(dir(ExchangeCounter)) == set()


# --- both modes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "grade", "kind"),
    [
        ("recovery.token_works_twice", "", "binding"),
        ("links.lead_to_the_forwarded_host", "", "finding"),
        ("consent.answers_do_not_show", "", "hint"),
    ],
)
def test_fault_breaks_what_its_rule_promises(name: str, grade: str, kind: str) -> None:
    assert tenant.kind(replace(a_verdict("detected", name), grade=grade)) == kind


@pytest.mark.parametrize(("grade", "kind"), [("recorded", "binding"), ("documented", "binding"), ("typed", "hint")])
def test_fault_in_a_contract_is_as_grave_as_the_promise_that_it_breaks(grade: str, kind: str) -> None:
    name = next(
        name for name in KnownDetectors().detected if "." in faults.find(name).violates and _breaks_contract(name)
    )
    assert tenant.kind(replace(a_verdict("detected", name), grade=grade)) == kind


def _breaks_contract(name: str) -> bool:
    return faults.find(name).violates in {operation.id for operation in contracts.operations()}


def test_goal_is_missed_by_a_binding_fault_that_only_the_strict_run_finds() -> None:
    found = tenant.Comparison(name="a", kind="binding", strict="test", tenant="test")
    console = Console(record=True, width=120)
    assert tenant.show(console, [found] * 19 + [replace(found, tenant="")], 20)
    assert not tenant.show(console, [found] * 18 + [replace(found, tenant="")], 19)
    assert "missed on a tenant: a; strict: test" in console.export_text()


def test_sample_is_the_same_each_time() -> None:
    names = [f"fault{number}" for number in range(50)]
    assert tenant.sample(9, names) == tenant.sample(9, reversed(names)) != sorted(names)[:9]
    assert tenant.sample(99, names) == sorted(names)
