"""The secured one-time token for registration (product-facts.md#sott)."""

from typing import Any

from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.http import sott
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext

Json = Any


@handles("sott.generate_sott")
def generate_sott(call: RequestContext) -> Json:
    """Return a token whose window starts now and lasts `timeDifference` minutes, or the tenant's default."""
    token, end = sott.make(call.tenant, call.query.get("timeDifference", call.settings.sott_minutes))
    return {"Sott": token, "ExpiryTime": iso(end)}
