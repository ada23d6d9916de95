"""Providers of OAuth of the tenant's own (product-facts.md#oauth-providers).

The setting `social_providers` names those that are switched on, as it names other social providers.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers import social_provider
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services.administration.provider_names import OAUTH
from loginradius_harness.emulator.state.profile.members import WRITABLE

Json = Any
Members = dict[str, Json]

SECRETS = frozenset({"ApplicationSecret"})  # kept and never shown (inferred)
NEVER_SHOWN = SECRETS | {"UserInfoExtractByIdToken", "JWKSEndpoint", "TrasnsportType"}  # the model has none of these


@handles("oauth_provider.list")
def list_all(call: RequestContext) -> Json:
    """Return every provider."""
    return {"Data": [_shown(call, name) for name in _stored(call)]}


@handles("oauth_provider.list_keys")
def list_keys(_call: RequestContext) -> Json:
    """Return the members of a profile that a provider can fill (inferred)."""
    return {"Data": ["ID", "Email", *sorted(WRITABLE)]}


@handles("oauth_provider.create")
def create(call: RequestContext) -> Json:
    """Add a provider, switched on.

    Raise PROVIDER_INVALID for a name that a provider has, or that none can have (inferred).
    """
    name = social_provider.new_name(call, call.body["ProviderName"], *_stored(call))
    _keep(call, name, {"CreatedAt": iso(call.now)})
    social_provider.switch_on(call, name)
    return _shown(call, name)


@handles("oauth_provider.update")
def update(call: RequestContext) -> Json:
    """Change what the request names; the rest stays (inferred)."""
    name = _known(call)
    _keep(call, name, _stored(call)[name])
    return _shown(call, name)


@handles("oauth_provider.delete")
def delete(call: RequestContext) -> Json:
    """Remove a provider: nobody logs in with it any more."""
    gone = _known(call)
    social_provider.forget(call, gone)
    call.tenant.configuration.put(OAUTH, {name: kept for name, kept in _stored(call).items() if name != gone})
    return {"IsDeleted": True}


def _stored(call: RequestContext) -> dict[str, Members]:
    return call.tenant.configuration.get(OAUTH) or {}


def _known(call: RequestContext) -> str:
    """Return the provider of the request. Raise PROVIDER_NOT_CONFIGURED for an unknown one (inferred)."""
    name = str(call.body["ProviderName"]).lower()
    if name not in _stored(call):
        raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)
    return name


def _keep(call: RequestContext, name: str, before: Members) -> None:
    """Store what the request says of a provider over what was there; null says nothing (inferred)."""
    sent = known_members(call.operation.body, call.body)
    said = {member: value for member, value in sent.items() if value is not None}
    kept = {**before, **said, "ProviderName": name, "LastModified": iso(call.now)}
    call.tenant.configuration.put(OAUTH, {**_stored(call), name: kept})


def _shown(call: RequestContext, name: str) -> Members:
    shown = {member: value for member, value in _stored(call)[name].items() if member not in NEVER_SHOWN}
    return {"IsActive": name in call.settings.social_providers, **shown}
