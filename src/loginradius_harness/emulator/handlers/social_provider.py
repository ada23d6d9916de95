"""The social providers of the tenant (product-facts.md#administration).

The setting `social_providers` names those that are switched on, in the order in which they are offered.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services.administration.documents import change_settings
from loginradius_harness.emulator.services.administration.provider_names import is_provider_name

Json = Any
Members = dict[str, Json]

DOCUMENT = "social_provider"
FIRST = {"Key": "", "ExtraField1": "", "ExtraField2": ""}
SECRETS = frozenset({"Secret", "AppleSecretConfiguration"})  # kept and never shown (inferred)


@handles("social_provider.list")
def list_all(call: RequestContext) -> Json:
    """Return every provider that is set up: those that are on, in their order, then the others."""
    return {"Data": [_shown(call, name) for name in _providers(call)]}


@handles("social_provider.list_active")
def list_active(call: RequestContext) -> Json:
    """Return the providers that are switched on, in their order."""
    return {"Data": [_shown(call, name) for name in call.settings.social_providers]}


@handles("social_provider.get")
def get(call: RequestContext) -> Json:
    """Return the settings of a provider."""
    return _shown(call, _known(call, call.path["provider"]))


@handles("social_provider.update")
def update(call: RequestContext) -> Json:
    """Change the settings of a provider; one that the tenant does not have is set up (inferred).

    Raise PROVIDER_INVALID for what cannot be the name of a provider.
    """
    name = call.path["provider"].lower()
    if not is_provider_name(name):
        raise ApiError(ErrorCode.PROVIDER_INVALID)
    sent = known_members(call.operation.body, call.body)
    is_active = sent.pop("IsActive", name in call.settings.social_providers)
    stored = _providers(call)
    _keep(call, {**stored, name: {**stored.get(name, {}), **sent}})
    _switch(call, {name: is_active})
    return _shown(call, name)


@handles("social_provider.delete")
def delete(call: RequestContext) -> Json:
    """Remove a provider: nobody logs in with it any more."""
    forget(call, _known(call, call.path["provider"]))
    return {"IsDeleted": True}


def forget(call: RequestContext, gone: str) -> None:
    """Remove a provider."""
    _switch(call, {gone: False})
    _keep(call, {name: members for name, members in _providers(call).items() if name != gone})


@handles("social_provider.set_status")
def set_status(call: RequestContext) -> Json:
    """Switch providers on and off."""
    sent = call.body.get("Data", [])
    switches = {_known(call, provider["ProviderName"]): provider["IsActive"] for provider in sent}
    _switch(call, switches)
    return list_all(call)


@handles("social_provider.set_order")
def set_order(call: RequestContext) -> Json:
    """Put the named providers first, in their order; the others follow (inferred)."""
    stored, first = _providers(call), [_known(call, name) for name in call.body.get("Data", [])]
    names = dict.fromkeys([*first, *stored])
    _keep(call, {name: stored[name] for name in names})
    _offer(call, [name for name in names if name in call.settings.social_providers])
    return list_all(call)


def new_name(call: RequestContext, wanted: str, *taken: str) -> str:
    """Return the name of a provider of the tenant's own.

    Raise PROVIDER_INVALID for a name that a provider has, or that none can have (inferred).
    """
    name = wanted.lower()
    if not is_provider_name(name) or name in (*taken, *_providers(call), *call.settings.custom_jwt_providers):
        raise ApiError(ErrorCode.PROVIDER_INVALID)
    return name


def switch_on(call: RequestContext, name: str) -> None:
    """Offer a provider of the tenant's own, after those that are on already."""
    _offer(call, [*call.settings.social_providers, name])


def _providers(call: RequestContext) -> dict[str, Members]:
    """Return what is stored of each provider that is set up, by its name."""
    stored: dict[str, Members] = call.tenant.configuration.get(DOCUMENT) or {}
    return {name: stored.get(name, {}) for name in [*call.settings.social_providers, *stored]}


def _known(call: RequestContext, named: str) -> str:
    """Return the name of a provider. Raise PROVIDER_NOT_CONFIGURED for one that is not set up."""
    name = named.lower()
    if name not in _providers(call):
        raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)
    return name


def _keep(call: RequestContext, providers: Mapping[str, Members]) -> None:
    call.tenant.configuration.put(DOCUMENT, dict(providers))


def _switch(call: RequestContext, switches: Mapping[str, bool]) -> None:
    """Switch providers on, after those that are on already, and off; both stay set up."""
    _keep(call, _providers(call))
    active = [name for name in call.settings.social_providers if switches.get(name, True)]
    _offer(call, [*active, *(name for name, is_on in switches.items() if is_on)])


def _offer(call: RequestContext, names: Iterable[str]) -> None:
    change_settings(call, {"social_providers": list(dict.fromkeys(names))})


def _shown(call: RequestContext, name: str) -> Json:
    members = {**FIRST, **_providers(call)[name]}
    shown = {member: value for member, value in members.items() if member not in SECRETS}
    return {"IsActive": name in call.settings.social_providers, **shown}
