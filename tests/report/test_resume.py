"""A run that was stopped or killed goes on where it ended."""

from pathlib import Path

import pytest

from loginradius_harness.report import finish
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import ended, run, verdict, write
from tests.report.sample_project import Suite

pytest_plugins = ["pytester"]

FILE = "suites/contract/test_valid_requests.py"
# Each test leaves its name in `asked`; the third does what STOP says.
SOURCE = """
    import os, pathlib, pytest

    def ask(number):
        with open("asked", "a") as file:
            file.write(f"{number}\\n")

    @pytest.mark.parametrize("number", range(6))
    def test_a(number, tenant):
        ask(number)
        if number == 1:
            raise tenant.Broken()
        if number == 3 and not pathlib.Path("mended").exists():
            STOP
"""


@pytest.fixture
def stopped(suite: Suite, request: pytest.FixtureRequest) -> Suite:
    """Return a project whose run has been stopped in its fourth test, which stops no later run."""
    stop = getattr(request, "param", "pytest.exit('enough')")
    file = suite.pytester.path / FILE
    file.parent.mkdir(parents=True)
    file.write_text(SOURCE.replace("\n    ", "\n").replace("STOP", stop))
    dies = stop.startswith("os.")
    (suite.pytester.runpytest_subprocess if dies else suite.pytester.runpytest_inprocess)("-p", "no:xdist")
    (suite.pytester.path / "mended").touch()
    return suite


def asked(project: Suite) -> list[int]:
    return sorted(map(int, (project.pytester.path / "asked").read_text().split()))


@pytest.mark.parametrize("stopped", ["os._exit(9)", "pytest.exit('enough')"], indirect=True)
def test_resumed_run_asks_only_what_is_left_and_reports_the_whole(stopped: Suite) -> None:
    first = stopped.record
    assert not first.complete or first.ended is None or first.ended.interrupted
    result = stopped.pytester.runpytest_inprocess("-p", "no:xdist", "--resume")
    result.stdout.fnmatch_lines(["resume: 3 tests have their verdict", "1 of 6 verdicts on staging failed: 1 contract"])
    assert result.ret == 1  # the failure of the first part counts
    assert asked(stopped) == [0, 1, 2, 3, 3, 4, 5]
    assert [found.outcome for found in stopped.record.verdicts].count("passed") == 5
    assert (stopped.record.whole, stopped.record.complete) == (True, True)
    assert (stopped.out / "junit.xml").read_text().count("<testcase") == 6


def test_workers_ask_only_what_is_left(stopped: Suite) -> None:
    stopped.pytester.path.joinpath("asked").unlink()
    stream = stopped.out / "record.ndjson"
    stream.write_bytes(stream.read_bytes().replace(b"pytest -p no:xdist", b"pytest -n 2"))
    stopped.pytester.runpytest_subprocess("-n", "2", "--resume").assert_outcomes(passed=3)
    assert asked(stopped) == [3, 4, 5]
    assert stopped.record.whole


def test_line_that_was_cut_does_not_spoil_the_next(stopped: Suite) -> None:
    with (stopped.out / "record.ndjson").open("ab") as file:
        file.write(b'{"event":"verdict","test":"suit')
    stopped.pytester.runpytest_inprocess("-p", "no:xdist", "--resume")
    assert (stopped.record.complete, len(stopped.record.verdicts)) == (True, 6)


def test_finished_run_has_nothing_left_to_ask(stopped: Suite) -> None:
    for _ in range(2):
        result = stopped.pytester.runpytest_inprocess("-p", "no:xdist", "--resume")
    assert result.ret == 1
    assert asked(stopped) == [0, 1, 2, 3, 3, 4, 5]
    assert stopped.record.whole


@pytest.mark.parametrize("stopped", ["raise tenant.Failure('502', 3)"], indirect=True)
def test_what_the_network_did_not_answer_is_asked_again(stopped: Suite) -> None:
    result = stopped.pytester.runpytest_inprocess("-p", "no:xdist", "--resume")
    assert asked(stopped) == [0, 1, 2, 3, 3, 4, 5]
    assert result.ret == 1
    assert [found.cause for found in stopped.record.verdicts if found.cause] == ["contract"]


def test_other_options_are_refused_in_one_line(stopped: Suite) -> None:
    before = (stopped.out / "record.ndjson").read_bytes()
    result = stopped.pytester.runpytest_subprocess("-p", "no:xdist", "--resume", "-k", "a and not b")
    assert result.ret == 2
    result.stderr.fnmatch_lines(["*--resume needs the options of the run that it goes on with, * not -k 'a and not b'"])
    assert "Traceback" not in result.stderr.str()
    assert (stopped.out / "record.ndjson").read_bytes() == before


def test_first_run_cannot_be_resumed(suite: Suite) -> None:
    (suite.pytester.path / "suites").mkdir()
    (suite.pytester.path / "suites/test_a.py").write_text("def test_a(): pass")
    result = suite.pytester.runpytest_subprocess("--resume")
    assert result.ret == 2
    result.stderr.fnmatch_lines(["*--resume: * holds no run to go on with"])


def test_pause_is_no_part_of_the_runs_time(tmp_path: Path) -> None:
    stream: list[events.AnyEvent] = [run(), verdict(f"{FILE}::a"), events.Resumed(paused=3600.0), verdict(f"{FILE}::b")]
    write(tmp_path / "record.ndjson", [*stream, ended(3610)])
    assert finish.write_report(tmp_path, event_stream.read(tmp_path / "record.ndjson")).seconds == 10


def test_end_of_a_stopped_run_is_judged_anew() -> None:
    gap = verdict("coverage::C1", suite="coverage", outcome="failed", cause="contract")
    stream: list[events.AnyEvent] = [run(), verdict(f"{FILE}::a"), gap, ended(), events.Resumed()]
    record = event_stream.collect(stream)
    assert [found.test for found in record.verdicts] == [f"{FILE}::a"]
    assert record.ended is None
