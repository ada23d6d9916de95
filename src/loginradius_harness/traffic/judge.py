"""Judge exchanges: find the operation, hold request and answer against its contract, watch the order."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from loginradius_harness import contracts
from loginradius_harness.calibration.findings import Findings
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.contracts import Match, Operation, Violation, policy
from loginradius_harness.contracts.operation import JSON_TYPE
from loginradius_harness.contracts.overlay import EMPTY, Overlay
from loginradius_harness.traffic.exchange import RecordedExchange
from loginradius_harness.traffic.hosts import LOCAL_HOSTS, VENDOR_HOSTS, matches
from loginradius_harness.traffic.leaks import leaks
from loginradius_harness.traffic.order import Finding, Order

MOST_DEVIATIONS = 1_000  # kept apart by their values
MOST_ROUTES = 10_000  # unknown routes that are counted apart


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which traffic deviates from a contract or a rule, however often it was seen."""

    operation: str
    kind: str  # broken, finding, hint, drift, undocumented, or request
    requirement: str
    pointer: str
    expected: str = field(compare=False)
    actual: str  # redacted

    @property
    def fails(self) -> bool:
        """Return whether it is a contract violation or a security finding, not a hint or an addition."""
        return self.kind in {"broken", "finding", "undocumented"}


@dataclass
class Judgement:
    """What was seen: judged answers by operation, deviations, unknown routes, and what could not be judged."""

    judged: Counter[str] = field(default_factory=Counter)
    deviations: Counter[Deviation] = field(default_factory=Counter)
    first: dict[Deviation, str] = field(default_factory=dict)  # where it was seen first
    unknown: Counter[str] = field(default_factory=Counter)  # method and path without contract
    elsewhere: int = 0  # exchanges with other hosts
    unanswered: Counter[str] = field(default_factory=Counter)  # why an exchange was not judged

    def add(self, found: Deviation, place: str) -> None:
        """Count a deviation. Where very many differ in their values alone, further ones count as one."""
        if len(self.deviations) >= MOST_DEVIATIONS and found not in self.deviations:
            found = replace(found, pointer="", actual="further values")
        self.deviations[found] += 1
        self.first.setdefault(found, place)

    @property
    def failures(self) -> list[Deviation]:
        """Return the contract violations, most frequent first."""
        return [found for found, _ in self.deviations.most_common() if found.fails]


class Judge:
    """Judges exchanges one after the other; `judgement` holds what was found so far.

    Args:
        hosts: further host names of the API, e.g. a custom domain. What goes to other hosts is counted and left alone.
        strict: whether promises with weak evidence are binding too; otherwise their violations are hints.
        overlay: what the tenant does otherwise; accepted differences are no violations.
        findings: learns from what was judged.
    """

    def __init__(
        self,
        hosts: Collection[str] = (),
        *,
        strict: bool = False,
        overlay: Overlay = EMPTY,
        findings: Findings | None = None,
    ) -> None:
        self.judgement = Judgement()
        self._strict = strict
        self._overlay = overlay
        self._findings = findings
        self._hosts = {*VENDOR_HOSTS, *LOCAL_HOSTS, *(host.lower() for host in hosts)}
        self._order = Order()
        self._redactor = Redactor()

    def add(self, exchange: RecordedExchange) -> None:
        """Judge an exchange."""
        if not matches(exchange.host, self._hosts):
            self.judgement.elsewhere += 1
            return
        match = contracts.resolve(exchange.method, exchange.path, exchange.query, exchange.request_json)
        if match is not None:
            try:
                self._judge(exchange, match)
            except RecursionError:
                self.judgement.unanswered["nested too deeply to be judged"] += 1
        elif exchange.method != "OPTIONS":
            unknown, route = self.judgement.unknown, self._redactor.text(f"{exchange.method} {exchange.path}")
            unknown[route if route in unknown or len(unknown) < MOST_ROUTES else "further routes"] += 1

    def _judge(self, exchange: RecordedExchange, match: Match) -> None:
        operation, judgement, redactor = match.operation, self.judgement, self._redactor
        for finding in self._order.check(operation.id, exchange):
            self._broken(operation, finding, exchange)
        if exchange.status is None:
            judgement.unanswered["no answer was recorded"] += 1
            return
        if exchange.response_body is None:
            judgement.unanswered["the recorder left out the answer's body"] += 1
            return
        try:
            is_json = operation.media_type(exchange.status) == JSON_TYPE
            data = exchange.response_json() if is_json else exchange.response_body
        except ValueError:
            judgement.unanswered[f"status {exchange.status} without JSON"] += 1
            return
        judgement.judged[operation.id] += 1
        for finding in leaks(exchange, data, managed="apisecret" in operation.auth):
            self._broken(operation, finding, exchange)
        projected = any(name.lower() == "fields" for name in exchange.query)
        found = operation.check(exchange.status, data, projected=projected, strict=self._strict)
        if exchange.redacted:
            found = tuple(violation for violation in found if not _is_hidden(data, violation.pointer))
        violations = [redactor.violation(violation) for violation in self._overlay.judge(operation.id, found)]
        for violation in violations:
            judgement.add(self._deviation(operation, violation), exchange.place)
        if self._findings is not None:
            self._findings.learn(operation.id, exchange.status, contracts.error_code(data), violations, [data])
            self._findings.learn_forms(operation.id, data)
        if exchange.status in operation.responses:
            self._judge_request(exchange, match)

    def _judge_request(self, exchange: RecordedExchange, match: Match) -> None:
        """Judge the body of a request that the API accepted."""
        operation = match.operation
        body = _spelled(operation, match.body(exchange.query, exchange.request_json))
        for violation in operation.check_request({}, body):
            if exchange.redacted and _is_hidden(body, violation.pointer):
                continue
            if violation.kind == "broken" and violation.requirement.startswith("body"):
                shown = self._redactor.violation(violation)
                found = (shown.requirement, shown.pointer, shown.expected, shown.actual)
                self.judgement.add(Deviation(operation.id, "request", *found), exchange.place)

    def _broken(self, operation: Operation, finding: Finding, exchange: RecordedExchange) -> None:
        kind = contracts.rule(finding.rule).kind(strict=self._strict)
        self.judgement.add(
            Deviation(operation.id, kind, finding.rule, "", finding.expected, finding.actual), exchange.place
        )

    def _deviation(self, operation: Operation, shown: Violation) -> Deviation:
        pointer = "/".join("*" if step.isdigit() else step for step in shown.pointer.split("/"))
        fails = policy.fails(shown.kind, shown.grade, strict=self._strict)
        kind = "hint" if shown.kind == "undocumented" and not fails else shown.kind
        return Deviation(operation.id, kind, shown.requirement, pointer, shown.expected, shown.actual)


def _is_hidden(data: object, pointer: str) -> bool:
    """Return whether redaction has replaced the value at a JSON pointer."""
    for step in pointer.split("/")[1:]:
        if isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        elif isinstance(data, Mapping):
            data = data.get(step.replace("~1", "/").replace("~0", "~"))
        else:
            return False
    return isinstance(data, str) and ("***" in data or re.search(r"\$\{\w+\}", data) is not None)


def _spelled(operation: Operation, body: object) -> object:
    """Return the body with its members in the contract's spelling: the API takes any case."""
    schema = operation.body if isinstance(operation.body, Mapping) else {}
    known = {name.lower(): name for name in schema.get("properties", {})}
    if not isinstance(body, Mapping):
        return body
    return {known.get(str(name).lower(), str(name)): value for name, value in body.items()}
