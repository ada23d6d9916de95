"""Call any operation by its id, and check every response against its contract."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self

import httpx

from loginradius_harness import contracts
from loginradius_harness.client import request
from loginradius_harness.client.credentials import Given
from loginradius_harness.client.errors import ContractViolationError, InfrastructureError, UnsupportedByTarget
from loginradius_harness.client.exchange import Exchange, Wire
from loginradius_harness.client.http_transport import transport as connections
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.request import Call, Request
from loginradius_harness.client.response import ApiResponse, OnHint
from loginradius_harness.client.retry import (
    GATEWAY_TROUBLE,
    REDIRECTS,
    Answer,
    Received,
    RetryingSender,
    TransportFailure,
)
from loginradius_harness.client.secrets import Secret
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.contracts import Operation, Violation, policy
from loginradius_harness.target.target import Target

Json = Any


class Client:
    """A client of one tenant, over kept-alive connections.

    `listeners` are called with each exchange, redacted, and `hint_listeners` with each hint that a test finds in a
    response beyond those of its contract, which are among the exchange's violations. All requests go through `sender`,
    whose hooks may stop them.
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
        self.hint_listeners: list[OnHint] = []
        self.redactor = Redactor(_known(target))
        self.clock = ServerClock(self._server_time)
        self._http = httpx.Client(
            transport=transport or connections(target.proxy, target.client_certificate, target.client_key),
            timeout=target.limits.timeout_seconds,
            headers={"User-Agent": "loginradius-harness"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # kept by the tests that act as browsers alone
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
        repeatable: bool | None = None,
    ) -> ApiResponse:
        """Send a request and return the tenant's response, success or error.

        The credentials that the contract names are added; `token` is the user's access token, and `credentials`
        replaces one by another value or, with None, leaves it out. A body of bytes is sent unchanged. `repeatable` says
        whether the request may be sent again after a failure although the tenant may have processed it; by default
        reading calls may. Raises ContractViolationError where the response violates its contract (not with
        `check=False`), InfrastructureError where there is no response to check, KeyError for an unknown id.
        """
        operation = contracts.get(operation_id)
        call = Call(operation, path or {}, query or {}, body, token, credentials or {}, headers or {})
        again = operation.effect == "read" if repeatable is None else repeatable
        reply = self._send(call, request.build(call, self.target, self.clock), repeatable=again)
        if check:
            _check(reply)
        return reply

    def browse(self, address: str, fields: Mapping[str, str] | None = None) -> Received:
        """Open an address at the tenant's hub as a browser does, or send a form there; return any answer.

        Redirects are not followed. Raises UnsupportedByTarget where the hub is not known, InfrastructureError where
        nobody but a gateway answers.
        """
        if not self.target.hub_url:
            raise UnsupportedByTarget("needs the tenant's hub: set hub_url of the target")
        url = httpx.URL(self.target.hub_url).copy_with(raw_path=httpx.URL(address).raw_path)
        outgoing = self._http.build_request("GET" if fields is None else "POST", url, data=fields)
        try:
            return self.sender.send(outgoing, repeatable=fields is None).received
        except TransportFailure as failure:
            if failure.received is None or failure.wait is not None or failure.received.status in GATEWAY_TROUBLE:
                raise InfrastructureError(url.path, self.redactor.text(failure.trouble)) from None
            return failure.received  # a page, which is no JSON

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _send(self, call: Call, sent: Request, *, repeatable: bool) -> ApiResponse:
        outgoing = self._http.build_request(
            sent.method, sent.url, headers=sent.headers, content=sent.content, extensions={request.CALL: call}
        )
        started = datetime.now(UTC)
        try:
            answer = self.sender.send(outgoing, repeatable=repeatable, media_type=call.operation.media_type)
        except TransportFailure as failure:
            raise self._failure(call, sent, started, failure) from None
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
        return ApiResponse(
            call.operation,
            received.status,
            answer.data,
            received.headers,
            answer.seconds,
            exchange,
            strict=self.target.is_strict,
            on_hint=self._announce_hint,
            overlay=self.target.overlay,
        )

    def _failure(self, call: Call, sent: Request, started: datetime, failure: TransportFailure) -> InfrastructureError:
        text = self.redactor.text(failure.trouble)
        received = failure.received
        status = received.status if received else None
        exchange = Exchange(
            operation=call.operation.id,
            started=started,
            seconds=(datetime.now(UTC) - started).total_seconds(),
            attempts=failure.attempts,
            status=status,
            error_code=None,
            trouble=text,
            violations=(),
            _wire=_wire(call, sent, received, received.content if received else None),
            _redactor=self.redactor,
        )
        self._announce(exchange)
        return InfrastructureError(call.operation.id, text, status=status, attempts=failure.attempts)

    def _announce(self, exchange: Exchange) -> None:
        for listener in self.listeners:
            listener(exchange)

    def _announce_hint(self, operation: str, hint: Violation) -> None:
        for listener in self.hint_listeners:
            listener(operation, self.redactor.violation(hint))

    def _violations(self, call: Call, answer: Answer) -> tuple[Violation, ...]:
        projected = any(name.lower() == "fields" for name in call.query)
        strict = self.target.is_strict
        found = call.operation.check(answer.received.status, answer.data, projected=projected, strict=strict)
        if found and (owner := _owner(call)) is not call.operation:
            found = owner.check(answer.received.status, answer.data, projected=projected, strict=strict)
        found = self.target.overlay.judge(call.operation.id, found)
        kind = answer.received.headers.get("content-type", "none")
        without_body = answer.data is None or answer.received.status in REDIRECTS
        wanted = call.operation.media_type(answer.received.status)
        if not without_body and not kind.lower().startswith(wanted):
            requirement = "a response has the content type that its operation promises"
            found = (*found, Violation("broken", "", requirement, f"content type {wanted}", kind))
        return tuple(map(self.redactor.violation, found))

    def _server_time(self) -> datetime | None:
        data = self.call("configuration.get_server_time", check=False).data
        reported = data.get("CurrentTime") if isinstance(data, dict) else None
        return datetime.strptime(reported, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if reported else None


def _owner(call: Call) -> Operation:
    """Return the operation that the tenant takes a request for: without its distinguishing part it is a sibling's."""
    operation = call.operation
    flows = {name.lower(): flow for name, flow in operation.when.owner.items()}
    path = operation.path.format_map(call.path)
    match = contracts.resolve(
        operation.method, path, call.query, call.body, lambda name, _value: flows.get(name.lower())
    )
    return match.operation if match else operation


def _known(target: Target) -> dict[str, Secret | None]:
    """Return the secrets of a target by the variable that replaces them."""
    phones = {f"PHONE_{number}": Secret(phone) for number, phone in enumerate(target.phones, 1)}
    return {"HARNESS_API_KEY": target.api_key, "HARNESS_API_SECRET": target.api_secret, **phones}


def _wire(call: Call, sent: Request, received: Received | None, body: Json) -> Wire:
    arrived = tuple(received.headers.multi_items()) if received else ()
    return Wire(sent.method, str(sent.url), tuple(sent.headers.items()), call.body, arrived, body)


def _error_code(data: Json) -> int | None:
    return contracts.error_code(data)


def _check(reply: ApiResponse) -> None:
    """Raise ContractViolationError for the first violation, with the others as notes."""
    broken = [one for one in reply.exchange.violations if policy.fails(one.kind, one.grade, strict=reply.strict)]
    if not broken:
        return
    first, *others = broken
    place = f"{first.requirement} at {first.pointer or '/'}"
    failure = ContractViolationError(
        reply.operation.id,
        place,
        first.expected,
        first.actual,
        replay=reply.exchange.replay,
        grade=first.grade,
        source=first.source,
    )
    for other in others:
        failure.add_note(f"also {other}")
    raise failure
