"""What happens to a flow when a step of it has ended: the same in both tiers."""

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.workload.execution import Iteration
from loginradius_harness.load.workload.requests import keep
from loginradius_harness.load.workload.response_check import CheckResult, enter


def record_response(books: RunMetrics, flow: Iteration, status: int, body: bytes, redactor: Redactor) -> CheckResult:
    """Judge the answer to the flow's step, write down what it breaks, keep what it gave."""
    books.answered += 1
    verdict = flow.step.judge.judge(status, body)
    if flow.measured:
        enter(books.ledger(flow.step.row), verdict, body, redactor)
    if verdict.kept:
        keep(flow.actor, verdict.kept)
    return verdict


def complete_step(books: RunMetrics, flow: Iteration, verdict: CheckResult, now: float) -> bool:
    """Count the step that has ended at `now`; True when the flow goes on with its next, else it is over."""
    measured, program, outcome = flow.measured, flow.program, verdict.outcome
    if measured:
        took, served = int((now - flow.intended) * 1e6), int((now - flow.sent) * 1e6)
        books.ledger(flow.step.row).count(outcome, took, served)
    if program.is_journey:
        if outcome == "ok" and flow.advance(now):
            return True
        if measured:
            took = int((now - flow.began) * 1e6)
            books.journey(program.name).count(outcome, took, took)
    program.release(flow.actor)
    return False
