"""Native social login: an app exchanges the provider's credentials for the tenant's tokens.

Source: product-facts.md#social-login.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers import jwt_provider
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.social_login import log_in

Json = Any

ACCESS_TOKENS = {  # operation -> provider, parameter
    "native_social.by_apple_refresh_token": ("apple", "refresh_token"),
    "native_social.by_facebook_access_token": ("facebook", "fb_Access_Token"),
    "native_social.by_foursquare_access_token": ("foursquare", "fs_Access_Token"),
    "native_social.by_google_access_token": ("google", "google_Access_Token"),
    "native_social.by_linkedin_access_token": ("linkedin", "ln_Access_Token"),
    "native_social.by_vkontakte_token": ("vkontakte", "vk_access_token"),
}
CODES = {
    "native_social.by_apple_id_code": ("apple", "code"),
    "native_social.by_google_auth_code": ("google", "google_authcode"),
    "native_social.by_wechat_code": ("wechat", "code"),
}
ID_TOKENS = {
    "native_social.by_apple_jwt": "apple",
    "native_social.by_facebook_jwt": "facebook",
    "native_social.by_google_jwt": "google",
}


def _require_configured(call: RequestContext, provider: str) -> None:
    """Check that the tenant uses the provider.

    Raise PROVIDER_NOT_CONFIGURED.
    """
    if provider not in call.settings.social_providers:
        raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)


@handles(*ACCESS_TOKENS)
def by_access_token(call: RequestContext) -> Json:
    """Log in by a token of the provider; the scripted Apple's access token is its refresh token too."""
    provider, name = ACCESS_TOKENS[call.operation.id]
    _require_configured(call, provider)
    return log_in(call, call.tenant.provider.open(provider, call.query[name]))


@handles("native_social.by_twitter_access_token")
def by_twitter_token(call: RequestContext) -> Json:
    """Log in by Twitter's access token and its secret."""
    _require_configured(call, "twitter")
    token, secret = call.query["tw_Access_Token"], call.query["tw_Token_Secret"]
    return log_in(call, call.tenant.provider.open("twitter", token, secret=secret))


@handles(*CODES)
def by_code(call: RequestContext) -> Json:
    """Log in by an authorization code, which the tenant itself redeems at the provider."""
    provider, name = CODES[call.operation.id]
    _require_configured(call, provider)
    return log_in(call, call.tenant.provider.redeem(provider, call.query[name]))


@handles(*ID_TOKENS)
def by_id_token(call: RequestContext) -> Json:
    """Log in by an id token that the provider signed."""
    provider = ID_TOKENS[call.operation.id]
    _require_configured(call, provider)
    return log_in(call, call.tenant.provider.open_jwt(provider, call.query["id_Token"]))


@handles("native_social.by_custom_jwt")
def by_custom_id_token(call: RequestContext) -> Json:
    """Log in by an id token that one of the tenant's own providers signed.

    Raise PROVIDER_NOT_CONFIGURED for a provider that the tenant does not have.
    """
    provider = call.query["providername"].lower()
    if provider not in call.settings.custom_jwt_providers:
        raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)
    if not jwt_provider.is_managed(call.tenant, provider):
        return log_in(call, call.tenant.provider.open_jwt(provider, call.query["id_Token"]))
    from loginradius_harness.emulator.services.federation import jwt_providers  # noqa: PLC0415  # 150 ms

    settings = jwt_provider.settings_of(call.tenant, provider)
    claims = jwt_providers.claims_of(settings, call.query["id_Token"], call.now)
    return log_in(call, call.tenant.provider.meant(provider, claims))
