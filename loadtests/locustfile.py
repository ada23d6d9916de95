"""The locustfile: the users, the shape, and the events that tie a run together.

`locust` opens the web UI on 127.0.0.1:8089, ready to press Start against an emulator on this machine.

`locust --otel`, which needs the extra `otel`, sends the engine's figures (requests by outcome, latencies, violations,
start delays, limits, validity) to the OpenTelemetry collector of `OTEL_EXPORTER_OTLP_ENDPOINT`, which is then the one
host beside the target that may be reached. Prometheus finds the same figures on `/metrics`.
"""

from locust import events

from loginradius_harness.load.locust_plugin import plugin
from loginradius_harness.load.locust_plugin.plugin import ProfileShape
from loginradius_harness.load.locust_plugin.users import (
    EngineUser,
    LoginByEmail,
    LoginByOidc,
    LoginByPhone,
    LoginByUsername,
    LoginUnknownUser,
    LoginWithPasskey,
    LoginWithTotp,
    MachineToken,
    ReadProfile,
    Refresh,
    Register,
    Session,
    ValidateByIntrospection,
    ValidateExpired,
    ValidateMany,
    ValidateOffline,
    ValidateToken,
    ValidateUnknown,
)

__all__ = [
    "EngineUser", "LoginByEmail", "LoginByOidc", "LoginByPhone", "LoginByUsername", "LoginUnknownUser",
    "LoginWithPasskey", "LoginWithTotp", "MachineToken", "ProfileShape", "ReadProfile", "Refresh", "Register",
    "Session", "ValidateByIntrospection", "ValidateExpired", "ValidateMany", "ValidateOffline", "ValidateToken",
    "ValidateUnknown",
]  # fmt: skip

plugin.install(events)
