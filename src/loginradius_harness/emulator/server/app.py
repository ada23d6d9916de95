"""The door: parse, resolve, guard, handle, envelope. The only place where an exception becomes an answer."""

import inspect
import logging
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.control.api import ControlApi, Page
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.hosts import is_vendor_host
from loginradius_harness.emulator.http import asgi, auth
from loginradius_harness.emulator.http.field_selection import select_fields
from loginradius_harness.emulator.http.handler_registry import Handler, handlers
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.request_subject import subject
from loginradius_harness.emulator.http.validation import request_validator
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry
from loginradius_harness.emulator.state.webhooks import Fired, collecting

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


class PlainHttpError(Exception):
    """An answer outside the product's error table: status, envelope, more headers."""

    def __init__(self, status: int, envelope: dict[str, Any] | None, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(status)
        self.status = status
        self.envelope = envelope
        self.headers = headers


class App:
    """An ASGI application that plays all tenants of a TenantRegistry."""

    def __init__(self, tenancy: TenantRegistry) -> None:
        self.tenancy = tenancy
        self.control = ControlApi(tenancy, _console_page)
        self._handlers = handlers()

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] != "http":  # a WebSocket handshake: nothing here speaks it
            await send({"type": "websocket.close"})
        elif scope["path"].startswith("/__emulator__"):
            await self.control(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await asgi.respond(send, 204, b"", PREFLIGHT)
        else:
            await RequestCycle(self.tenancy, self._handlers, scope).answer(receive, send)


def _console_page(*asked: Any) -> Page:
    """Render a page of the console; see `console.show`."""
    from loginradius_harness.emulator.console import show  # noqa: PLC0415  # templates cost start-up time

    return show(*asked)


async def _lifespan(receive: asgi.Receive, send: asgi.Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


class RequestCycle:
    """One request on its way through the door."""

    def __init__(self, tenancy: TenantRegistry, handlers: Mapping[str, Handler], scope: asgi.Scope) -> None:
        self._tenancy = tenancy
        self._handlers = handlers
        self._scope = scope
        self._method: str = scope["method"]
        self._path = asgi.path_of(scope)
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._parameters = asgi.parameters(scope["query_string"])
        self._tenant: Tenant | None = None
        self._call: RequestContext | None = None
        self._fired: Fired = []
        self._began = time.perf_counter()

    async def answer(self, receive: asgi.Receive, send: asgi.Send) -> None:
        """Handle the request, write it down and send the answer."""
        status, code, headers = 200, None, [JSON, CORS]
        try:
            data = await self._handle(receive)
            body = asgi.encode(data)
        except ApiError as error:
            status, code, body = error.status, error.code, asgi.encode(error.envelope())
        except PlainHttpError as refused:
            status, headers = refused.status, [*headers, *refused.headers]
            body = asgi.encode(refused.envelope) if refused.envelope is not None else b""
        except Exception:
            # A defect of the emulator. The product says INTERNAL_ERROR; the traceback goes to the log of this process
            # only.
            log.exception("%s %s failed", self._method, self._path)
            status, code, body = (
                500,
                ErrorCode.INTERNAL_ERROR,
                asgi.encode(ApiError(ErrorCode.INTERNAL_ERROR).envelope()),
            )
        self._write_down(status, code)
        zipped = b"gzip" in self._headers.get(b"accept-encoding", b"")
        await asgi.respond(send, status, body, headers, zipped=zipped)
        if self._fired and self._tenant is not None and code is None:
            self._tenant.webhooks.release(self._fired)

    async def _handle(self, receive: asgi.Receive) -> Any:
        raw = await self._read(receive)
        body, refusal = self._parse(raw)
        match = contracts.resolve(self._method, self._path, self._parameters, body, self._owner)
        if match is None:
            raise self._unknown_route()
        call = self._call = RequestContext(
            tenant=None,  # type: ignore[arg-type]  # set by the next step, which needs the call to find it
            operation=match.operation,
            path=match.path_values,
            parameters=self._parameters,
            headers=self._headers,
            client=(self._scope.get("client") or ("127.0.0.1", 0))[0],
            sent=body,
        )
        self._tenant = call.tenant = auth.find_tenant(self._tenancy, call)
        self._check(call, raw)
        self._shape(call, refusal)
        data = await self._dispatch(call)
        fields = call.query.get("fields")
        return select_fields(data, fields) if fields else data

    async def _read(self, receive: asgi.Receive) -> bytes:
        try:
            return await asgi.read_body(receive, self._tenancy.default.settings.max_body_bytes)
        except asgi.TooLargeError:
            raise ApiError(ErrorCode.BODY_MALFORMED) from None

    def _parse(self, raw: bytes) -> tuple[Any, ApiError | None]:
        """The body, or why it cannot be read: told only after the credentials were found right."""
        if not raw.strip():
            return None, None
        codes = {
            **contracts.default_error_codes()["any"],
            **contracts.default_error_codes().get(self._method, contracts.default_error_codes()["POST"]),
        }
        try:
            return asgi.parse_body(raw, asgi.content_type(self._headers), codes), None
        except ApiError as error:
            return None, error

    def _owner(self, _parameter: str, value: str) -> str | None:
        """Which flow a client GUID or a login link belongs to, asked by the routing where only the server can tell."""
        flows = (tenant.flow_of(value) for tenant in self._tenancy.tenants.values())
        return next((flow for flow in flows if flow is not None), None)

    def _unknown_route(self) -> PlainHttpError:
        allowed = contracts.allowed_methods(self._path)
        if allowed:
            listed = ", ".join(sorted(allowed))
            return PlainHttpError(405, _plain("method not allowed", f"Use {listed}."), (b"allow", listed.encode()))
        return PlainHttpError(404, _plain("not found", "No operation of the API has this path."))

    def _check(self, call: RequestContext, raw: bytes) -> None:
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

    def _too_many(self, call: RequestContext) -> PlainHttpError:
        settings = call.tenant.settings
        after = [(b"retry-after", str(settings.retry_after_seconds).encode())] if settings.retry_after_seconds else []
        return PlainHttpError(
            429, _plain("too many requests", "Slow down.") if settings.rate_limit_envelope else None, *after
        )

    def _url(self) -> str:
        """The URL as the client wrote it: a vendor's host was reached through the forward proxy, which ends TLS."""
        host = self._headers.get(b"host", b"").decode("latin-1")
        scheme = "https" if is_vendor_host(host.partition(":")[0]) else self._scope["scheme"]
        query = self._scope["query_string"]
        raw_path = self._scope.get("raw_path") or self._scope["path"].encode()
        return f"{scheme}://{host}{raw_path.decode()}" + (f"?{query.decode()}" if query else "")

    def _shape(self, call: RequestContext, refusal: ApiError | None) -> None:
        operation = call.operation
        fitting = request_validator(operation.id)
        if operation.query is not None:
            call.query = fitting.query(call.parameters)
        if operation.body is None:
            return
        if refusal is not None:
            raise refusal
        if call.sent is None:
            if operation.body_optional:
                return
            raise ApiError(contracts.default_error_codes()[self._method]["not_json"])
        call.body, call.sent = fitting.body(call.sent)

    async def _dispatch(self, call: RequestContext) -> Any:
        handler = self._handlers.get(call.operation.id)
        if handler is None:
            raise PlainHttpError(501, {**NOT_EMULATED, "Description": f"{call.operation.id} is not emulated."})
        with nullcontext() if call.prevents_webhooks else collecting(self._fired):
            data = handler(call)
            return await data if inspect.isawaitable(data) else data

    def _write_down(self, status: int, code: int | None) -> None:
        tenant, call = self._tenant or self._tenancy.default, self._call
        operation = call.operation.id if call is not None else None
        uid = subject(call) if call is not None and self._tenant is not None else None
        tenant.clock.tick()
        seconds = time.perf_counter() - self._began
        tenant.journal.add(tenant.clock.now(), self._method, self._path, operation, status, code, uid, seconds)


def _plain(message: str, description: str) -> dict[str, Any]:
    """The product's envelope without a product code, for what its error table does not know."""
    return {**NOT_EMULATED, "Message": message, "Description": description, "ErrorCode": None}
