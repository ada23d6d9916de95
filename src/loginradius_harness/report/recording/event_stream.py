"""The record stream: `reports/out/record.ndjson`, to which every process of a run appends whole lines."""

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from loginradius_harness.report.formats.text import shown, storable
from loginradius_harness.report.recording import events

OUT = Path("reports/out")  # below the directory in which a run starts
STREAM = "record.ndjson"
BUFFERED = 64 * 1024  # bytes; a killed process loses at most these, and never half a line

Announced = Any  # a `loginradius_harness.client.exchange.Exchange`: this room does not import that one. All it shows is redacted.


class RecordUnwritable(OSError):  # noqa: N818  # named after what happened, as the harness's failures are
    """The disk is full or the folder is not writable."""

    exit_code = 3


class Recorder:
    """Appends events. One for each process; lines of several processes never mix (O_APPEND, whole lines)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._encoder = msgspec.json.Encoder()
        self._waiting = bytearray()
        self._covered: set[events.Covered] = set()

    def append(self, event: events.AnyEvent) -> None:
        """Add one event; written when enough have gathered, or at `flush`."""
        try:
            line = self._encoder.encode(event)
        except UnicodeEncodeError:
            line = self._encoder.encode(storable(msgspec.to_builtins(event)))
        self._waiting += line + b"\n"
        if len(self._waiting) > BUFFERED:
            self.flush()

    def exchange(self, exchange: Announced) -> None:
        """Add one call of an operation."""
        violations = tuple(
            events.Violation(found.kind, found.pointer, found.requirement, found.expected, found.actual)
            for found in exchange.violations
        )
        self.append(
            events.Exchange(
                operation=exchange.operation,
                seconds=round(exchange.seconds, 6),
                status=exchange.status,
                error_code=exchange.error_code,
                trouble=exchange.trouble,
                violations=violations,
            )
        )

    def covered(self, criterion: str, *items: str, seen: bool = True) -> None:
        """Say that items of a coverage criterion were seen, or are asked for; repetitions cost nothing."""
        for item in items:
            event = events.Covered(criterion=criterion, item=item, seen=seen)
            if event not in self._covered:
                self._covered.add(event)
                self.append(event)

    def flush(self) -> None:
        """Write what waits. Raises RecordUnwritable where the disk does not take it."""
        try:
            while self._waiting:
                del self._waiting[: os.write(self._file, self._waiting)]
        except OSError as error:
            trouble = f"the record cannot be written: {error.strerror}"
            raise RecordUnwritable(error.errno, trouble, str(self.path)) from None

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self.flush()
        os.close(self._file)


def evidence(test: str, exchange: Announced) -> events.Evidence:
    """The call with its contents; long bodies are cut with a note."""
    return events.Evidence(
        test=test,
        operation=exchange.operation,
        started=exchange.started,
        seconds=round(exchange.seconds, 6),
        method=exchange.method,
        url=exchange.url,
        request_headers=dict(exchange.request_headers),
        request_body=shown(exchange.request_body),
        status=exchange.status,
        error_code=exchange.error_code,
        trouble=exchange.trouble,
        response_headers=dict(exchange.response_headers),
        response_body=shown(exchange.response_body),
        replay=exchange.replay,
    )


@dataclass
class RunRecord:
    """A stream, read. `unreadable` counts lines that a crash left half-written."""

    run: events.RunStarted | None = None
    ended: events.RunEnded | None = None
    exchanges: list[events.Exchange] = field(default_factory=list)
    evidence: dict[str, list[events.Evidence]] = field(default_factory=lambda: defaultdict(list))
    covered: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    asked_for: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    steps: dict[str, list[events.Step]] = field(default_factory=lambda: defaultdict(list))
    verdicts: list[events.Verdict] = field(default_factory=list)
    faults: list[events.Fault] = field(default_factory=list)
    loads: list[events.Load] = field(default_factory=list)
    unreadable: int = 0

    @property
    def complete(self) -> bool:
        """Whether the run came to its end."""
        return self.ended is not None and not self.unreadable

    def add(self, event: events.AnyEvent) -> None:
        """Sort one event into its place."""
        match event:
            case events.Exchange():
                self.exchanges.append(event)
            case events.Evidence():
                self.evidence[event.test].append(event)
            case events.Covered():
                (self.covered if event.seen else self.asked_for)[event.criterion].add(event.item)
            case events.Step():
                self.steps[event.test].append(event)
            case events.Verdict():
                self.verdicts.append(event)
            case events.Fault():
                self.faults.append(event)
            case events.Load():
                self.loads.append(event)
            case events.RunStarted():
                self.run = event
            case events.RunEnded():
                self.ended = event


def collect(stream: Iterable[events.AnyEvent]) -> RunRecord:
    """A record made of events at hand."""
    record = RunRecord()
    for event in stream:
        record.add(event)
    return record


def read(path: Path) -> RunRecord:
    """Read a stream. Lines that cannot be read are counted, not fatal: a killed run still has a report."""
    decoder = msgspec.json.Decoder(events.AnyEvent)
    record = RunRecord()
    with path.open("rb") as lines:
        for line in lines:
            try:
                record.add(decoder.decode(line))
            except msgspec.MsgspecError:
                record.unreadable += 1
    return record


def clear(path: Path) -> None:
    """Make room for a new run's stream."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
