import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from loginradius_harness.cli.report import main
from loginradius_harness.report import finish
from loginradius_harness.report.notify import notify
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import NOON, ended, exchange, run, verdict, write

TEST = "suites/contract/test_a.py::a"
DRIFT = events.Violation("drift", "/Profile/New", "responses/200", "no such member", "1")


def night(out: Path, number: int, outcome: str, **changes: Any) -> None:
    started = NOON + timedelta(days=number)
    began = run(id=f"night-{number}", started=started, **changes)
    told: list[events.AnyEvent] = [began, verdict(TEST, outcome=outcome), exchange(violations=(DRIFT,)), ended()]
    finish.tell(out, event_stream.read(write(out / "record.ndjson", told)))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    night(tmp_path, 1, "passed")
    (tmp_path / "record.ndjson").unlink()
    night(tmp_path, 2, "failed")
    return tmp_path


def said(out: Path, capsys: pytest.CaptureFixture[str], *command: str, exit_code: int = 0) -> str:
    capsys.readouterr()
    assert main(["--report", str(out), *command]) == exit_code
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_diff_compares_the_last_two_runs(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(out, capsys, "diff")
    assert "night-1 on embedded" in text
    assert TEST in text


def test_diff_names_an_unknown_run(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(out, capsys, "diff", "yesterday", exit_code=2)
    assert text == "'yesterday' names 0 runs; the latest are: night-2, night-1\n"


def test_trend_lists_runs_the_oldest_first(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(out, capsys, "trend")
    assert text.index("night-1") < text.index("night-2")


def test_flaky_names_what_flipped(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert TEST in said(out, capsys, "flaky")


def test_drift_proposes_ledger_entries_for_review(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [entry] = json.loads(said(out, capsys, "drift", "--propose"))
    assert (entry["pointer"], entry["reason"]) == ("/Profile/New", "")


def test_render_writes_the_page_again(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "index.html").unlink()
    assert "index.html" in said(out, capsys, "render")
    assert (out / "index.html").exists()


@pytest.mark.parametrize("command", ["render", "diff", "trend", "flaky", "drift", "notify"])
def test_command_before_the_first_run_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    text = said(tmp_path, capsys, command, exit_code=2)
    assert text.endswith("run `pytest` first, or name its folder with --report\n")


def test_change_of_verdict_is_news(out: Path, tmp_path: Path) -> None:
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


def test_same_red_as_yesterday_is_no_news(out: Path, tmp_path: Path) -> None:
    (out / "record.ndjson").unlink()
    night(out, 3, "failed")
    output = tmp_path / "github-output"
    transport = httpx.MockTransport(lambda _: pytest.fail("nothing is to be posted"))
    environ = {"HARNESS_NOTIFY_URL": "http://127.0.0.1:1/hook", "GITHUB_OUTPUT": str(output)}
    assert notify(out, environ, transport) == "No verdict changed."
    assert output.read_text() == "changed=false\n"


def test_runs_on_other_targets_are_no_yesterday(out: Path) -> None:
    (out / "record.ndjson").unlink()
    night(out, 3, "passed", target="staging")
    assert notify(out, {}) == "Nothing to compare with yet."


def test_webhook_that_refuses_is_named_without_its_address(out: Path) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(500))
    with pytest.raises(OSError, match="HARNESS_NOTIFY_URL did not take the news") as failure:
        notify(out, {"HARNESS_NOTIFY_URL": "http://127.0.0.1:1/secret-hook"}, transport)
    assert "secret-hook" not in str(failure.value)
