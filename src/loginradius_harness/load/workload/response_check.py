"""Check answers: whether they keep the contract, and which values the next step needs from them.

Every answer is checked. The result for bytes that were seen before comes from a cache, which costs about a microsecond;
answers that hold something new each time, such as a token, are not cached.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.contracts import Operation, Violation, error_code
from loginradius_harness.contracts.operation import JSON_TYPE
from loginradius_harness.contracts.overlay import EMPTY, Overlay
from loginradius_harness.load.metrics.counters import OperationMetrics, Outcome, Sample
from loginradius_harness.load.workload.offline_validation import OfflineValidator
from loginradius_harness.load.workload.scenarios import Step

_MAX_CACHED = 4096  # answers per step
_MAX_CACHED_BYTES = 16384  # of one answer
_MAX_SHOWN = 2000  # characters of an answer in a sample
_RATE_LIMITED = 429
_SERVER_ERRORS = 500


class CheckResult(msgspec.Struct, frozen=True):
    """The result of a check. `answer` is `status` or `status/code`, `kept` are the variables taken from the answer."""

    outcome: Outcome
    answer: str
    violations: tuple[Violation, ...] = ()
    kept: dict[str, str] = {}

    @property
    def drifted(self) -> bool:
        """Return whether the answer has members that the contract does not know: reported, but not an error."""
        return any(violation.kind == "drift" for violation in self.violations)


class ResponseChecker:
    """Checks the answers to one step; with `strict`, promises with weak evidence are binding too.

    What the tenant's overlay accepts is no violation.
    """

    def __init__(self, step: Step, operation: Operation, *, strict: bool, overlay: Overlay = EMPTY) -> None:
        self._step = step
        self._operation = operation
        self._strict = strict
        self._overlay = overlay
        self._projected = "fields" in step.query
        self._cache: dict[tuple[int, bytes], CheckResult] = {}
        self.validates_offline = bool(step.offline_token)
        self.validator: OfflineValidator | None = None  # set before the load, where tokens are validated

    def check(self, status: int, body: bytes) -> CheckResult:
        """Return the result for an answer."""
        key = (status, body)
        result = self._cache.get(key)
        if result is None:
            result = self._check(status, body)
            if not self._step.keep and len(body) <= _MAX_CACHED_BYTES:
                if len(self._cache) >= _MAX_CACHED:
                    self._cache.clear()
                self._cache[key] = result
        return result

    def _check(self, status: int, body: bytes) -> CheckResult:
        if status == _RATE_LIMITED:
            return CheckResult("rate_limited", "429")
        try:
            is_json = self._operation.media_type(status) == JSON_TYPE
            data = msgspec.json.decode(body) if is_json else body.decode()
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._unreadable(status, body)
        code = self._refusal(data)
        answer = f"{status}/{code}" if code is not None else str(status)
        if status >= _SERVER_ERRORS:
            return CheckResult("server_error", answer)
        found = self._operation.check(status, data, projected=self._projected, strict=self._strict)
        violations = self._overlay.judge(self._operation.id, found) + self._unexpected(status, code)
        if any(violation.kind not in {"drift", "hint", "accepted"} for violation in violations):
            return CheckResult("contract_violation", answer, violations)
        if code is not None and code != self._step.expected_error:
            return CheckResult("api_error", answer, violations)
        return self._with_kept_values(data, answer, violations)

    def _refusal(self, data: Any) -> Any:
        """Return the error of an answer: the product's number or, at the hub, the name that OAuth gives it."""
        code = error_code(data)
        if code is None and self._operation.protocol == "oauth":
            return _member(data, "error") or _member(data, "location?error")
        return code

    def _unreadable(self, status: int, body: bytes) -> CheckResult:
        if status >= _SERVER_ERRORS:  # a gateway's page: the contract describes the product's answers only
            return CheckResult("server_error", str(status))
        text = body[:60].decode("utf-8", "replace")
        violation = Violation("broken", "", f"responses/{status}", "a JSON body", repr(text))
        return CheckResult("contract_violation", str(status), (violation,))

    def _unexpected(self, status: int, code: Any) -> tuple[Violation, ...]:
        """Return a violation for success where the step expects an error."""
        if self._step.expected_error is None or code is not None:
            return ()
        return (
            Violation(
                "broken", "", "scenario/expected_error", f"error {self._step.expected_error}", f"status {status}"
            ),
        )

    def _with_kept_values(self, data: Any, answer: str, violations: tuple[Violation, ...]) -> CheckResult:
        wrong = self._wrong_member(data)
        if wrong:
            return CheckResult("contract_violation", answer, (*violations, wrong))
        kept = {}
        for variable, member in self._step.keep.items():
            value = _member(data, member)
            if value is None:
                missing = Violation("broken", f"/{member}", f"scenario/{variable}", "a value for the next step", "none")
                return CheckResult("contract_violation", answer, (*violations, missing))
            kept[variable] = str(value)
        return CheckResult("ok", answer, violations, kept)

    def _wrong_member(self, data: Any) -> Violation | None:
        """Return a violation for a member that does not say what the scenario expects, or for an invalid token."""
        for member, expected in self._step.expected_members.items():
            if (actual := _member(data, member)) != expected:
                return Violation("broken", f"/{member}", "scenario/expected_members", repr(expected), repr(actual))
        if self.validates_offline:
            assert self.validator  # noqa: S101  # set with the keys, before the load
            member = self._step.offline_token
            if trouble := self.validator.trouble(str(_member(data, member))):
                return Violation("broken", f"/{member}", "scenario/offline_token", "a valid token", trouble)
        return None


def record_check(entry: OperationMetrics, result: CheckResult, body: bytes, redactor: Redactor) -> None:
    """Add the findings of a check to an operation's figures; the exchange is formatted only for a new finding."""
    try:
        entry.answers[result.answer] += 1
    except KeyError:
        entry.answers[result.answer] = 1
    entry.received += len(body)
    if not result.violations:
        return
    if result.outcome == "contract_violation":
        entry.violations += 1
    if result.drifted:
        entry.drifts += 1
    known = {sample.key: sample for sample in entry.samples}
    for found in result.violations:
        sample = known.get((found.kind, found.requirement, found.pointer))
        if sample:
            sample.count += 1
        else:
            exchange = _format(result.answer, body, redactor)
            actual = redactor.text(found.actual)
            entry.keep(Sample(found.kind, found.pointer, found.requirement, found.expected, actual, exchange))


def _format(answer: str, body: bytes, redactor: Redactor) -> str:
    try:
        text = msgspec.json.encode(redactor.answer(msgspec.json.decode(body))).decode()
    except msgspec.DecodeError:
        text = redactor.text(body.decode("utf-8", "replace"))
    return f"{answer} {text[:_MAX_SHOWN]}"


def _member(data: Any, path: str) -> Any:
    """Return a member, as `outer/inner`; as `member?name` a parameter of the address that the member holds."""
    place, _, parameter = path.partition("?")
    for name in place.split("/"):
        data = data.get(name) if isinstance(data, Mapping) else None
    if parameter:
        return dict(parse_qsl(urlsplit(str(data)).query)).get(parameter)
    return data
