import json
from pathlib import Path

import pytest

from loginradius_harness import emulator
from loginradius_harness.cli import main
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import Recorder
from tests.report.sample_data import exchange, run, verdict

TEST = "suites/contract/test_valid_requests.py::test_documented_example_succeeds[role.list_roles]"


def lines(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_calibrate_without_a_run_says_what_to_do(
    folder: Path, running: emulator.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", running.url]) == 2
    found = lines(capsys)
    assert "holds no run against" in found
    assert f"`loginradius-harness verify {running.url} --tier smoke`" in found
    assert not list(folder.glob("targets/*"))


def record(folder: Path, *stream: events.AnyEvent) -> None:
    recorder = Recorder(folder / "reports" / "out" / "record.ndjson")
    for event in stream:
        recorder.append(event)
    recorder.close()


def test_calibration_without_findings_can_be_read_again(folder: Path, running: emulator.Running) -> None:
    record(folder, run(target=running.url), exchange(), verdict(TEST))
    assert main(["calibrate", running.url]) == 0
    assert main(["calibrate", running.url]) == 0
    [file] = folder.glob("targets/*")
    assert json.loads(file.read_text(encoding="utf-8"))["actions"] == []


def test_run_without_answers_writes_no_overlay(
    folder: Path, running: emulator.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = verdict("target", suite="run", outcome="failed", cause="configuration")
    record(folder, run(target=running.url), refused)
    assert main(["calibrate", running.url]) == 2
    assert "asked" in lines(capsys)
    assert not list(folder.glob("targets/*"))


def test_run_against_another_target_is_not_read(
    folder: Path, running: emulator.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    record(folder, run(target="staging"), exchange())
    assert main(["calibrate", running.url]) == 2
    assert "holds no run against" in lines(capsys)


@pytest.mark.usefixtures("folder")
def test_unknown_difference_is_not_accepted(running: emulator.Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", running.url, "--accept", "extra-member.x"]) == 2
    assert "no difference is called extra-member.x; proposed are: none" in lines(capsys)


def test_twin_never_replaces_a_file(
    folder: Path, running: emulator.Running, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.json").write_text("mine", encoding="utf-8")
    assert main(["twin", running.url, "-o", "mine.json"]) == 2
    assert "mine.json exists" in lines(capsys)
    assert (folder / "mine.json").read_text(encoding="utf-8") == "mine"
