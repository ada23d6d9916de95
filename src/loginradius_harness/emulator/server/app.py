"""The ASGI application: parse, route, authenticate, validate, handle. Only here does an exception become a response."""

import asyncio
import inspect
import logging
import re
import time
from collections.abc import Mapping
from contextlib import nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.control.api import ControlApi
from loginradius_harness.emulator.control.dispatch import PREFIX, is_console
from loginradius_harness.emulator.control.fault_switches import LoadFaults, no_faults
from loginradius_harness.emulator.control.origin_check import Allowed
from loginradius_harness.emulator.core import dialects, differences, token_form
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.hosted_pages import HostedPages
from loginradius_harness.emulator.http import asgi, auth
from loginradius_harness.emulator.http.field_selection import select_fields
from loginradius_harness.emulator.http.handler_registry import Handler, handlers
from loginradius_harness.emulator.http.reply import Reply
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.request_subject import subject
from loginradius_harness.emulator.http.validation import request_validator
from loginradius_harness.emulator.server.broken_responses import cut, truncate
from loginradius_harness.emulator.services.administration import machine_access
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry
from loginradius_harness.emulator.state.webhooks import Fired, collecting

if TYPE_CHECKING:
    from loginradius_harness.emulator.console import Console

log = logging.getLogger("emulator")

JSON = (b"content-type", b"application/json; charset=utf-8")
CORS = (b"access-control-allow-origin", b"*")
PREFLIGHT = [
    CORS,
    (b"access-control-allow-methods", b"GET, POST, PUT, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"*, Authorization, Content-Type, X-LoginRadius-ApiKey, X-LoginRadius-Sott"),
    (b"access-control-max-age", b"86400"),
]
NOT_EMULATED = {
    "Description": "The operation has a contract, but the emulator does not answer it.",
    "ErrorCode": "NOT_EMULATED",
    "Message": "not emulated",
    "IsProviderError": False,
    "ProviderErrorResponse": None,
}


class CutConnectionError(Exception):
    """The connection is to be closed without a response."""


class PlainHttpError(Exception):
    """A response that the product's error table does not know: status, envelope, additional headers."""

    def __init__(self, status: int, envelope: dict[str, Any] | None, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(status)
        self.status = status
        self.envelope = envelope
        self.headers = headers


class App:
    """An ASGI application that emulates all tenants of a TenantRegistry, with control API and console."""

    def __init__(
        self,
        registry: TenantRegistry,
        load_faults: LoadFaults = no_faults,
        allowed: Allowed | None = None,
        base_path: str = "",
    ) -> None:
        self.registry = registry
        self.allowed = allowed or Allowed()
        self.base_path = base_path
        self.control = ControlApi(registry, load_faults, self.allowed)
        self._load_faults = load_faults
        self.hosted_pages = HostedPages(registry)
        self._handlers = handlers()

    @cached_property
    def _console(self) -> "Console":
        """The console, which is loaded with the first request for a page."""
        from loginradius_harness.emulator.console import Console  # noqa: PLC0415  # 10 ms of start-up

        return Console(self.registry, self._load_faults, self.allowed)

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] != "http":  # a WebSocket handshake, which the product does not speak
            await send({"type": "websocket.close"})
        elif self.base_path:
            await self._answer(_below(scope, self.base_path), receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if scope["path"].startswith(PREFIX):
            mounted = self._console if is_console(scope["path"]) else self.control
            await mounted(scope, receive, send)
        elif HostedPages.serves(scope["path"]):
            await self.hosted_pages(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await asgi.respond(send, 204, b"", PREFLIGHT)
        else:
            await RequestCycle(self, self._handlers, scope).answer(receive, send)


def _below(scope: asgi.Scope, base_path: str) -> asgi.Scope:
    """Return a request without the base path of its path; one outside of it gets a path that nothing has."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    if f"{scope['path']}/".startswith(f"{base_path}/"):
        path, raw = scope["path"][len(base_path) :] or "/", raw[len(base_path) :] or b"/"
        return {**scope, "path": path, "raw_path": raw, "root_path": base_path}
    return {**scope, "path": f"/outside{scope['path']}", "raw_path": b"/outside" + raw, "root_path": base_path}


async def _lifespan(receive: asgi.Receive, send: asgi.Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


class RequestCycle:
    """One request, from its headers to its response."""

    def __init__(self, app: App, handlers: Mapping[str, Handler], scope: asgi.Scope) -> None:
        self._registry = app.registry
        self._allowed = app.allowed
        self._handlers = handlers
        self._scope = scope
        self._method: str = scope["method"]
        self._path = asgi.path_of(scope)
        self._headers: dict[bytes, bytes] = token_form.read_headers(dict(scope["headers"]))
        self._parameters = token_form.read_body(asgi.parameters(scope["query_string"]))
        self._tenant: Tenant | None = None
        self._call: RequestContext | None = None
        self._fired: Fired = []
        self._truncated = False
        self._started = time.perf_counter()

    async def answer(self, receive: asgi.Receive, send: asgi.Send) -> None:
        """Handle the request, record it in the journal and send the response."""
        status, code, headers = 200, None, [JSON, CORS]
        try:
            data = await self._handle(receive)
            if isinstance(data, Reply):
                status, body = data.status, data.content
                headers = [CORS, *data.wire_headers]
            else:
                body = asgi.encode(data)
        except ApiError as error:
            status, code, body = self._refused(error)
        except PlainHttpError as error:
            status, headers = error.status, [*headers, *error.headers]
            body = asgi.encode(error.envelope) if error.envelope is not None else b""
        except CutConnectionError:
            await cut(self._scope, receive)
            return
        except Exception:
            # A defect of the emulator. The client gets INTERNAL_ERROR; the traceback goes to this process's log only.
            log.exception("%s %s failed", self._method, self._path)
            defect = ApiError(ErrorCode.INTERNAL_ERROR)
            status, code, body = defect.status, defect.code, asgi.encode(defect.envelope())
        self._record(status, code)
        settings = (self._tenant or self._registry.default).settings
        if self._truncated:
            await truncate(self._scope, receive, send, status, body, headers)
            return
        zipped = settings.gzip and b"gzip" in self._headers.get(b"accept-encoding", b"")
        await asgi.respond(send, status, body, headers, zipped=zipped)
        if self._fired and self._tenant is not None and code is None:
            self._tenant.webhooks.release(self._fired)

    def _refused(self, error: ApiError) -> tuple[int, int, bytes]:
        """Return status, code and body of a refusal, as the tenant writes it."""
        settings = (self._tenant or self._registry.default).settings
        error = differences.refusal(error, settings.other_codes, self._call.operation.id if self._call else "")
        body = asgi.encode(dialects.refusal(error.envelope(), error.status, self._path, settings.dialect))
        by_script = self._headers.get(b"x-requested-with", b"").lower() == b"xmlhttprequest"
        status = 200 if by_script and settings.xhr_refusals_status_200 else error.status
        return status, error.code, body

    async def _handle(self, receive: asgi.Receive) -> Any:
        raw = await self._read(receive)
        body, parse_error = self._parse(raw)
        match = contracts.resolve(self._method, self._path, self._parameters, body, self._owner)
        if match is None:
            raise self._unknown_route()
        call = self._call = RequestContext(
            tenant=None,  # type: ignore[arg-type]  # set by the next step, which needs the call to find it
            operation=match.operation,
            path={name: asgi.path_value(value) for name, value in match.path_values.items()},
            parameters=match.query(self._parameters),
            headers=self._headers,
            client=(self._scope.get("client") or ("127.0.0.1", 0))[0],
            origin=self._origin,
            asked_path=self._path,
            asked_query=self._scope["query_string"].decode("latin-1"),
            sent=match.body(self._parameters, body),
        )
        self._tenant = call.tenant = auth.find_tenant(self._registry, call)
        if call.tenant.outages.rules:
            await self._suffer(call)
        self._authenticate(call, raw)
        self._validate(call, parse_error)
        data = await self._dispatch(call)
        if isinstance(data, Reply):
            return data
        data = dialects.apply(data, call.settings.dialect)
        data = differences.apply(data, call.settings.other_members, call.operation.id)
        fields = call.query.get("fields")
        return select_fields(data, fields) if fields else data

    async def _suffer(self, call: RequestContext) -> None:
        """Delay or fail the request by the first rule that applies."""
        rule = call.tenant.outages.next(call.operation.id)
        if rule is None:
            return
        await asyncio.sleep(rule.delay_ms / 1_000)
        self._truncated = rule.connection == "truncate"
        if rule.connection == "reset":
            raise CutConnectionError
        if rule.status is not None:
            after = [] if rule.retry_after is None else [(b"retry-after", str(rule.retry_after).encode())]
            raise PlainHttpError(rule.status, _plain("outage", "A rule of PUT /__emulator__/faults."), *after)

    async def _read(self, receive: asgi.Receive) -> bytes:
        try:
            return await asgi.read_body(receive, self._registry.default.settings.max_body_bytes)
        except asgi.TooLargeError:
            raise ApiError(ErrorCode.BODY_MALFORMED) from None

    def _parse(self, raw: bytes) -> tuple[Any, ApiError | None]:
        """Return the body, or the error to raise once the credentials are known to be right."""
        if not raw.strip():
            return None, None
        codes = {
            **contracts.default_error_codes()["any"],
            **contracts.default_error_codes().get(self._method, contracts.default_error_codes()["POST"]),
        }
        try:
            body = asgi.parse_body(raw, asgi.content_type(self._headers), codes)
            return token_form.read_body(body) if token_form.mentions(raw) else body, None
        except ApiError as error:
            return None, error

    def _owner(self, _parameter: str, value: str) -> str | None:
        """Return the flow that a client GUID or a login link belongs to: the router cannot tell from the request."""
        flows = (tenant.flow_of(value) for tenant in self._registry.tenants.values())
        return next((flow for flow in flows if flow is not None), None)

    def _unknown_route(self) -> PlainHttpError:
        allowed = contracts.allowed_methods(self._path)
        if allowed:
            listed = ", ".join(sorted(allowed))
            return PlainHttpError(405, _plain("method not allowed", f"Use {listed}."), (b"allow", listed.encode()))
        single = re.sub("/{2,}", "/", self._path)
        known = single != self._path and contracts.allowed_methods(single)
        hint = f" Did you mean {asgi.printable_path(single)}?" if known else ""
        return PlainHttpError(404, _plain("not found", f"No operation of the API has this path.{hint}"))

    def _authenticate(self, call: RequestContext, raw: bytes) -> None:
        try:
            auth.check_rate(call)
        except auth.TooManyRequestsError:
            raise self._too_many(call) from None
        auth.check_caller(call)
        needs = call.operation.auth
        if "apisecret" in needs:
            auth.check_secret(call, self._url(), raw)
        if "sott" in needs:
            auth.check_sott(call)
        if "access_token" in needs:
            auth.check_access_token(call)
        if "machine_token" in needs:
            machine_access.check(call)

    def _too_many(self, call: RequestContext) -> PlainHttpError:
        settings = call.tenant.settings
        after = [(b"retry-after", str(settings.retry_after_seconds).encode())] if settings.retry_after_seconds else []
        return PlainHttpError(
            429, _plain("too many requests", "Slow down.") if settings.rate_limit_envelope else None, *after
        )

    def _origin(self) -> str:
        """Return the origin that the client uses: the proxy, which leads the vendor's hosts here, terminates TLS."""
        host = self._headers.get(b"host", b"").decode("latin-1")
        scheme = "https" if self._allowed.is_proxied(host.partition(":")[0]) else self._scope["scheme"]
        return f"{scheme}://{host}{self._scope.get('root_path', '')}"

    def _url(self) -> str:
        """Return the URL as the client wrote it."""
        query = self._scope["query_string"].decode("latin-1")
        raw_path: bytes = self._scope.get("raw_path") or self._scope["path"].encode()
        return f"{self._origin()}{raw_path.decode('latin-1')}" + (f"?{query}" if query else "")

    def _validate(self, call: RequestContext, parse_error: ApiError | None) -> None:
        operation = call.operation
        if operation.protocol != "api":  # whose handlers refuse what their standards refuse
            call.query, call.body = dict(call.parameters), call.sent
            return
        validator = request_validator(operation.id)
        if operation.query is not None:
            call.query = validator.query(call.parameters)
        if operation.body is None:
            return
        if parse_error is not None:
            raise parse_error
        if call.sent is None:
            if operation.body_optional:
                return
            raise ApiError(contracts.default_error_codes()[self._method]["not_json"])
        call.body, call.sent = validator.body(call.sent)

    async def _dispatch(self, call: RequestContext) -> Any:
        handler = self._handlers.get(call.operation.id)
        if handler is None:
            raise PlainHttpError(501, {**NOT_EMULATED, "Description": f"{call.operation.id} is not emulated."})
        with nullcontext() if call.prevents_webhooks else collecting(self._fired):
            data = handler(call)
            return await data if inspect.isawaitable(data) else data

    def _record(self, status: int, code: int | None) -> None:
        tenant, call = self._tenant or self._registry.default, self._call
        operation = call.operation.id if call is not None else None
        uid = subject(call) if call is not None and self._tenant is not None else None
        seconds, path = time.perf_counter() - self._started, asgi.printable_path(self._path)
        kept = tenant.settings.journal_kept
        tenant.journal.add(tenant.clock.now(), self._method, path, operation, status, code, uid, seconds, kept)


def _plain(message: str, description: str) -> dict[str, Any]:
    """Return the product's envelope without an error code, for responses that the error table does not know."""
    return {**NOT_EMULATED, "Message": message, "Description": description, "ErrorCode": None}
