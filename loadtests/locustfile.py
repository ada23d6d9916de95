"""What `locust` finds: the users, the shape, and the run that ties them together.

`locust` opens the web UI on 127.0.0.1:8089, ready to press Start against an emulator on this machine.

`locust --otel`, which needs `pip install -e .[otel]`, exports the number of users and, of profiles with
`tier = "locust"`, all response times through OpenTelemetry (to Prometheus too, by way of a collector). The collector of
`OTEL_EXPORTER_OTLP_ENDPOINT` is then the one host beside the target that may be reached. The engine's figures are in
locust's tables and in the report.
"""

from locust import events

from loginradius_harness.load.locust_plugin import lifecycle
from loginradius_harness.load.locust_plugin.journeys import ReadProfile, Refresh, Register, Session
from loginradius_harness.load.locust_plugin.login import LoginByEmail, LoginByPhone, LoginByUsername, LoginWithTotp
from loginradius_harness.load.locust_plugin.shape import ProfileShape
from loginradius_harness.load.locust_plugin.token_validation import (
    ValidateExpired,
    ValidateMany,
    ValidateToken,
    ValidateUnknown,
)
from loginradius_harness.load.locust_plugin.users import EngineUser

__all__ = [
    "EngineUser", "LoginByEmail", "LoginByPhone", "LoginByUsername", "LoginWithTotp", "ProfileShape", "ReadProfile",
    "Refresh", "Register", "Session", "ValidateExpired", "ValidateMany", "ValidateToken", "ValidateUnknown",
]  # fmt: skip

lifecycle.install(events)
