"""What a tenant tells everybody: its configuration and its clock (domain 1.5, 2.1)."""

from datetime import UTC, datetime
from typing import Any

from emulator import appinfo
from emulator.call import Call
from emulator.registry import handles

Json = Any


@handles("configuration.get_configurations")
def get_configurations(call: Call) -> Json:
    """The settings as front ends read them."""
    return appinfo.render(call.settings, call.tenant.key)


@handles("configuration.get_server_time")
def get_server_time(call: Call) -> Json:
    """The clock, and a SOTT window that starts now."""
    minutes, now = call.query.get("timeDifference", call.settings.sott_minutes), call.now
    return {
        "ServerLocation": "Loopback",
        "ServerName": "EMULATOR",
        "CurrentTime": _clock_time(now),
        "Sott": {
            "StartTime": _clock_time(now),
            "EndTime": _clock_time(now + minutes * 60),
            "TimeDifference": f"{minutes} Minutes",
        },
    }


def _clock_time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
