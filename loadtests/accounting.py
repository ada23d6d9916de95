"""What happens to a flow when a step of it has ended: the same in both tiers."""

from harness.redaction import Redactor
from loadtests.books import Books
from loadtests.flow import Flow
from loadtests.verdict import Verdict, enter
from loadtests.wire import keep


def heard(books: Books, flow: Flow, status: int, body: bytes, redactor: Redactor) -> Verdict:
    """Judge the answer to the flow's step, write down what it breaks, keep what it gave."""
    books.answered += 1
    verdict = flow.step.judge.judge(status, body)
    if flow.measured:
        enter(books.ledger(flow.step.row), verdict, body, redactor)
    if verdict.kept:
        keep(flow.actor, verdict.kept)
    return verdict


def settle(books: Books, flow: Flow, verdict: Verdict, now: float) -> bool:
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
