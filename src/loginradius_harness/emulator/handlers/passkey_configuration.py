"""Settings of passkeys (product-facts.md#administration)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration import passkey_settings

Json = Any


@handles("passkey_configuration.get")
def get(call: RequestContext) -> Json:
    """Return the settings."""
    return passkey_settings.read(call.tenant)


@handles("passkey_configuration.update")
def update(call: RequestContext) -> Json:
    """Change the settings."""
    passkey_settings.DOCUMENT.write(call)
    return passkey_settings.read(call.tenant)
