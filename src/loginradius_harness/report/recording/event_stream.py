"""The record stream, `reports/out/record.ndjson`: each process of a run appends whole lines to it."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from loginradius_harness.report.formats.text import shown, storable
from loginradius_harness.report.recording import events

OUT = Path("reports/out")  # of the root folder of a run, and of the folder in which other commands start
STREAM = "record.ndjson"
SUITES = "suites"
BUFFERED = 64 * 1024  # bytes: what a killed process loses at most, always whole lines

ExchangeLike = Any  # a `client.exchange.Exchange`, which reports do not import; its members are redacted
ViolationLike = Any  # a `contracts.Violation`


class RecordUnwritable(OSError):  # noqa: N818  # named after what happened, as the client's failures are
    """The disk is full or the folder is not writable."""

    exit_code = 3


class Recorder:
    """Append events to a stream; one recorder per process. Lines of several processes do not mix (O_APPEND)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._encoder = msgspec.json.Encoder()
        self._buffer = bytearray()
        self._covered: set[events.Covered] = set()

    def append(self, event: events.AnyEvent) -> None:
        """Add one event; it is written when the buffer is full, or at `flush`."""
        try:
            line = self._encoder.encode(event)
        except UnicodeEncodeError:
            line = self._encoder.encode(storable(msgspec.to_builtins(event)))
        self._buffer += line + b"\n"
        if len(self._buffer) > BUFFERED:
            self.flush()

    def exchange(self, exchange: ExchangeLike) -> None:
        """Add one call of an operation."""
        violations = tuple(map(_violation, exchange.violations))
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

    def hint(self, operation: str, violation: ViolationLike) -> None:
        """Add a hint that a test found."""
        self.append(events.Hint(operation=operation, violation=_violation(violation)))

    def covered(self, criterion: str, *items: str, seen: bool = True) -> None:
        """Add items of a coverage criterion that were seen, or (`seen=False`) are required; each is written once."""
        for item in items:
            event = events.Covered(criterion=criterion, item=item, seen=seen)
            if event not in self._covered:
                self._covered.add(event)
                self.append(event)

    def flush(self) -> None:
        """Write the buffer. Raises RecordUnwritable where that is not possible."""
        try:
            while self._buffer:
                del self._buffer[: os.write(self._file, self._buffer)]
        except OSError as error:
            trouble = f"the record cannot be written: {error.strerror}"
            raise RecordUnwritable(error.errno, trouble, str(self.path)) from None

    def close(self) -> None:
        """Write the buffer and close the file."""
        self.flush()
        os.close(self._file)


def _violation(found: ViolationLike) -> events.Violation:
    return events.Violation(
        found.kind, found.pointer, found.requirement, found.expected, found.actual, found.grade, found.source
    )


def evidence(test: str, exchange: ExchangeLike) -> events.Evidence:
    """Return the call with its contents; long bodies are cut, with a note."""
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
    """The events of a stream by kind. `unreadable` counts lines that a crash left incomplete."""

    run: events.RunStarted | None = None
    ended: events.RunEnded | None = None
    exchanges: list[events.Exchange] = field(default_factory=list)
    hints: list[events.Hint] = field(default_factory=list)
    evidence: dict[str, list[events.Evidence]] = field(default_factory=lambda: defaultdict(list))
    covered: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    required: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    steps: dict[str, list[events.Step]] = field(default_factory=lambda: defaultdict(list))
    by_test: dict[str, events.Verdict] = field(default_factory=dict)  # a test that was asked again has its last one
    faults: list[events.Fault] = field(default_factory=list)
    loads: list[events.Load] = field(default_factory=list)
    deselected: int = 0
    left_out: Counter[str] = field(default_factory=Counter)  # reason of the tier -> tests, which have no verdict
    unreadable: int = 0
    paused: float = 0.0  # seconds between a stop and the time when the run went on
    answered: frozenset[str] = frozenset()  # tests that had answered when the run went on

    @property
    def verdicts(self) -> list[events.Verdict]:
        """The verdict of each test."""
        return list(self.by_test.values())

    @property
    def whole(self) -> bool:
        """Whether every test ran to its end, so that other runs can be compared with this one."""
        chosen = self.run is not None and self.run.whole and not self.deselected
        return chosen and self.complete and self.ended is not None and not self.ended.interrupted

    @property
    def complete(self) -> bool:
        """Whether the run finished."""
        return self.ended is not None and not self.unreadable

    def add(self, event: events.AnyEvent) -> None:
        """Add one event."""
        match event:
            case events.RunStarted() | events.Resumed() | events.Deselected() | events.RunEnded():
                self._add_run_event(event)
            case events.Evidence() | events.Step() | events.Verdict():
                self._add_test_event(event)
            case events.Covered():
                (self.covered if event.seen else self.required)[event.criterion].add(event.item)
            case events.Exchange():
                self.exchanges.append(event)
            case events.Hint():
                self.hints.append(event)
            case events.Fault():
                self.faults.append(event)
            case events.Load():
                self.loads.append(event)

    def _add_run_event(self, event: events.RunStarted | events.Resumed | events.Deselected | events.RunEnded) -> None:
        match event:
            case events.RunStarted():
                self.run = event
            case events.Resumed():
                self._resume(event)
            case events.Deselected():
                self.deselected += event.tests
                self.left_out.update(event.reasons)
            case events.RunEnded():
                self.ended = event

    def _add_test_event(self, event: events.Evidence | events.Step | events.Verdict) -> None:
        match event:
            case events.Evidence():
                self.evidence[event.test].append(event)
            case events.Step():
                self.steps[event.test].append(event)
            case events.Verdict():
                self.by_test[event.test] = event

    def _resume(self, event: events.Resumed) -> None:
        """Forget what the run asks again: tests without an answer, and what its end has added."""
        self.by_test = {test: verdict for test, verdict in self.by_test.items() if is_answer(verdict)}
        self.answered = frozenset(self.by_test)
        for kept in (self.evidence, self.steps):
            for test in kept.keys() - self.answered:
                del kept[test]
        self.ended, self.deselected, self.unreadable = None, 0, 0
        self.left_out.clear()
        self.paused += event.paused


def is_answer(verdict: events.Verdict) -> bool:
    """Whether a test has asked the tenant, and need not ask again: neither network nor configuration failed."""
    failed = verdict.outcome == "failed" and verdict.cause in {"configuration", "infrastructure"}
    return verdict.test.startswith(f"{SUITES}/") and not failed


def collect(stream: Iterable[events.AnyEvent]) -> RunRecord:
    """Return a record of the given events."""
    record = RunRecord()
    for event in stream:
        record.add(event)
    return record


def read(path: Path) -> RunRecord:
    """Read a stream. Unreadable lines are counted, so that a killed run still has a report."""
    decoder = msgspec.json.Decoder(events.AnyEvent)
    record = RunRecord()
    with path.open("rb") as lines:
        for line in lines:
            try:
                record.add(decoder.decode(line))
            except msgspec.MsgspecError:
                record.unreadable += 1
    return record
