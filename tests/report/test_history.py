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
    told: list[events.AnyEvent] = [
        run(**facts),
        *(verdict(test, outcome=outcome) for test, outcome in outcomes.items()),
        ended(),
    ]
    past.add(event_stream.collect(told), 0, 48)


def test_runs_come_back_latest_first(past: history.History) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "failed", B: "skipped"})
    assert [(seen.id, seen.passed, seen.failed, seen.other) for seen in past.runs()] == [
        ("night-02", 0, 1, 1),
        ("night-01", 1, 0, 0),
    ]


def test_difference_of_two_runs_names_what_flipped_came_and_went(past: history.History) -> None:
    remember(past, 1, {A: "passed", B: "passed", "c": "passed"})
    remember(past, 2, {A: "failed", B: "passed", "d": "passed"})
    changes = past.diff(past.find("last~1"), past.find("last"))
    assert [(change.test, change.before, change.after) for change in changes] == [
        ("c", "passed", None),
        ("d", None, "passed"),
        (A, "passed", "failed"),
    ]


def test_run_that_is_told_again_replaces_itself(past: history.History) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 1, {A: "failed"})
    assert [(seen.passed, seen.failed) for seen in past.runs()] == [(0, 1)]


def test_run_before_is_one_on_the_same_target(past: history.History) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "passed"}, target="staging")
    found = past.before(run(id="night-03", started=NOON + timedelta(days=3)))
    assert found is not None
    assert found.id == "night-01"


@pytest.mark.parametrize(("whole", "expected"), [(True, "night-01"), (False, "night-02")])
def test_run_before_is_as_whole(past: history.History, whole: bool, expected: str) -> None:  # noqa: FBT001  # a parameter
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "passed"}, whole=False)
    found = past.before(run(id="night-03", started=NOON + timedelta(days=3), whole=whole))
    assert found is not None
    assert found.id == expected


def test_run_of_some_tests_tells_nothing_of_the_others(past: history.History) -> None:
    remember(past, 1, {A: "passed", B: "passed"}, whole=False)
    remember(past, 2, {A: "failed", "c": "passed"}, whole=False)
    changes = past.changes(past.find("last~1"), run(id="night-02", whole=False))
    assert [(change.test, change.before, change.after) for change in changes] == [(A, "passed", "failed")]


@pytest.mark.parametrize("name", ["nowhere", "night", "last~7", "last~x"])
def test_run_that_is_not_there_is_named(past: history.History, name: str) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "passed"})
    with pytest.raises(history.UnknownRun, match="the latest are: night-02, night-01"):
        past.find(name)


def test_flip_on_same_seed_and_contracts_is_flaky(past: history.History) -> None:
    remember(past, 1, {A: "passed", B: "failed"})
    remember(past, 2, {A: "failed", B: "failed"})
    assert past.flaky() == [history.Flaky(A, 1, 1)]


@pytest.mark.parametrize("change", [{"seed": 2}, {"contracts": "decaf"}, {"target": "staging"}])
def test_flip_on_another_seed_contract_or_target_is_not_flaky(past: history.History, change: dict[str, Any]) -> None:
    remember(past, 1, {A: "passed"})
    remember(past, 2, {A: "failed"}, **change)
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
