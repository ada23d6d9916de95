from types import SimpleNamespace
from typing import Any, cast

import pytest

from loginradius_harness.report.recording.progress import Progress


class Watch:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def progress(lines: list[str], watch: Watch, tests: int) -> Progress:
    made = Progress(lines.append, operations={"mfa.get_settings", "pin.login"}, clock=watch)
    made.pytest_collection_finish(cast("Any", SimpleNamespace(items=[None] * tests)))
    return made


def test_line_counts_tests_and_operations_and_estimates_the_end(watch: Watch) -> None:
    lines: list[str] = []
    run = progress(lines, watch, tests=4)
    for name in ("a[mfa.get_settings]", "b[mfa.get_settings-apikey]", "c[pin.login]"):
        watch.now += 5
        run.pytest_runtest_logfinish(name)
    assert lines == ["2 of 4 tests, 1 of 2 operations, about 10 s left"]


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


def test_parameter_that_looks_like_an_operation_is_not_counted(watch: Watch) -> None:
    run = progress([], watch, tests=1)
    run.pytest_runtest_logfinish("a[mailbox.wait]")
    assert "0 of 2 operations" in run.line(1)


def test_lines_become_rare_in_a_long_run(watch: Watch) -> None:
    lines: list[str] = []
    run = progress(lines, watch, tests=3_600)
    for _ in range(3_600):
        watch.now += 1
        run.pytest_runtest_logfinish("a[pin.login]")
    assert len(lines) < 35
