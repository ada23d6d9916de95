import dataclasses
import random
from datetime import UTC, datetime

import pytest

from loginradius_harness.load.analysis import run_result
from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.analysis.slo import Result
from loginradius_harness.load.config import profiles
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.config.targets import LoadConsent
from loginradius_harness.load.metrics.counters import RunMetrics
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


def test_the_record_of_a_run_of_hours_stays_small(plan: Plan) -> None:
    two_hours = dataclasses.replace(plan, curve=plan.profile.curve(seconds=7200))
    run = run_result.new_run(two_hours, datetime(2030, 1, 1, tzinfo=UTC))
    rng = random.Random(1)  # noqa: S311  # a test that can be repeated
    for second in range(0, 7200, 12):
        metrics = RunMetrics()
        for _ in range(200):
            micros = int(10 ** rng.uniform(2, 7))  # from a tenth of a millisecond to ten seconds
            metrics.operation(LOG_IN).count("ok", micros, micros)
        run.add(metrics, run.warm_up + second)
    histograms = [part.operations[LOG_IN].corrected for part in run.intervals.values()]
    assert len(histograms) == 120
    assert max(len(histogram.counts) for histogram in histograms) < 2500
    keys = {id(key) for histogram in histograms for key in histogram.counts}
    assert len(keys) < 2500
