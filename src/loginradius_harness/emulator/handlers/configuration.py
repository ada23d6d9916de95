"""Public configuration, templates, server time, and the check of key and secret (product-facts.md#sott, #appinfo)."""

from datetime import UTC, datetime
from typing import Any

from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import public_configuration
from loginradius_harness.emulator.services.administration import custom_fields, passkey_settings, saml_providers
from loginradius_harness.emulator.state.outbox.templates import MessageTemplate

Json = Any

# Member -> channel, and kind as published plug-ins read it -> type of template (inferred).
TEMPLATES = {
    "EmailTemplates": (
        "mail",
        {
            "Welcome": "welcome",
            "Verification": "registration",
            "ResetPassword": "forgotpassword",
            "InstantSignIn": "oneclicksignin",
        },
    ),
    "SMSTemplates": (
        "sms",
        {
            "Welcome": "welcome",
            "Verification": "verification",
            "ResetPassword": "forgotpassword",
            "ChangePhoneNo": "changephoneno",
            "SecondFactorAuthentication": "secondfactorauthentication",
            "OneTimePassCode": "onetimepasscode",
        },
    ),
}


@handles("configuration.get_configurations")
def get_configurations(call: RequestContext) -> Json:
    """Return the settings as front ends read them."""
    tenant = call.tenant
    passkeys, fields = passkey_settings.published(tenant), custom_fields.published(tenant)
    providers = saml_providers.published(tenant)
    return public_configuration.render(call.settings, tenant.key, providers, passkeys, fields)


@handles("configuration.list_templates")
def list_templates(call: RequestContext) -> Json:
    """Return the names of the templates of each kind."""
    return {
        member: {kind: _names(call.tenant.templates.all(channel), of_type) for kind, of_type in kinds.items()}
        for member, (channel, kinds) in TEMPLATES.items()
    }


def _names(templates: list[MessageTemplate], of_type: str) -> list[str]:
    return [template.name for template in templates if template.type == of_type]


@handles("configuration.validate_credentials")
def validate_credentials(call: RequestContext) -> Json:
    """Say whether key and secret are right."""
    problems = auth.credential_problems(call)
    return {"Status": not problems, "Messages": problems}


@handles("configuration.get_server_time")
def get_server_time(call: RequestContext) -> Json:
    """Return the time and a SOTT window that starts now."""
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
