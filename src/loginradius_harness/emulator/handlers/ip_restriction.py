"""Addresses that may call the API, or may not (product-facts.md#administration)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration.documents import Document, change_settings

Json = Any

RESTRICTION = Document("ip_restriction", settings={"AllowedIPs": "allowed_ips", "DeniedIPs": "blocked_ips"})


@handles("ip_restriction.get")
def get(call: RequestContext) -> Json:
    """Return both lists."""
    return RESTRICTION.read(call.tenant)


@handles("ip_restriction.update")
def update(call: RequestContext) -> Json:
    """Replace the lists that the request names."""
    return RESTRICTION.write(call)


@handles("ip_restriction.reset")
def reset(call: RequestContext) -> Json:
    """Let every address call again."""
    change_settings(call, {"allowed_ips": [], "blocked_ips": []})
    return {"IsDeleted": True}
