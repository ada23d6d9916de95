from types import SimpleNamespace
from typing import Any, cast

import pytest

from loginradius_harness.report.recording.progress import Progress


class Watch:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def progress(lines: list[str], watch: Watch, tests: int) -> Progress:
    made = Progress(lines.append, operations=250, clock=watch)
    made.pytest_collection_finish(cast("Any", SimpleNamespace(items=[None] * tests)))
    return made


def test_line_counts_tests_and_operations_and_foresees_the_end(watch: Watch) -> None:
    lines: list[str] = []
    run = progress(lines, watch, tests=4)
    for name in ("a[mfa.get_settings]", "b[mfa.get_settings-apikey]", "c[pin.login]"):
        watch.now += 5
        run.pytest_runtest_logfinish(name)
    assert lines == ["2 of 4 tests, 1 of 250 operations, about 10 s left"]


def test_short_run_prints_no_line(watch: Watch) -> None:
    lines: list[str] = []
    run = progress(lines, watch, tests=2)
    watch.now += 9.9
    run.pytest_runtest_logfinish("a[pin.login]")
    assert lines == []


def test_tests_of_workers_are_counted_once(watch: Watch) -> None:
    run = progress([], watch, tests=0)
    for _ in range(2):
        run.pytest_xdist_node_collection_finished(["a", "b"])
    run.pytest_runtest_logfinish("a")
    assert run.line(1).startswith("1 of 2 tests")
