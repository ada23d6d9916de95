"""Repeat a call ten thousand times: one connection, requests sent ahead of their responses (RFC 9112 9.3.2)."""

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec

from loginradius_harness import contracts
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.client.request import Call, build
from loginradius_harness.tenants import TenantContext

Json = Any

AHEAD = 200  # requests in flight
PATIENCE = 30.0  # seconds


def repeat(tenant: TenantContext, operation_id: str, times: int, **parts: Any) -> Iterator[Json]:
    """Yield the responses to a repeated call; raise InfrastructureError where one is no success.

    `parts` are path, query and body. Only for a private tenant: nothing is guarded, paced or recorded.
    """
    if tenant.target.is_shared:
        raise ConfigurationError(f"{operation_id} is not repeated {times} times on a tenant that others use.")
    request = _bytes(tenant, operation_id, parts)
    url = httpx.URL(tenant.target.api_url)
    with socket.create_connection((url.host, url.port or 80), PATIENCE) as wire, wire.makefile("rb") as answers:
        for start in range(0, times, AHEAD):
            count = min(AHEAD, times - start)
            wire.sendall(request * count)
            for _ in range(count):
                yield _answer(operation_id, answers)


def _bytes(tenant: TenantContext, operation_id: str, parts: dict[str, Any]) -> bytes:
    operation = contracts.get(operation_id)
    call = Call(operation, parts.get("path", {}), parts.get("query", {}), parts.get("body"), None, {}, {})
    built = build(call, tenant.target, tenant.client.clock)
    content = built.content or b""
    headers = {"Host": built.url.netloc.decode(), **built.headers, "Content-Length": str(len(content))}
    lines = [
        f"{built.method} {built.url.raw_path.decode()} HTTP/1.1",
        *(f"{name}: {headers[name]}" for name in headers),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _answer(operation_id: str, answers: Any) -> Json:
    status = int(answers.readline().split()[1])
    size = 0
    while line := answers.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
    body = answers.read(size)
    if status != httpx.codes.OK:
        raise InfrastructureError(operation_id, "one of the repeated requests failed", status=status)
    return msgspec.json.decode(body)
