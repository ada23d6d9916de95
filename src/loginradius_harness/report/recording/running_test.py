"""The test that is running, and what it has recorded so far."""

from collections import deque
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.report.analysis import failure_causes, requirement
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import ExchangeLike

KEPT_EXCHANGES = 50  # a property test sends hundreds; the last ones explain a failure
CHECKLIST = "security"  # the suite whose tests answer rows of the security checklist
JOURNEYS = frozenset({"journeys"})  # suites whose exchanges are kept for passed tests too


@dataclass
class RunningTest:
    """Collect from the start of one attempt at a test to its end."""

    item: pytest.Item
    exchanges: deque[ExchangeLike] = field(default_factory=lambda: deque(maxlen=KEPT_EXCHANGES))
    requests: int = 0
    seconds: float = 0.0
    exercised: dict[str, None] = field(default_factory=dict)  # operation ids, in the order of their first call
    outcome: events.Outcome = "passed"
    failure: failure_causes.Failure | None = None
    comparison: tuple[str, str] | None = None  # expected and actual of the last failed `assert left == right`
    reason: str = ""
    security_result: dict[str, Any] = field(default_factory=dict)  # what `set_outcome` was given
    phases: int = 0  # of set-up, call and tear-down: those that have ended
    attempt: int = 1
    earlier_failure: str = ""  # of the first attempt

    def next_attempt(self) -> "RunningTest":
        """Return the same test at the start of its next attempt, with nothing of this one but what it has cost."""
        first = self.earlier_failure or (self.failure.message if self.failure else self.reason)
        return RunningTest(
            self.item,
            requests=self.requests,
            seconds=self.seconds,
            attempt=self.attempt + 1,
            earlier_failure=first.partition("\n")[0],
        )

    def exchange(self, exchange: ExchangeLike) -> None:
        """Add a call."""
        self.exchanges.append(exchange)
        self.requests += 1
        self.exercised[exchange.operation] = None

    @property
    def suite(self) -> str:
        """Return the folder below `suites/`."""
        return PurePosixPath(self.item.nodeid.partition("::")[0]).parent.name

    @property
    def question(self) -> str:
        """Return the question of the file: `valid requests` for `suites/contract/test_valid_requests.py`."""
        return PurePosixPath(self.item.nodeid.partition("::")[0]).stem.removeprefix("test_").replace("_", " ")

    @property
    def is_worth_keeping(self) -> bool:
        """Whether the exchanges are kept."""
        return self.suite in JOURNEYS or self.outcome not in {"passed", "skipped"}

    def verdict(self) -> events.Verdict:
        """Return the test's verdict."""
        return events.Verdict(
            test=self.item.nodeid,
            suite=self.suite,
            question=self.question,
            seconds=round(self.seconds, 4),
            title=_title(self.item),
            operations=self._operations,
            rules=_marked(self.item, "rule"),
            requests=self.requests,
            attempts=self.attempt,
            **(self._failed() if self.failure else self._not_failed()),
            **(_checklist(self.item) if self.suite == CHECKLIST else {}),
        )

    @property
    def _operations(self) -> tuple[str, ...]:
        return _declared_operations(self.item) or tuple(self.exercised)

    def _failed(self) -> dict[str, Any]:
        failure = self.failure or failure_causes.Failure("contract", self.reason)
        expected, actual = self.comparison or ("", "")
        decisive = self.exchanges[-1] if self.exchanges else None
        standards = ", ".join(_security_requirements(self.item, failure))
        return {
            "outcome": self.outcome,
            "cause": "security" if standards else failure.cause,
            "operation": failure.operation or self._failed_operation(),
            "requirement": failure.requirement,
            "expected": failure.expected or expected,
            "actual": failure.actual or actual,
            "message": failure.message,
            "replay": failure.replay or (decisive.replay if decisive else ""),
            "status": decisive.status if decisive else None,
            "grade": "security finding" if standards else failure.grade,
            "source": standards or failure.source,
        }

    def _not_failed(self) -> dict[str, Any]:
        if self.security_result:
            replay = self.exchanges[-1].replay if self.exchanges else ""
            return {"outcome": self.outcome, "replay": replay} | self.security_result
        reason = self.reason
        if self.attempt > 1 and self.outcome == "passed":
            reason = f"passed on attempt {self.attempt}; the first failed: {self.earlier_failure}"
        return {"outcome": self.outcome, "message": reason}

    def _failed_operation(self) -> str:
        """Return the only operation, or the one called last, for a failure that names none."""
        operations = self._operations
        if len(operations) == 1:
            return operations[0]
        return str(self.exchanges[-1].operation) if self.exchanges else ""


def _declared_operations(item: pytest.Item) -> tuple[str, ...]:
    """Return the ids of the `operation` parameter and of the mark of that name."""
    parameter = getattr(getattr(item, "callspec", None), "params", {}).get("operation")
    own = () if parameter is None else (str(getattr(parameter, "id", parameter)),)
    return own + _marked(item, "operation")


def _security_requirements(item: pytest.Item, failure: failure_causes.Failure) -> list[str]:
    """Return the standards' requirements that a failure violates; none if it breaks a promise of the vendor.

    That is a promise of a contract's schemas, or a rule among the test's that the vendor states.
    """
    if failure.cause != "contract" or requirement.is_schema_place(failure.requirement):
        return []
    named = _marked(item, "rule")
    rules = [rule for rule in contracts.rules() if rule.id in named]
    if any(rule.level != "security" for rule in rules):
        return []
    return list(dict.fromkeys(standard for rule in rules for standard in rule.requirements))


def _marked(item: pytest.Item, name: str) -> tuple[str, ...]:
    return tuple(str(argument) for mark in item.iter_markers(name) for argument in mark.args)


def _checklist(item: pytest.Item) -> dict[str, Any]:
    """Return row and requirements of a `security(row, *standards)` mark, else of the first rule that has a row."""
    mark = item.get_closest_marker("security")
    if mark is not None:
        return {"row": mark.args[0], "standards": tuple(map(str, mark.args[1:]))}
    ids = set(_marked(item, "rule"))
    with_row = (rule for rule in contracts.rules() if rule.id in ids and rule.checklist)
    rule = next(with_row, None)
    return {} if rule is None else {"row": rule.checklist[0], "standards": rule.source}


def _title(item: pytest.Item) -> str:
    """Return the first line of the test's docstring, or its name as words, with its parameters."""
    doc = getattr(getattr(item, "function", None), "__doc__", None)
    name = getattr(item, "originalname", None) or item.name
    text = doc.strip().splitlines()[0] if doc else name.removeprefix("test_").replace("_", " ")
    parameters = getattr(getattr(item, "callspec", None), "id", "")
    return f"{text} [{parameters}]" if parameters else text
