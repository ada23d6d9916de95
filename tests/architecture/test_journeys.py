"""All journeys pass on an embedded emulator, and every operation succeeds in one of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loginradius_harness import contracts
from loginradius_harness.report.recording import event_stream
from loginradius_harness.report.recording.event_stream import STREAM, RunRecord

ROOT = Path(__file__).parents[2]
JOURNEYS = "suites/journeys"
MIN_JOURNEYS = 60


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """Return the record of a run of every journey."""
    out = tmp_path_factory.mktemp("journeys")
    options = ["-n", "2", "-p", "no:cacheprovider", "--report", str(out)]
    command = [sys.executable, "-m", "pytest", JOURNEYS, *options]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
    run = subprocess.run(command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True, timeout=600)
    assert (out / STREAM).exists(), run.stdout + run.stderr
    return event_stream.read(out / STREAM)


def test_every_journey_passes(record: RunRecord) -> None:
    assert len(record.verdicts) >= MIN_JOURNEYS
    assert {verdict.test: verdict.message for verdict in record.verdicts if verdict.outcome != "passed"} == {}


def test_every_operation_succeeds_in_a_journey(record: RunRecord) -> None:
    calls = [call for journey in record.evidence.values() for call in journey]
    succeeded = {call.operation for call in calls if call.status in contracts.get(call.operation).responses}
    assert sorted({operation.id for operation in contracts.operations()} - succeeded) == []
