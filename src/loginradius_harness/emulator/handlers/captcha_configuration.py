"""Bot protection by a captcha (product-facts.md#administration)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration.documents import Document
from loginradius_harness.emulator.services.public_configuration import CAPTCHA_APIS

Json = Any

CAPTCHA = Document("captcha_configuration", stored={"EnabledCaptcha": "GoogleRecaptchaV2"})
SERVICES = ("GoogleRecaptchaV2", "GoogleRecaptchaV3", "HCaptcha", "QQTencentCaptcha")
SECRETS = frozenset({"PrivateKey", "SecretKey", "AppSecretKey"})


@handles("captcha_configuration.get")
def get(call: RequestContext) -> Json:
    """Return the services without their secrets. Protection is on where a call asks for a captcha."""
    shown = CAPTCHA.read(call.tenant)
    return {"IsEnabled": bool(call.settings.bot_protection)} | {
        name: _without_secrets(value) if name in SERVICES else value for name, value in shown.items()
    }


@handles("captcha_configuration.update")
def update(call: RequestContext) -> Json:
    """Change the services; switched on, protection covers every call that can be protected (inferred)."""
    protected = call.settings.bot_protection
    is_on = call.body.pop("IsEnabled", bool(protected))
    CAPTCHA.write(call, {"bot_protection": (protected or CAPTCHA_APIS) if is_on else []})
    return get(call)


def _without_secrets(service: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in service.items() if name not in SECRETS}
