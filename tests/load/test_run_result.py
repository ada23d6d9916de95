from datetime import UTC, datetime

import pytest

from loginradius_harness.load.analysis import run_result
from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.analysis.slo import Result
from loginradius_harness.load.config import profiles
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.config.targets import LoadConsent
from loginradius_harness.load.workload import account_pool
from loginradius_harness.target.target import Target

LOG_IN, VALIDATE = "authentication.login_by_email", "authentication.validate_access_token"


@pytest.fixture
def plan(target: Target) -> Plan:
    profile = profiles.load("smoke")
    return Plan(target, profile, profile.curve(), 60, account_pool.default_path("x"), LoadConsent())


@pytest.fixture
def run(plan: Plan) -> Run:
    """Return a run that has sent and answered what comes before the load."""
    made = run_result.new_run(plan, datetime(2030, 1, 1, tzinfo=UTC))
    made.metrics.requests_sent = made.metrics.answered = 31
    return made


def count(run: Run, operation: str, number: int, micros: int) -> None:
    for _ in range(number):
        run.metrics.operation(operation).count("ok", micros, micros)


def test_a_run_stopped_before_the_first_measured_answer_is_partial(run: Run, plan: Plan) -> None:
    run.conclude(plan, 1, "stopped by SIGTERM", silent=False)
    assert run.result is Result.PARTIAL


def test_a_run_stopped_before_an_operation_was_called_is_partial(run: Run, plan: Plan) -> None:
    count(run, LOG_IN, 100, 1000)
    run.conclude(plan, 4, "stopped by SIGTERM", silent=False)
    assert run.result is Result.PARTIAL


def test_a_stopped_run_that_has_exceeded_a_limit_fails(run: Run, plan: Plan) -> None:
    count(run, VALIDATE, 100, 900_000)
    run.conclude(plan, 4, "stopped by SIGTERM", silent=False)
    assert run.result is Result.FAIL


def test_a_whole_run_that_never_called_an_operation_with_limits_fails(run: Run, plan: Plan) -> None:
    count(run, LOG_IN, 1000, 1000)
    run.conclude(plan, 20, "", silent=False)
    assert run.result is Result.FAIL


def test_a_whole_run_without_any_answer_found_the_target_unreachable(run: Run, plan: Plan) -> None:
    run.metrics.answered = 0
    run.conclude(plan, 20, "", silent=False)
    assert run.result is Result.UNREACHABLE
