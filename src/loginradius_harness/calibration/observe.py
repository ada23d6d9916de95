"""Send the same safe requests to a tenant, and keep what the answers look like.

A request is an operation's documented example, or one that meets a documented error. What it needs is created for it
and removed afterwards; guard, budget and rate limit of a shared tenant hold.
"""

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec.structs import replace

from loginradius_harness import contracts
from loginradius_harness.checks.error_scenarios import ErrorScenario, error_scenarios_of
from loginradius_harness.checks.generation.prepared_request import prepare, tenant_context_of
from loginradius_harness.checks.support import run_plan
from loginradius_harness.checks.support.run_plan import PlannedTest
from loginradius_harness.client.errors import (
    BudgetExhausted,
    ConfigurationError,
    ContractViolationError,
    InfrastructureError,
)
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.contracts import Operation
from loginradius_harness.target.target import Target
from loginradius_harness.tenants import TenantProvider, UnsupportedByTarget

Json = Any
REFUSAL = "suites/contract/test_documented_errors.py::test_documented_error_is_returned"


@dataclass(frozen=True)
class Case:
    """One request: the example of an operation, or an error scenario of it."""

    operation: Operation
    scenario: ErrorScenario | None

    @property
    def id(self) -> str:
        """The operation's id, and the scenario."""
        return f"{self.operation.id} {self.scenario.name if self.scenario else 'example'}"

    @property
    def cost(self) -> float:
        """Requests that it probably takes, as measured for the suites."""
        function = REFUSAL if self.scenario else run_plan.EXAMPLE
        return PlannedTest(id=f"{function}[{self.id}]", operation=self.operation.id).cost.requests

    def send(self, provider: TenantProvider) -> None:
        """Prepare and send it."""
        tenant = tenant_context_of(self.operation, provider)
        if self.scenario is not None:
            self.scenario.trigger(self.operation, tenant)
            return
        with prepare(self.operation, tenant) as prepared:
            prepared.send()


@dataclass(frozen=True)
class Answer:
    """What an answer looks like."""

    operation: str
    status: int
    code: int | None
    body: Json  # redacted
    violations: tuple[contracts.Violation, ...]


@dataclass(frozen=True)
class Observed:
    """Answers by the id of their case, why cases were not asked, and what could not be removed."""

    answers: dict[str, Answer]
    not_asked: dict[str, str]
    left: list[str] = field(default_factory=list)


def cases() -> Iterator[Case]:
    """Yield all safe cases, mixed: an example for each form of a success and a refusal of each group come first."""
    safe = [operation for operation in contracts.operations() if operation.effect in {"read", "write"}]
    known = [Case(operation, None) for operation in safe]
    known += [
        Case(operation, scenario)
        for operation in safe
        for scenario in error_scenarios_of(operation)
        if not (scenario.before or scenario.after) and scenario.times == 1
    ]
    kinds: dict[str, list[Case]] = {}
    for case in sorted(known, key=lambda case: (case.scenario is not None, case.cost, case.id)):
        kind = str(case.operation.responses) if case.scenario is None else case.operation.group
        kinds.setdefault(kind, []).append(case)
    rounds = itertools.zip_longest(*kinds.values())
    return (case for turn in rounds for case in turn if case is not None)


def observe(target: Target, wanted: Iterable[Case], requests: float = math.inf) -> Observed:
    """Send cases to a target, an emulator as if it were any shared tenant, while `requests` probably suffice.

    Raises ConfigurationError.
    """
    if target.is_production:
        raise ConfigurationError(
            f"{target.name} may hold accounts of real users: these requests are sent to no production tenant. "
            "Name the environment of a test tenant in targets.toml, or in HARNESS_KIND for a URL."
        )
    seen: list[Exchange] = []
    provider = TenantProvider(plain(target), seen.append)
    found, spent = Observed({}, {}), 0.0
    try:
        for case in wanted:
            if spent + case.cost > requests:
                continue
            seen.clear()
            reason = _reason(case, provider)
            spent += case.cost if seen else 0.0
            answered = [call for call in seen if call.operation == case.operation.id and call.status is not None]
            if answered and not reason:
                found.answers[case.id] = _answer(answered[-1])
            else:
                found.not_asked[case.id] = reason or "the request was not reached"
    finally:
        found.left.extend(provider.close())
    return found


def plain(target: Target) -> Target:
    """Return an emulator as a shared tenant without a control API; any other target as it is."""
    if not target.is_emulator:
        return target
    limits = replace(target.limits, requests_per_second=1_000.0)
    return replace(target, environment="development", shared=True, limits=limits)


def _reason(case: Case, provider: TenantProvider) -> str:
    """Send a case; return why it could not be asked."""
    try:
        case.send(provider)
    except (pytest.skip.Exception, UnsupportedByTarget, InfrastructureError) as reason:
        return str(reason)
    except BudgetExhausted:
        raise
    except ContractViolationError:
        return ""  # the answer is there, and is compared
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        return f"an answer on the way lacks what the request needs: {error!r}"
    return ""


def _answer(call: Exchange) -> Answer:
    assert call.status is not None  # noqa: S101  # chosen by the caller
    return Answer(call.operation, call.status, call.error_code, call.response_body, call.violations)
