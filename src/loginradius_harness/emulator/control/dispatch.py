"""What every request under /__emulator__/ goes through: origin check, query, errors, CORS."""

from collections.abc import Awaitable, Callable

from loginradius_harness.emulator.control.fault_switches import InvalidFaultError
from loginradius_harness.emulator.control.origin_check import Allowed, check_origin, origin_of
from loginradius_harness.emulator.control.routes import TENANT_PARAMETER, InvalidControlCallError
from loginradius_harness.emulator.control.schemas import Refusal
from loginradius_harness.emulator.core.settings import SettingsError
from loginradius_harness.emulator.http import asgi
from loginradius_harness.emulator.state.snapshot import SnapshotError
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

PREFIX = "/__emulator__"
MAX_BODY_BYTES = 1 << 30
JSON = (b"content-type", b"application/json; charset=utf-8")

Query = dict[str, str]
Headers = list[tuple[bytes, bytes]]
Response = tuple[int, bytes, Headers]  # status, body, headers
Handle = Callable[[str, Query, bytes], Awaitable[Response]]


async def answer(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send, allowed: Allowed, handle: Handle) -> None:
    """Send what `handle(path, query, body)` returns, or the reason why the request is refused."""
    path = scope["path"].removeprefix(PREFIX).strip("/")
    raw = await asgi.read_body(receive, MAX_BODY_BYTES)
    try:
        check_origin(scope, allowed)
        status, body, headers = await handle(path, asgi.parameters(scope["query_string"]), raw)
    except (InvalidControlCallError, InvalidFaultError, SettingsError, SnapshotError) as error:
        status, body, headers = getattr(error, "status", 400), asgi.encode(Refusal(str(error))), [JSON]
    await asgi.respond(send, status, body, [*headers, *_cors(origin_of(scope), allowed)])


def is_console(path: str) -> bool:
    """Return whether a path below the prefix is one of the console's and not a control call."""
    return path.removeprefix(PREFIX).strip("/").partition("/")[0] in {"", "console"}


def _cors(origin: str, allowed: Allowed) -> Headers:
    """Return the headers that let a page of an allowed origin send requests and read responses."""
    if origin not in allowed.origins:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
        (b"access-control-allow-headers", b"*"),
        (b"vary", b"origin"),
    ]


def allow(methods: list[str]) -> tuple[bytes, bytes]:
    """Return an Allow header."""
    return b"allow", ", ".join(methods).encode()


def tenant_of(registry: TenantRegistry, query: Query) -> Tenant:
    """Return the tenant that a request addresses. Raise InvalidControlCallError 404 for an unknown API key."""
    key = query.get(TENANT_PARAMETER)
    tenant = registry.by_key(key) if key else registry.default
    if tenant is None:
        raise InvalidControlCallError("no tenant has this apikey", 404)
    return tenant
