import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from loginradius_harness.cli import main
from loginradius_harness.report import finish
from loginradius_harness.report.notify import notify
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import NOON, ended, exchange, run, verdict, write

TEST = "suites/contract/test_a.py::a"
DRIFT = events.Violation("drift", "/Profile/New", "responses/200", "no member New", "{}")


def add_run(out: Path, number: int, outcome: str, test: str = TEST, **changes: Any) -> None:
    started = NOON + timedelta(days=number)
    began = run(id=f"night-{number}", started=started, **changes)
    stream: list[events.AnyEvent] = [began, verdict(test, outcome=outcome), exchange(violations=(DRIFT,)), ended()]
    finish.write_report(out, event_stream.read(write(out / "record.ndjson", stream)))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    add_run(tmp_path, 1, "passed")
    (tmp_path / "record.ndjson").unlink()
    add_run(tmp_path, 2, "failed")
    return tmp_path


def output(out: Path, capsys: pytest.CaptureFixture[str], *command: str, exit_code: int = 0) -> str:
    capsys.readouterr()
    assert main(["report", "--report", str(out), *command]) == exit_code
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_diff_compares_the_last_two_runs(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = output(out, capsys, "diff")
    assert "night-1 on embedded" in text
    assert TEST in text


def test_diff_with_a_selection_counts_what_ran_only_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole: list[events.AnyEvent] = [verdict(f"{TEST}[{number}]") for number in range(300)]
    stream = [run(id="whole"), *whole, ended()]
    finish.write_report(tmp_path, event_stream.read(write(tmp_path / "whole.ndjson", stream)))
    chosen = run(id="chosen", started=NOON + timedelta(days=1))
    failing = [verdict(f"{TEST}[{name}]", outcome="failed", cause="contract") for name in ("0", "new")]
    stream = [chosen, *failing, verdict(f"{TEST}[other]"), ended()]
    finish.write_report(tmp_path, event_stream.read(write(tmp_path / "chosen.ndjson", stream)))
    text = output(tmp_path, capsys, "diff")
    assert text.endswith("299 more ran only in whole.\n1 more ran only in chosen.\n")
    assert (text.count(TEST), "did not run" in text) == (2, True)


def test_diff_names_an_unknown_run(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = output(out, capsys, "diff", "yesterday", exit_code=2)
    assert text == "'yesterday' names 0 runs; the latest are: night-2, night-1\n"


def test_trend_lists_runs_the_oldest_first(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = output(out, capsys, "trend")
    assert text.index("night-1") < text.index("night-2")


def test_flaky_names_tests_that_are_not_stable(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "record.ndjson").unlink()
    add_run(out, 3, "passed")
    assert TEST in output(out, capsys, "flaky")


@pytest.mark.parametrize("command", ["diff", "flaky"])
def test_names_with_brackets_are_printed_as_they_are(
    out: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    for number, outcome in ((3, "passed"), (4, "failed"), (5, "passed")):
        (out / "record.ndjson").unlink()
        add_run(out, number, outcome, test="suites/contract/test_a.py::a[/x-[bold]-[/red]]")
    assert "a[/x-[bold]-[/red]]" in output(out, capsys, command)


def test_arrow_is_printed_in_any_encoding(out: Path) -> None:
    command = [sys.executable, "-P", "-m", "loginradius_harness", "report", "--report", str(out), "diff"]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    finished = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (finished.returncode, b"\\u2192" in finished.stdout) == (0, True), finished.stderr


def test_unknown_option_is_refused(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No such option" in output(out, capsys, "trend", "--limti", "3", exit_code=2)


def test_drift_proposes_entries_for_review(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [entry] = json.loads(output(out, capsys, "drift", "--propose"))
    assert (entry["member"], entry["reason"]) == ("New", "")


def test_render_writes_the_page_again(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "index.html").unlink()
    assert "index.html" in output(out, capsys, "render")
    assert (out / "index.html").exists()


@pytest.mark.parametrize("command", ["render", "diff", "trend", "flaky", "drift", "notify"])
def test_command_before_the_first_run_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    text = output(tmp_path, capsys, command, exit_code=2)
    assert text.endswith("run `pytest` first, or name its folder with --report\n")


def test_changed_result_is_posted(out: Path, tmp_path: Path) -> None:
    posted: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        return httpx.Response(200)

    output = tmp_path / "github-output"
    environ = {"HARNESS_NOTIFY_URL": "http://127.0.0.1:1/hook", "GITHUB_OUTPUT": str(output)}
    notify(out, environ, httpx.MockTransport(take))
    [request] = posted
    assert json.loads(request.content)["text"].endswith(f"- {TEST}: passed → failed")
    assert output.read_text() == "changed=true\n"


def test_unchanged_failure_is_not_posted(out: Path, tmp_path: Path) -> None:
    (out / "record.ndjson").unlink()
    add_run(out, 3, "failed")
    output = tmp_path / "github-output"
    transport = httpx.MockTransport(lambda _: pytest.fail("nothing is to be posted"))
    environ = {"HARNESS_NOTIFY_URL": "http://127.0.0.1:1/hook", "GITHUB_OUTPUT": str(output)}
    assert notify(out, environ, transport) == "No result changed."
    assert output.read_text() == "changed=false\n"


def test_first_run_on_a_target_is_not_compared(out: Path) -> None:
    (out / "record.ndjson").unlink()
    add_run(out, 3, "passed", target="staging")
    assert notify(out, {}) == "This is the first run on staging: there is nothing to compare with."


def test_webhook_that_refuses_is_named_without_its_address(out: Path) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(500))
    with pytest.raises(OSError, match="HARNESS_NOTIFY_URL did not accept the message") as failure:
        notify(out, {"HARNESS_NOTIFY_URL": "http://127.0.0.1:1/secret-hook"}, transport)
    assert "secret-hook" not in str(failure.value)


def test_killed_run_is_posted_as_such(out: Path) -> None:
    (out / "record.ndjson").unlink()
    write(out / "record.ndjson", [run(id="killed"), verdict(TEST)])
    assert notify(out, {}) == "The run on embedded (killed) did not finish."


def test_failing_network_is_one_line_of_the_message(out: Path) -> None:
    (out / "record.ndjson").unlink()
    failures = [
        verdict(f"{TEST}{number}", outcome="failed", cause=cause)
        for number, cause in enumerate(("contract", "infrastructure", "infrastructure"))
    ]
    began = run(id="later", started=NOON + timedelta(days=3))
    stream: list[events.AnyEvent] = [began, verdict(TEST, outcome="failed"), *failures, ended()]
    finish.write_report(out, event_stream.read(write(out / "record.ndjson", stream)))
    assert notify(out, {}).splitlines() == [
        "1 result changed on embedded (later):",
        f"- {TEST}0: new → failed",
        "2 tests on embedded failed because of the infrastructure.",
    ]
