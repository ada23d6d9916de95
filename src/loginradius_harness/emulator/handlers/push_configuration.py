"""Settings of push notifications (product-facts.md#administration)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration.documents import Document

Json = Any

PUSH = Document(
    "push_configuration",
    settings={
        "IsEnabled": "mfa_push",
        "NotificationService": "push_service",
        "CustomAppName": "push_app_name",
        "QRCodeWidth": "push_qr_width",
    },
    stored={"Message": ""},
    secret=frozenset({"AWSsettings", "AndroidSettings", "IOSsettings"}),
)


@handles("push_configuration.get")
def get(call: RequestContext) -> Json:
    """Return the settings, without the keys of the services."""
    return PUSH.read(call.tenant)


@handles("push_configuration.create", "push_configuration.update")
def update(call: RequestContext) -> Json:
    """Change the settings; the keys of the services are not shown again."""
    return PUSH.write(call)
