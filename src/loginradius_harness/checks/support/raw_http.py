"""Send requests that no contract describes: other methods, other paths, other content."""

from collections.abc import Mapping
from typing import Any

import httpx

from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.request import CALL, Call, call_of
from loginradius_harness.client.retry import Received, TransportFailure
from loginradius_harness.tenants import TenantContext

BLOCKED = frozenset(
    {401, 403, 406, 409, 418, 429, 502, 503, 504}
)  # statuses by which a firewall or gateway refuses, in HTML


def send(  # noqa: PLR0913  # the parts of a request, by name
    tenant: TenantContext,
    method: str,
    path: str,
    *,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    call: Call | None = None,
) -> Received:
    """Return any response of the tenant; raise InfrastructureError where a gateway answered, or nobody.

    `call` is the call that the request makes, where its spelling does not show it; a shared tenant's guard checks it.
    """
    url = httpx.URL(tenant.target.api_url + path, params=query or {})
    extensions = {} if call is None else {CALL: call}
    request = httpx.Request(method, url, headers=headers, content=content, extensions=extensions)
    known = call_of(request, tenant.target)
    reads = known is not None and known.operation.effect == "read"
    try:
        return tenant.client.sender.send(request, repeatable=reads).received
    except TransportFailure as trouble:
        received = trouble.received
        if received is None or (received.status in BLOCKED and not _is_json(received)):
            status = received.status if received else None
            raise InfrastructureError(f"{method} {path}", trouble.trouble, status=status) from None
        return received


def credentials(tenant: TenantContext, *, secret: bool = False, token: str = "") -> dict[str, str]:
    """Return headers with the tenant's key and, where asked for, its secret and a user's token."""
    headers = {"X-LoginRadius-ApiKey": tenant.target.api_key.reveal()}
    if secret and tenant.target.api_secret:
        headers["X-LoginRadius-ApiSecret"] = tenant.target.api_secret.reveal()
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _is_json(received: Received) -> bool:
    return bool(received.headers.get("content-type", "").startswith("application/json"))
