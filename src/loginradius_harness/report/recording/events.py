"""What can happen in a run: the events of the record stream, one JSON object a line.

Whoever announces an event redacts it first; nothing behind this point looks for secrets.
"""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

SCHEMA = 1  # raised when a reader of older streams would misread a newer one

Outcome = Literal[
    "passed", "failed", "skipped",
    "warning", "by-design", "not-observable", "not-applicable",  # what a security check may say instead of passed
    "expected", "quarantined",  # a failure that a ledger names, with its reason
]  # fmt: skip
Cause = Literal["contract", "configuration", "infrastructure"]


class Event(Struct, tag_field="event", kw_only=True, omit_defaults=True, frozen=True):
    """One line of the stream."""


class RunStarted(Event, tag="run", kw_only=True, frozen=True):
    """The first line: what runs, and against whom."""

    id: str
    started: datetime
    target: str
    url: str = ""
    emulator: bool = True
    command: str = ""
    replay: str = "pytest"  # the command, without test ids, that repeats any test of this run
    seed: int | None = None
    contracts: str = ""  # digest of the contracts: runs with different promises are not compared for flakiness
    operations: int = 0
    whole: bool = True  # no suite and no test was left out
    schema: int = SCHEMA


class Violation(Struct, frozen=True):
    """One way in which an answer differs from its contract; the fields are those of `contracts.Violation`."""

    kind: Literal["broken", "drift", "undocumented"]
    pointer: str
    requirement: str
    expected: str
    actual: str


class Exchange(Event, tag="exchange", kw_only=True, frozen=True):
    """One call of an operation, without its contents. `status` is None where no answer came."""

    operation: str
    seconds: float
    status: int | None = None
    error_code: int | None = None
    trouble: str | None = None
    violations: tuple[Violation, ...] = ()


class Evidence(Event, tag="evidence", kw_only=True, frozen=True):
    """One call with its contents, kept where somebody will want to look: journeys, and tests that did not pass."""

    test: str
    operation: str
    started: datetime
    seconds: float
    method: str
    url: str
    request_headers: dict[str, str] = field(default_factory=dict)
    request_body: str | None = None
    status: int | None = None
    error_code: int | None = None
    trouble: str | None = None
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str | None = None
    replay: str = ""


class Covered(Event, tag="covered", kw_only=True, frozen=True):
    """Something that a coverage criterion counts; see `loginradius_harness.report.analysis.coverage` for the wording of items.

    `seen` is false for what is only asked for, where contracts cannot tell (C7: the transitions of the model).
    """

    criterion: str
    item: str
    seen: bool = True


class Step(Event, tag="step", kw_only=True, frozen=True):
    """One step of a journey, as a person would say it."""

    test: str
    name: str
    started: datetime
    seconds: float
    passed: bool = True


class Verdict(Event, tag="verdict", kw_only=True, frozen=True):
    """How one test ended."""

    test: str
    suite: str
    question: str
    outcome: Outcome
    seconds: float = 0.0
    title: str = ""
    operations: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    cause: Cause | None = None
    operation: str = ""  # where it went wrong, among `operations`
    requirement: str = ""
    expected: str = ""
    actual: str = ""
    message: str = ""
    replay: str = ""  # a command that sends the decisive request again
    requests: int = 0
    row: int | None = None  # of the security checklist
    standards: tuple[str, ...] = ()


class Fault(Event, tag="fault", kw_only=True, frozen=True):
    """Whether the harness saw one seeded fault."""

    name: str
    category: str
    rule: str
    found: bool
    by: str = ""
    named: str = ""  # the rule or operation that the failure named
    seconds: float | None = None
    requests: int | None = None


class LoadRow(Struct, frozen=True, kw_only=True):
    """One operation (or journey) under load. `percentiles` maps e.g. "p99" to milliseconds."""

    name: str
    requests: int
    rate: float
    percentiles: dict[str, float]
    errors: dict[str, int] = field(default_factory=dict)
    violations: int = 0


class LoadPoint(Struct, frozen=True, kw_only=True):
    """One interval of a load run: seconds since its start, requests a second, percentiles in milliseconds."""

    at: float
    rate: float
    percentiles: dict[str, float]
    errors: int = 0


class Objective(Struct, frozen=True, kw_only=True):
    """One service level objective, what was wanted and what was measured, in words."""

    name: str
    wanted: str
    measured: str
    met: bool


class Load(Event, tag="load", kw_only=True, frozen=True):
    """One load run. `invalid` says why its figures cannot be trusted, e.g. a saturated generator."""

    profile: str
    target: str
    started: datetime
    seconds: float
    passed: bool
    invalid: str = ""
    rows: tuple[LoadRow, ...] = ()
    series: tuple[LoadPoint, ...] = ()
    histogram: tuple[tuple[float, int], ...] = ()  # upper bound in milliseconds, requests
    objectives: tuple[Objective, ...] = ()
    trust: dict[str, str] = field(default_factory=dict)  # offered, delivered, send lateness, generator CPU ...
    samples: tuple[dict[str, Any], ...] = ()  # exchanges that broke their contract


class RunEnded(Event, tag="end", kw_only=True, frozen=True):
    """The last line of a run that was not killed."""

    finished: datetime
    exit_code: int


AnyEvent = RunStarted | Exchange | Evidence | Covered | Step | Verdict | Fault | Load | RunEnded
