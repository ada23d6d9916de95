"""The secured one-time token for registration (domain 1.5)."""

from typing import Any

from emulator import sott
from emulator.call import Call
from emulator.clock import iso
from emulator.registry import handles

Json = Any


@handles("sott.generate_sott")
def generate_sott(call: Call) -> Json:
    """A token whose window starts now and lasts `timeDifference` minutes, or the tenant's own length."""
    token, end = sott.make(call.tenant, call.query.get("timeDifference", call.settings.sott_minutes))
    return {"Sott": token, "ExpiryTime": iso(end)}
