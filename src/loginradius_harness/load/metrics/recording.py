"""What happens when a step of an iteration has ended: the same in the engine and in locust's own users."""

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.workload.execution import Iteration
from loginradius_harness.load.workload.requests import keep
from loginradius_harness.load.workload.response_check import CheckResult, record_check


def record_response(
    metrics: RunMetrics, iteration: Iteration, status: int, body: bytes, redactor: Redactor
) -> CheckResult:
    """Check the answer to the iteration's current step, record violations, keep values for later steps."""
    metrics.answered += 1
    result = iteration.step.checker.check(status, body)
    if iteration.measured:
        record_check(metrics.operation(iteration.step.operation), result, body, redactor)
    if result.kept:
        keep(iteration.user, result.kept)
    return result


def complete_step(metrics: RunMetrics, iteration: Iteration, result: CheckResult, now: float) -> bool:
    """Count the step that ended at `now` (seconds); return whether the iteration continues with another step."""
    measured, scenario, outcome = iteration.measured, iteration.scenario, result.outcome
    if measured:
        corrected, service = int((now - iteration.intended) * 1e6), int((now - iteration.sent) * 1e6)
        metrics.operation(iteration.step.operation).count(outcome, corrected, service)
    if scenario.has_many_steps:
        if outcome == "ok" and iteration.advance(now):
            return True
        if measured:
            duration = int((now - iteration.began) * 1e6)
            metrics.scenario(scenario.name).count(outcome, duration, duration)
    scenario.release(iteration.user)
    return False
