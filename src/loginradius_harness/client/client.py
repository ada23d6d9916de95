"""Calls any operation by its id, and holds every answer against its contract."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

import httpx

from loginradius_harness import contracts
from loginradius_harness.client import request
from loginradius_harness.client.credentials import Given
from loginradius_harness.client.errors import ContractViolationError, InfrastructureError
from loginradius_harness.client.exchange import Exchange, Wire
from loginradius_harness.client.http_transport import transport as connections
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.request import Call, Request
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.retry import Answer, Received, RetryingSender, TransportFailure
from loginradius_harness.client.secrets import Secret
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.contracts import Operation, Violation
from loginradius_harness.target.target import Target

Json = Any


class Client:
    """One tenant, over kept-alive connections.

    `listeners` are told of each exchange, redacted. `before_call` see each call before it is sent and may raise to stop it;
    `after_call` see it again with its reply, as it is.
    """

    def __init__(
        self,
        target: Target,
        transport: httpx.BaseTransport | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.target = target
        self.listeners: list[Callable[[Exchange], None]] = []
        self.before_call: list[Callable[[Call], None]] = []
        self.after_call: list[Callable[[Call, ApiResponse], None]] = []
        self.redactor = Redactor(_known(target))
        self.clock = ServerClock(self._server_time)
        self._http = httpx.Client(
            transport=transport or connections(target.proxy),
            timeout=target.limits.timeout_seconds,
            headers={"User-Agent": "loginradius-harness"},
            trust_env=False,
        )
        self.sender = RetryingSender(self._http, target.limits, sleep, monotonic)

    def call(  # noqa: PLR0913  # the parts of a request, by name
        self,
        operation_id: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Json = None,
        token: str | None = None,
        credentials: Mapping[str, Given] | None = None,
        headers: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> ApiResponse:
        """Ask, and give back the tenant's answer, success or refusal.

        The credentials that the contract names are filled in; `token` is the user's access token, and `credentials`
        replaces one by another value or, with None, leaves it out. A body of bytes is sent as it is. Raises
        ContractViolationError where the answer breaks its contract (not with `check=False`), InfrastructureError where no
        answer came that could be judged, KeyError for an unknown id.
        """
        operation = contracts.get(operation_id)
        call = Call(operation, path or {}, query or {}, body, token, credentials or {}, headers or {})
        self.check_allowed(call)
        reply = self._send(call, request.build(call, self.target, self.clock))
        for witness in self.after_call:
            witness(call, reply)
        if check:
            _demand(reply)
        return reply

    def check_allowed(self, call: Call) -> None:
        """Ask the before_call, e.g. those of a shared tenant, whether a call may be made; what they raise comes through."""
        for gate in self.before_call:
            gate(call)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _send(self, call: Call, sent: Request) -> ApiResponse:
        outgoing = self._http.build_request(sent.method, sent.url, headers=sent.headers, content=sent.content)
        started = datetime.now(UTC)
        try:
            answer = self.sender.send(outgoing, repeatable=call.operation.effect == "read")
        except TransportFailure as trouble:
            raise self._failure(call, sent, started, trouble) from None
        received = answer.received
        exchange = Exchange(
            operation=call.operation.id,
            started=started,
            seconds=answer.seconds,
            attempts=answer.attempts,
            status=received.status,
            error_code=_error_code(answer.data),
            trouble=None,
            violations=self._violations(call, answer),
            _wire=_wire(call, sent, received, answer.data),
            _redactor=self.redactor,
        )
        self._announce(exchange)
        return ApiResponse(call.operation, received.status, answer.data, received.headers, answer.seconds, exchange)

    def _failure(self, call: Call, sent: Request, started: datetime, trouble: TransportFailure) -> InfrastructureError:
        text = self.redactor.text(trouble.text)
        received = trouble.received
        status = received.status if received else None
        exchange = Exchange(
            operation=call.operation.id,
            started=started,
            seconds=(datetime.now(UTC) - started).total_seconds(),
            attempts=trouble.attempts,
            status=status,
            error_code=None,
            trouble=text,
            violations=(),
            _wire=_wire(call, sent, received, received.content if received else None),
            _redactor=self.redactor,
        )
        self._announce(exchange)
        return InfrastructureError(call.operation.id, text, status=status, attempts=trouble.attempts)

    def _announce(self, exchange: Exchange) -> None:
        for listener in self.listeners:
            listener(exchange)

    def _violations(self, call: Call, answer: Answer) -> tuple[Violation, ...]:
        projected = any(name.lower() == "fields" for name in call.query)
        found = call.operation.check(answer.received.status, answer.data, projected=projected)
        if found and (owner := _owner(call)) is not call.operation:
            found = owner.check(answer.received.status, answer.data, projected=projected)
        kind = answer.received.headers.get("content-type", "none")
        if not kind.lower().startswith("application/json"):
            requirement = "an answer says that it is JSON"
            found = (*found, Violation("broken", "", requirement, "content type application/json", kind))
        return tuple(map(self.redactor.violation, found))

    def _server_time(self) -> datetime | None:
        data = self.call("configuration.get_server_time", check=False).data
        told = data.get("CurrentTime") if isinstance(data, dict) else None
        return datetime.strptime(told, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if told else None


def _owner(call: Call) -> Operation:
    """Whose a request is: one that has lost what tells it from a sibling is the sibling's, and answered as such."""
    operation = call.operation
    flows = {name.lower(): flow for name, flow in operation.when.owner.items()}
    path = operation.path.format_map(call.path)
    match = contracts.resolve(
        operation.method, path, call.query, call.body, lambda name, _value: flows.get(name.lower())
    )
    return match.operation if match else operation


def _known(target: Target) -> dict[str, Secret | None]:
    """What must never be shown, by the variable that stands for it."""
    phones = {f"PHONE_{number}": Secret(phone) for number, phone in enumerate(target.phones, 1)}
    return {"HARNESS_API_KEY": target.api_key, "HARNESS_API_SECRET": target.api_secret, **phones}


def _wire(call: Call, sent: Request, received: Received | None, body: Json) -> Wire:
    arrived = tuple(received.headers.multi_items()) if received else ()
    return Wire(sent.method, str(sent.url), tuple(sent.headers.items()), call.body, arrived, body)


def _error_code(data: Json) -> int | None:
    code = data.get("ErrorCode") if isinstance(data, dict) else None
    return code if isinstance(code, int) else None


def _demand(reply: ApiResponse) -> None:
    """ContractViolationError for the first broken promise; the others are its notes."""
    broken = [violation for violation in reply.exchange.violations if violation.kind == "broken"]
    if not broken:
        return
    first, *others = broken
    place = f"{first.requirement} at {first.pointer or '/'}"
    failure = ContractViolationError(
        reply.operation.id, place, first.expected, first.actual, replay=reply.exchange.replay
    )
    for other in others:
        failure.add_note(f"also {other}")
    raise failure
