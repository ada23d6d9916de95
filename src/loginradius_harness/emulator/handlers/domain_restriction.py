"""Domains whose addresses may register, or may not (product-facts.md#administration)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration.documents import Document

Json = Any

RESTRICTION = Document(
    "domain_restriction", settings={"Allowlist": "allowed_email_domains", "Blocklist": "blocked_email_domains"}
)


@handles("domain_restriction.get")
def get(call: RequestContext) -> Json:
    """Return both lists."""
    return RESTRICTION.read(call.tenant)


@handles("domain_restriction.update")
def update(call: RequestContext) -> Json:
    """Replace the lists that the request names."""
    return RESTRICTION.write(call)
