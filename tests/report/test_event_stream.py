import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from loginradius_harness.contracts import Violation
from loginradius_harness.report.formats.text import LONGEST, printable, shown
from loginradius_harness.report.recording import event_stream
from tests.report.sample_data import LOGIN, ended, exchange, run, three_failures, verdict, write


def sample_exchange(**changes: Any) -> Any:
    facts: dict[str, Any] = {
        "operation": LOGIN,
        "started": datetime.now(UTC),
        "seconds": 0.01,
        "status": 200,
        "error_code": None,
        "trouble": None,
        "violations": (Violation("drift", "/Profile/New", "responses/200", "no such member", "1"),),
        "method": "POST",
        "url": "http://127.0.0.1:1/",
        "request_headers": {},
        "request_body": {"email": "ada@example.com"},
        "response_headers": {},
        "response_body": {"Profile": {}},
        "replay": "curl http://127.0.0.1:1/",
    }
    return SimpleNamespace(**(facts | changes))


def test_stream_is_read_as_it_was_written(stream: Path) -> None:
    stream_of_run = three_failures()
    assert event_stream.read(write(stream, stream_of_run)) == event_stream.collect(stream_of_run)


def test_each_line_is_one_json_object_that_names_its_event(stream: Path) -> None:
    lines = write(stream, three_failures()).read_bytes().splitlines()
    assert {json.loads(line)["event"] for line in lines} >= {"run", "verdict", "exchange", "step", "load", "end"}


def test_exchange_keeps_its_violations(stream: Path) -> None:
    recorder = event_stream.Recorder(stream)
    recorder.exchange(sample_exchange())
    recorder.close()
    [call] = event_stream.read(stream).exchanges
    assert [found.pointer for found in call.violations] == ["/Profile/New"]


def test_killed_run_is_read_up_to_its_last_whole_line(stream: Path) -> None:
    write(stream, [run(), verdict("suites/contract/test_a.py::test_a"), exchange()])
    with stream.open("ab") as file:
        file.write(b'{"event":"verdict","test":"suites/con')
    found = event_stream.read(stream)
    assert (len(found.verdicts), found.unreadable, found.complete) == (1, 1, False)


def test_run_that_ended_is_complete(stream: Path) -> None:
    assert event_stream.read(write(stream, [run(), ended()])).complete


def test_several_processes_share_a_stream(stream: Path) -> None:
    recorders = [event_stream.Recorder(stream) for _ in range(3)]
    for number in range(300):
        recorders[number % 3].append(verdict(f"suites/contract/test_a.py::test_{number}", message="x" * 500))
    for recorder in recorders:
        recorder.close()
    found = event_stream.read(stream)
    assert (len({seen.test for seen in found.verdicts}), found.unreadable) == (300, 0)


def test_repeated_coverage_is_written_once(stream: Path) -> None:
    recorder = event_stream.Recorder(stream)
    for _ in range(100):
        recorder.covered("C6", f"{LOGIN} apikey missing")
    recorder.close()
    assert len(stream.read_bytes().splitlines()) == 1


def test_full_disk_is_one_clear_error(stream: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    recorder = event_stream.Recorder(stream)
    recorder.append(run())
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(event_stream.RecordUnwritable, match="cannot be written: No space left on device") as failure:
        recorder.flush()
    assert failure.value.exit_code == 3


def test_large_body_is_cut_with_a_note() -> None:
    text = shown("x" * 10_000_000)
    assert text is not None
    assert len(text) < LONGEST + 100
    assert text.endswith("9,992,000 of 10,000,000 characters are left out")


def test_evidence_holds_both_bodies_as_text() -> None:
    kept = event_stream.evidence("suites/journeys/test_a.py::test_a", sample_exchange())
    assert (kept.request_body, kept.response_body) == ('{\n  "email": "ada@example.com"\n}', '{\n  "Profile": {}\n}')


def test_control_characters_are_written_out() -> None:
    assert printable("a\x00b\ud800c\td\n") == "a\\x00b\\ud800c\td\n"
