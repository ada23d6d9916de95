"""The events of a run, as the record stream holds them: one JSON object per line.

An event is redacted before it is recorded; no reader of the stream looks for secrets.
"""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

SCHEMA = 2  # raised when a reader of older streams would misread a newer one

Outcome = Literal[
    "passed", "failed", "skipped",
    "warning", "by-design", "not-observable", "not-applicable",  # of a security check
    "expected", "quarantined",  # failures that `reports/known_issues` accepts, with a reason
    "blocked",  # could not get past a response that deviates, which another verdict is about
]  # fmt: skip
Cause = Literal["contract", "security", "configuration", "infrastructure"]


class Event(Struct, tag_field="event", kw_only=True, omit_defaults=True, frozen=True):
    """One line of the stream."""


class RunStarted(Event, tag="run", kw_only=True, frozen=True):
    """The first line: what runs, and against which target."""

    id: str
    started: datetime
    target: str
    url: str = ""
    emulator: bool = True
    command: str = ""
    repeat: str = "pytest"  # the command that repeats a test of this run, without the test's id
    seed: int | None = None
    contracts: str = ""  # digest of the contracts; flaky tests are looked for among runs with the same contracts
    operations: int = 0
    overlay: str = ""  # file of the target's overlay, relative to the folder in which the run started
    whole: bool = True  # no option of the command leaves a suite or a test out
    schema: int = SCHEMA


class Violation(Struct, frozen=True):
    """One difference between a response and its contract; the fields are those of `contracts.Violation`."""

    kind: Literal["broken", "hint", "drift", "undocumented", "accepted"]
    pointer: str
    requirement: str
    expected: str
    actual: str
    grade: str = ""  # how well the requirement is known, e.g. `recorded` or `inferred`
    source: str = ""  # where it is stated


class Exchange(Event, tag="exchange", kw_only=True, frozen=True):
    """One call of an operation, without its contents. `status` is None where no response came."""

    operation: str
    seconds: float
    status: int | None = None
    error_code: int | None = None
    trouble: str | None = None
    violations: tuple[Violation, ...] = ()


class Hint(Event, tag="hint", kw_only=True, frozen=True):
    """A promise with weak evidence that a test found violated, beyond those of an exchange's contract."""

    operation: str
    violation: Violation


class Evidence(Event, tag="evidence", kw_only=True, frozen=True):
    """One call with its contents, kept for journeys and for tests that did not pass."""

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
    """An item of a coverage criterion; `loginradius_harness.report.analysis.coverage` lists how items are written.

    `seen` is false for an item that is only required, where contracts do not say so (C7: the model's transitions).
    """

    criterion: str
    item: str
    seen: bool = True


class Step(Event, tag="step", kw_only=True, frozen=True):
    """One step of a journey, in plain words."""

    test: str
    name: str
    started: datetime
    seconds: float
    passed: bool = True


class Verdict(Event, tag="verdict", kw_only=True, frozen=True):
    """The result of one test."""

    test: str
    suite: str
    question: str
    outcome: Outcome
    seconds: float = 0.0
    title: str = ""
    operations: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    cause: Cause | None = None
    operation: str = ""  # the one of `operations` that failed
    requirement: str = ""
    expected: str = ""
    actual: str = ""
    message: str = ""
    replay: str = ""  # a command that sends the decisive request again
    requests: int = 0
    attempts: int = 1  # more than one where the test was rerun; one that then passes is flaky
    status: int | None = None  # of the decisive response of a failure
    grade: str = ""  # of the requirement, as in `Violation`
    source: str = ""
    row: int | None = None  # of the security checklist
    standards: tuple[str, ...] = ()


class Fault(Event, tag="fault", kw_only=True, frozen=True):
    """Whether the suites detected one seeded fault."""

    name: str
    category: str
    rule: str
    found: bool
    by: str = ""
    named: str = ""  # the rule or operation that the failure names
    seconds: float | None = None
    requests: int | None = None


class LoadRow(Struct, frozen=True, kw_only=True):
    """One operation (or journey) under load. `percentiles` maps e.g. "p99" to milliseconds; `rate` is per second."""

    name: str
    requests: int
    rate: float
    percentiles: dict[str, float]
    errors: dict[str, int] = field(default_factory=dict)
    violations: int = 0


class LoadPoint(Struct, frozen=True, kw_only=True):
    """One interval of a load run: seconds since its start, requests per second, percentiles in milliseconds."""

    at: float
    rate: float
    percentiles: dict[str, float]
    errors: int = 0


class Objective(Struct, frozen=True, kw_only=True):
    """One service level objective: the limit and the measured value, as text with units."""

    name: str
    limit: str
    measured: str
    met: bool


class Load(Event, tag="load", kw_only=True, frozen=True):
    """One load run. `invalid` says why its figures do not count, e.g. a saturated generator."""

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
    validity: dict[str, str] = field(default_factory=dict)  # the load generator's own figures, by name
    samples: tuple[dict[str, Any], ...] = ()  # exchanges that violated their contract


class Deselected(Event, tag="deselected", kw_only=True, frozen=True):
    """Tests that one process collected and does not run. The first process of a run counts the reasons of a tier."""

    tests: int
    reasons: dict[str, int] = field(default_factory=dict)


class Resumed(Event, tag="resumed", kw_only=True, frozen=True):
    """The run goes on after it was stopped or killed. What no test has answered before is asked from here."""

    paused: float = 0.0  # seconds since the event before


class RunEnded(Event, tag="end", kw_only=True, frozen=True):
    """The last line of a run that finished. `interrupted` is true where tests were left when it stopped."""

    finished: datetime
    exit_code: int
    interrupted: bool = False


AnyEvent = (
    RunStarted | Resumed | Deselected | Exchange | Hint | Evidence | Covered | Step | Verdict | Fault | Load | RunEnded
)
