import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness.report.analysis import history
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import LOGIN, NOON, ended, load, run, verdict

A, B = "suites/contract/test_a.py::test_a", "suites/contract/test_b.py::test_b"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


@pytest.fixture
def past(file: Path) -> Iterator[history.History]:
    with history.opened(file) as opened:
        yield opened


def remember(past: history.History, night: int, outcomes: dict[str, str], **changes: Any) -> None:
    facts = {"id": f"night-{night:02}", "started": NOON + timedelta(days=night)} | changes
    stream: list[events.AnyEvent] = [
        run(**facts),
        *(verdict(test, outcome=outcome) for test, outcome in outcomes.items()),
        ended(),
    ]
    past.add(event_stream.collect(stream), 0, 48)


def test_runs_come_back_latest_first(past: history.History) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "failed", B: "skipped"})
    assert [(seen.id, seen.passed, seen.failed, seen.other) for seen in past.runs()] == [
        ("night-02", 0, 1, 1),
        ("night-01", 1, 0, 0),
    ]


def test_difference_of_two_runs_lists_changed_new_and_missing_tests(past: history.History) -> None:
    remember(past, 1, {A: "passed", B: "passed", "c": "passed"})
    remember(past, 2, {A: "failed", B: "passed", "d": "passed"})
    changes = past.diff(past.find("last~1"), past.find("last"))
    assert [(change.test, change.before, change.after) for change in changes] == [
        (A, "passed", "failed"),
        ("c", "passed", None),
        ("d", None, "passed"),
    ]


def test_run_that_is_added_again_replaces_itself(past: history.History) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 1, {A: "failed"})
    assert [(seen.passed, seen.failed) for seen in past.runs()] == [(0, 1)]


def previous(past: history.History) -> str:
    found = past.previous(past.find("last"))
    assert found is not None
    return found.id


def test_run_to_compare_with_is_one_on_the_same_target(past: history.History) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "passed"}, target="staging")
    remember(past, 3, {A: "passed"})
    assert previous(past) == "night-01"


@pytest.mark.parametrize("whole", [True, False])
def test_run_to_compare_with_is_the_last_whole_one(past: history.History, whole: bool) -> None:  # noqa: FBT001  # a parameter
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "passed"}, whole=False)
    remember(past, 3, {A: "passed"}, whole=whole)
    assert previous(past) == "night-01"


def test_interrupted_run_is_not_whole(past: history.History) -> None:
    remember(past, 1, {A: "passed"})
    stopped = events.RunEnded(finished=NOON, exit_code=2, interrupted=True)
    night = run(id="night-02", started=NOON + timedelta(days=2))
    past.add(event_stream.collect([night, verdict(A, outcome="failed"), stopped]), 2, 5)
    remember(past, 3, {A: "passed"})
    assert previous(past) == "night-01"


def test_run_of_some_tests_changes_nothing_of_the_others(past: history.History) -> None:
    remember(past, 1, {A: "passed", B: "passed"})
    remember(past, 2, {A: "failed", "c": "passed"}, whole=False)
    changes = past.changes(past.find("last~1"), past.find("last"))
    assert [(change.test, change.before, change.after) for change in changes] == [(A, "passed", "failed")]


def test_new_contract_failures_are_the_first_changes(past: history.History) -> None:
    remember(past, 1, {"a": "passed", "b": "passed", "c": "passed"})
    night = run(id="night-02", started=NOON + timedelta(days=2))
    failures = [
        verdict(name, outcome="failed", cause=cause) for name, cause in (("a", "infrastructure"), ("b", "contract"))
    ]
    past.add(event_stream.collect([night, *failures, verdict("c", outcome="skipped"), ended()]), 1, 5)
    changes = past.changes(past.find("last~1"), past.find("last"))
    assert [(change.test, change.cause) for change in changes] == [
        ("b", "contract"),
        ("a", "infrastructure"),
        ("c", None),
    ]


@pytest.mark.parametrize("name", ["nowhere", "night", "last~7", "last~x", "last~\u00b2", "last7"])
def test_run_that_is_not_there_is_named(past: history.History, name: str) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "passed"})
    with pytest.raises(history.UnknownRun, match="the latest are: night-02, night-01"):
        past.find(name)


def test_test_that_changes_back_and_forth_is_flaky(past: history.History) -> None:
    for night, outcome in enumerate(("passed", "failed", "passed"), 1):
        remember(past, night, {A: outcome, B: "failed"})
    assert past.flaky() == [history.Flaky(A, 2, 1)]


def test_regression_is_not_flaky(past: history.History) -> None:
    for night, outcome in enumerate(("passed", "passed", "failed", "failed"), 1):
        remember(past, night, {A: outcome})
    assert past.flaky() == []


def test_failures_of_the_infrastructure_do_not_make_a_test_flaky(past: history.History) -> None:
    for night, cause in enumerate((None, "infrastructure", None), 1):
        failed = verdict(A, outcome="failed" if cause else "passed", cause=cause)
        started = run(id=f"night-{night}", started=NOON + timedelta(days=night))
        past.add(event_stream.collect([started, failed, ended()]), 0, 5)
    assert past.flaky() == []


def test_test_that_passed_when_tried_again_is_flaky(past: history.History) -> None:
    past.add(event_stream.collect([run(), verdict(A, attempts=2), ended()]), 0, 5)
    assert past.flaky() == [history.Flaky(A, 1, 1)]


@pytest.mark.parametrize("change", [{"seed": 2}, {"contracts": "decaf"}, {"target": "staging"}])
def test_change_with_another_seed_contract_or_target_is_not_flaky(
    past: history.History, change: dict[str, Any]
) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "failed"}, **change)
    remember(past, 3, {A: "passed"})
    assert past.flaky() == []


def test_emulator_confirms_nothing(past: history.History) -> None:
    remember(past, 1, {A: "passed"})
    assert past.confirmed("operation") == {}


def test_tenant_confirms_what_passed_there(past: history.History) -> None:
    remember(past, 1, {A: "passed"}, target="staging", emulator=False)
    assert past.confirmed("operation") == {LOGIN: "staging on 2026-03-02"}


def test_failure_on_a_tenant_confirms_nothing(past: history.History) -> None:
    remember(past, 1, {A: "failed"}, target="staging", emulator=False)
    assert past.confirmed("operation") == {}


def test_load_percentiles_make_a_trend(past: history.History) -> None:
    past.add(event_stream.collect([run(), load(), ended()]), 0, 48)
    assert past.load_trend("smoke", LOGIN) == [("2026-03-01", 3.0, 12.5)]


def test_history_survives_closing(file: Path) -> None:
    for night in (1, 2):
        with history.opened(file) as opened:
            remember(opened, night, {A: "passed"})
    with history.opened(file) as opened:
        assert len(opened.runs()) == 2


def test_damaged_file_is_moved_aside_and_kept(file: Path) -> None:
    file.write_bytes(b"not a database, but somebody's only copy" * 50)
    with history.opened(file) as opened:
        assert opened.runs() == []
        assert opened.moved is not None
        assert opened.moved.read_bytes().startswith(b"not a database")


def test_newer_file_is_refused_and_left_alone(file: Path) -> None:
    with sqlite3.connect(file) as newer:
        newer.execute("create table future (x)")
        newer.execute("pragma user_version = 99")
    newer.close()
    before = file.read_bytes()
    with pytest.raises(history.HistoryNewer, match="has schema 99"), history.opened(file):
        pass
    assert file.read_bytes() == before


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [file.stem for file in history.MIGRATIONS] == [str(n) for n in range(1, len(history.MIGRATIONS) + 1)]
