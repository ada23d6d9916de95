"""Figures of large answers: judged against the contract, redacted and recorded as the client and the reports do it."""

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from evaluation.benchmarks.contracts import profile, seconds
from evaluation.benchmarks.figure import Figure
from loginradius_harness import contracts
from loginradius_harness.client.exchange import Exchange, Wire
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.report.recording.event_stream import Recorder, evidence

OPERATION = "authentication.get_profile"
MEGABYTE = 1_000_000
ROUNDS = 3
TEXT = "The quick brown fox jumps over the lazy dog, 3 times. "
ENTRY = {"Name": "Ada Lovelace", "Id": "a0b1c2d3e4f54a0b91c2d3e4f5a0b1c2", "Count": 17, "Ratio": 0.25, "Since": None}


def figures() -> Iterator[Figure]:
    """Yield the time of one answer of 1 MB and of 10 MB: long texts, and many small members."""
    for name, make in (("texts", texts), ("members", members)):
        for size, limit in ((1, "<= 50"), (10, "<= 1000")):
            figure = f"client: judge, redact and record {size} MB of {name}"
            duration = seconds(partial(play, make(size * MEGABYTE)), ROUNDS)
            yield Figure(figure, 1e3 * duration, "ms", limit)


def texts(size: int) -> dict[str, Any]:
    """Return a profile of so many bytes, most of it one text."""
    return profile() | {"About": TEXT * (size // len(TEXT))}


def members(size: int) -> dict[str, Any]:
    """Return a profile of so many bytes, most of it small members."""
    return profile() | {"CustomObject": [ENTRY] * (size // len(json.dumps(ENTRY)))}


def play(data: dict[str, Any]) -> None:
    """Do with a decoded answer what a failing test on a tenant does."""
    operation = contracts.get(OPERATION)
    exchange = Exchange(
        operation=OPERATION,
        started=datetime.now(UTC),
        seconds=0.1,
        attempts=1,
        status=200,
        error_code=contracts.error_code(data),
        trouble=None,
        violations=operation.check(200, data),
        _wire=Wire("GET", "https://api.example.com/identity/v2/auth/account", (), None, (), data),
        _redactor=Redactor(),
    )
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "record.ndjson")
        recorder.exchange(exchange)
        recorder.append(evidence("test", exchange))
        recorder.close()
