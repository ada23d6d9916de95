"""Settings of multi-factor authentication (product-facts.md#administration)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration.documents import Document

Json = Any

FACTORS = Document(
    "second_factor_configuration",
    settings={
        "IsAuthenticatorEnabled": "mfa_authenticator",
        "IsEmailOtpAuthenticatorEnabled": "mfa_email",
        "IsSmsOtpAuthenticatorEnabled": "mfa_sms",
        "IsSecurityQuestionAsMFAEnabled": "mfa_security_question",
        "IsPasskeyMFAEnabled": "mfa_passkey",
        "IsPushAuthenticatorEnabled": "mfa_push",
        "IsDuoAuthenticatorEnabled": "mfa_duo",
        "MinimumSecurityQuestionsToAsk": "security_question_count",
    },
)
AUTHENTICATOR = Document(
    "authenticator_configuration",
    settings={"IsEnabled": "mfa_authenticator"},
    stored={"QRCodeWidth": 200},
    secret=frozenset({"AccountSecretKey"}),
)
DUO = Document(
    "duo_configuration",
    settings={"IsEnabled": "mfa_duo", "APIHost": "duo_api_host"},
    secret=frozenset({"ClientSecret"}),
)


@handles("second_factor_configuration.get")
def get(call: RequestContext) -> Json:
    """Return which factors are allowed, and whether a log-in asks for one."""
    mode = call.settings.mfa
    switches = {"IsSecondFactorAuthenticatorEnabled": mode != "disabled", "IsRequired": mode == "required"}
    return switches | FACTORS.read(call.tenant)


@handles("second_factor_configuration.update")
def update(call: RequestContext) -> Json:
    """Change the factors. Multi-factor authentication that is off is not required."""
    now, sent = get(call), call.body
    is_on = sent.pop("IsSecondFactorAuthenticatorEnabled", now["IsSecondFactorAuthenticatorEnabled"])
    is_required = sent.pop("IsRequired", now["IsRequired"])
    FACTORS.write(call, {"mfa": ("required" if is_required else "optional") if is_on else "disabled"})
    return get(call)


@handles("second_factor_configuration.get_totp")
def get_totp(call: RequestContext) -> Json:
    """Return the settings of authenticator apps."""
    return {"IssuerId": call.settings.app_name, **AUTHENTICATOR.read(call.tenant)}


@handles("second_factor_configuration.update_totp")
def update_totp(call: RequestContext) -> Json:
    """Change the settings of authenticator apps."""
    AUTHENTICATOR.write(call)
    return get_totp(call)


@handles("second_factor_configuration.get_duo")
def get_duo(call: RequestContext) -> Json:
    """Return the settings of Duo, without the secret."""
    return DUO.read(call.tenant)


@handles("second_factor_configuration.update_duo")
def update_duo(call: RequestContext) -> Json:
    """Change the settings of Duo; the secret is not shown again."""
    return DUO.write(call)
