"""What an answer means: whether it keeps the contract, and what the next step needs from it.

Every answer is judged. An answer whose bytes were seen before is judged from memory, which costs about a microsecond;
answers that give something new each time, such as a token, are not remembered.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.contracts import Operation, Violation
from loginradius_harness.load.metrics.counters import OperationMetrics, Outcome, Sample
from loginradius_harness.load.workload.scenarios import Step

_REMEMBERED = 4096  # answers per step
_LARGEST = 16384  # bytes of an answer worth remembering
_SHOWN = 2000  # characters of an answer in a sample
_TOO_MANY = 429
_SERVER_ERRORS = 500


class CheckResult(msgspec.Struct, frozen=True):
    """What one answer amounts to. `answer` is `status` or `status/code`, `kept` are the variables it gave."""

    outcome: Outcome
    answer: str
    violations: tuple[Violation, ...] = ()
    kept: dict[str, str] = {}

    @property
    def drifted(self) -> bool:
        """The answer has members that the contract does not know, which is reported but no error."""
        return any(violation.kind == "drift" for violation in self.violations)


class ResponseChecker:
    """Judges the answers to one step."""

    def __init__(self, step: Step, operation: Operation) -> None:
        self._step = step
        self._operation = operation
        self._projected = "fields" in step.query
        self._known: dict[tuple[int, bytes], CheckResult] = {}

    def judge(self, status: int, body: bytes) -> CheckResult:
        """The verdict on an answer."""
        key = (status, body)
        verdict = self._known.get(key)
        if verdict is None:
            verdict = self._judge(status, body)
            if not self._step.keep and len(body) <= _LARGEST:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[key] = verdict
        return verdict

    def _judge(self, status: int, body: bytes) -> CheckResult:
        if status == _TOO_MANY:
            return CheckResult("limited", "429")
        try:
            data = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return self._unreadable(status, body)
        code = data.get("ErrorCode") if isinstance(data, Mapping) else None
        answer = f"{status}/{code}" if code is not None else str(status)
        if status >= _SERVER_ERRORS:
            return CheckResult("server_error", answer)
        violations = self._operation.check(status, data, projected=self._projected) + self._unexpected(status, code)
        if any(violation.kind != "drift" for violation in violations):
            return CheckResult("contract", answer, violations)
        if code is not None and code != self._step.refusal:
            return CheckResult("refused", answer, violations)
        return self._kept(data, answer, violations)

    def _unreadable(self, status: int, body: bytes) -> CheckResult:
        if status >= _SERVER_ERRORS:  # a gateway's page: the contract speaks of the product's answers only
            return CheckResult("server_error", str(status))
        text = body[:60].decode("utf-8", "replace")
        violation = Violation("broken", "", f"responses/{status}", "a JSON body", repr(text))
        return CheckResult("contract", str(status), (violation,))

    def _unexpected(self, status: int, code: Any) -> tuple[Violation, ...]:
        """A success where the step knows that it must be refused."""
        if self._step.refusal is None or code is not None:
            return ()
        return (Violation("broken", "", "refusal", f"error {self._step.refusal}", f"status {status}"),)

    def _kept(self, data: Any, answer: str, violations: tuple[Violation, ...]) -> CheckResult:
        kept = {}
        for variable, member in self._step.keep.items():
            value = _member(data, member)
            if value is None:
                missing = Violation("broken", f"/{member}", f"scenario/{variable}", "a value for the next step", "none")
                return CheckResult("contract", answer, (*violations, missing))
            kept[variable] = str(value)
        return CheckResult("ok", answer, violations, kept)


def enter(ledger: OperationMetrics, verdict: CheckResult, body: bytes, redactor: Redactor) -> None:
    """Enter a verdict's findings into a ledger; the exchange is only written out for a finding that is new."""
    try:
        ledger.answers[verdict.answer] += 1
    except KeyError:
        ledger.answers[verdict.answer] = 1
    ledger.received += len(body)
    if not verdict.violations:
        return
    if verdict.outcome == "contract":
        ledger.violations += 1
    if verdict.drifted:
        ledger.drifts += 1
    known = {sample.key: sample for sample in ledger.samples}
    for found in verdict.violations:
        sample = known.get((found.kind, found.requirement, found.pointer))
        if sample:
            sample.count += 1
        else:
            shown = _show(verdict.answer, body, redactor)
            actual = redactor.text(found.actual)
            ledger.keep(Sample(found.kind, found.pointer, found.requirement, found.expected, actual, shown))


def _show(answer: str, body: bytes, redactor: Redactor) -> str:
    try:
        text = msgspec.json.encode(redactor.answer(msgspec.json.decode(body))).decode()
    except msgspec.DecodeError:
        text = redactor.text(body.decode("utf-8", "replace"))
    return f"{answer} {text[:_SHOWN]}"


def _member(data: Any, path: str) -> Any:
    for name in path.split("/"):
        data = data.get(name) if isinstance(data, Mapping) else None
    return data
