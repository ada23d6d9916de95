"""The test that runs at this moment, and what it lets be known."""

from collections import deque
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.report.analysis import failure_causes
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import Announced

KEPT_EXCHANGES = 50  # a property test sends hundreds; the last ones explain its failure
CHECKLIST = "security"  # the suite whose tests answer rows of the security checklist
STORIES = frozenset({"journeys"})  # suites whose exchanges are kept also where all went well


@dataclass
class RunningTest:
    """Collects from `pytest_runtest_protocol`'s start to its end."""

    item: pytest.Item
    exchanges: deque[Announced] = field(default_factory=lambda: deque(maxlen=KEPT_EXCHANGES))
    requests: int = 0
    seconds: float = 0.0
    exercised: dict[str, None] = field(default_factory=dict)  # operation ids, in the order of their first call
    outcome: events.Outcome = "passed"
    failure: failure_causes.Failure | None = None
    comparison: tuple[str, str] | None = None  # expected and actual of the last failed `assert left == right`
    reason: str = ""
    judged: dict[str, Any] = field(default_factory=dict)

    def exchange(self, exchange: Announced) -> None:
        """Note a call."""
        self.exchanges.append(exchange)
        self.requests += 1
        self.exercised[exchange.operation] = None

    @property
    def suite(self) -> str:
        """The folder below `suites/`."""
        return PurePosixPath(self.item.nodeid.partition("::")[0]).parent.name

    @property
    def question(self) -> str:
        """The file's question: `suites/contract/test_valid_requests.py` asks `valid requests`."""
        return PurePosixPath(self.item.nodeid.partition("::")[0]).stem.removeprefix("test_").replace("_", " ")

    @property
    def is_worth_keeping(self) -> bool:
        """Whether somebody will want to look at the exchanges."""
        return self.suite in STORIES or self.outcome not in {"passed", "skipped"}

    def verdict(self) -> events.Verdict:
        """The test's verdict."""
        failure = self.failure or failure_causes.Failure("contract", self.reason)
        operations = _declared_operations(self.item) or tuple(self.exercised)
        expected, actual = self.comparison or ("", "")
        decisive = self.exchanges if self.failure or self.judged else ()
        said: dict[str, Any] = {
            "outcome": self.outcome,
            "cause": failure.cause if self.failure else None,
            "operation": failure.operation or self._suspect(operations) if self.failure else "",
            "requirement": failure.requirement,
            "expected": failure.expected or expected,
            "actual": failure.actual or actual,
            "message": failure.message,
            "replay": failure.replay or (decisive[-1].replay if decisive else ""),
        }
        return events.Verdict(
            test=self.item.nodeid,
            suite=self.suite,
            question=self.question,
            seconds=round(self.seconds, 4),
            title=_title(self.item),
            operations=operations,
            rules=_marked(self.item, "rule"),
            requests=self.requests,
            **(said | (self.judged if self.outcome in {"passed", "skipped"} else {})),
            **(_checklist(self.item) if self.suite == CHECKLIST else {}),
        )

    def _suspect(self, operations: tuple[str, ...]) -> str:
        """Where it went wrong, if the failure does not say: the only operation, or the one that answered last."""
        if len(operations) == 1:
            return operations[0]
        return str(self.exchanges[-1].operation) if self.exchanges else ""


def _declared_operations(item: pytest.Item) -> tuple[str, ...]:
    """Ids of the `operation` mark, or of the parameter of that name."""
    parameter = getattr(getattr(item, "callspec", None), "params", {}).get("operation")
    own = () if parameter is None else (str(getattr(parameter, "id", parameter)),)
    return own + _marked(item, "operation")


def _marked(item: pytest.Item, name: str) -> tuple[str, ...]:
    return tuple(str(argument) for mark in item.iter_markers(name) for argument in mark.args)


def _checklist(item: pytest.Item) -> dict[str, Any]:
    """Row and requirements: of a `security(row, *standards)` mark, else of the first rule that has a row."""
    mark = item.get_closest_marker("security")
    if mark is not None:
        return {"row": mark.args[0], "standards": tuple(map(str, mark.args[1:]))}
    ids = set(_marked(item, "rule"))
    with_row = (rule for rule in contracts.rules() if rule.id in ids and rule.checklist)
    rule = next(with_row, None)
    return {} if rule is None else {"row": rule.checklist[0], "standards": rule.source}


def _title(item: pytest.Item) -> str:
    """The test's docstring, or its name as a sentence; and its parameters."""
    doc = getattr(getattr(item, "function", None), "__doc__", None)
    name = getattr(item, "originalname", None) or item.name
    says = doc.strip().splitlines()[0] if doc else name.removeprefix("test_").replace("_", " ")
    parameters = getattr(getattr(item, "callspec", None), "id", "")
    return f"{says} [{parameters}]" if parameters else says
