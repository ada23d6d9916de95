"""Providers of the tenant's own whose JWTs log users in (product-facts.md#administration).

The setting `custom_jwt_providers` names them all. One that management has not written signs with the
setting `custom_jwt_key`.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services.administration.documents import change_settings
from loginradius_harness.emulator.services.administration.provider_names import is_provider_name
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any
Members = dict[str, Json]

DOCUMENT = "jwt_provider"
SECRETS = frozenset({"Key"})  # kept and never shown (inferred)
ALGORITHMS = ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
FIRST: Members = {
    "Algo": ALGORITHMS[0],
    "Mapping": {"ID": "sub", "Email": "email", "FirstName": "given_name", "LastName": "family_name"},
    "ClockSkew": 60,
    "Issuer": {"ExpectedValue": "", "MatchValue": False, "IsMandatory": False},
    "Subject": {"IsMandatory": False},
    "Audience": {"ExpectedValues": [], "MatchValue": False, "IsMandatory": False},
    "NotBefore": {"IsMandatory": False},
    "Expiration": {"IsMandatory": True},
    "RaasUpdateFields": [],
    "ListInInterface": False,
}


@handles("jwt_provider.list")
def list_all(call: RequestContext) -> Json:
    """Return every provider."""
    return {"Data": [_shown(call, name) for name in call.settings.custom_jwt_providers]}


@handles("jwt_provider.get")
def get(call: RequestContext) -> Json:
    """Return the settings of a provider."""
    return _shown(call, _known(call))


@handles("jwt_provider.create")
def create(call: RequestContext) -> Json:
    """Add a provider.

    Raise PROVIDER_INVALID for a name that a provider has, or that none can have (inferred).
    """
    name = call.body["AppName"].lower()
    if not is_provider_name(name) or name in call.settings.custom_jwt_providers:
        raise ApiError(ErrorCode.PROVIDER_INVALID)
    change_settings(call, {"custom_jwt_providers": [*call.settings.custom_jwt_providers, name]})
    _keep(call, name, {"Key": "", "Id": call.tenant.identifiers.hex(24), "CreatedDate": iso(call.now)})
    return _shown(call, name)


@handles("jwt_provider.update")
def update(call: RequestContext) -> Json:
    """Change what the request names; the rest stays (inferred)."""
    name = _known(call)
    _keep(call, name, settings_of(call.tenant, name))
    return _shown(call, name)


@handles("jwt_provider.delete")
def delete(call: RequestContext) -> Json:
    """Remove a provider: its tokens log nobody in any more."""
    gone = _known(call)
    change_settings(
        call, {"custom_jwt_providers": [name for name in call.settings.custom_jwt_providers if name != gone]}
    )
    call.tenant.configuration.put(DOCUMENT, {name: kept for name, kept in _stored(call.tenant).items() if name != gone})
    return {"IsDeleted": True}


def is_managed(tenant: Tenant, name: str) -> bool:
    """Return whether management has written the settings of a provider."""
    return name in _stored(tenant)


def settings_of(tenant: Tenant, name: str) -> Members:
    """Return everything about a provider, its key too."""
    own = {"AppName": name, "Id": name, "Key": tenant.settings.custom_jwt_key, "CreatedDate": iso(0)}
    return {**own, **FIRST, **_stored(tenant).get(name, {})}


def _stored(tenant: Tenant) -> dict[str, Members]:
    return tenant.configuration.get(DOCUMENT) or {}


def _known(call: RequestContext) -> str:
    """Return the provider of the path. Raise PROVIDER_NOT_CONFIGURED for an unknown one (inferred)."""
    name = call.path["jwt_app"].lower()
    if name not in call.settings.custom_jwt_providers:
        raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)
    return name


def _keep(call: RequestContext, name: str, before: Members) -> None:
    """Store what the request says of a provider over what was there; null says nothing (inferred)."""
    kept = {**FIRST, **before, "LastModifiedDate": iso(call.now)}
    for member, value in known_members(call.operation.body, call.body).items():
        if isinstance(value, dict) and member != "Mapping":
            said = {part: told for part, told in value.items() if told is not None}
            kept[member] = {**kept[member], **said}
        elif value is not None:
            kept[member] = value
    call.tenant.configuration.put(DOCUMENT, {**_stored(call.tenant), name: kept})


def _shown(call: RequestContext, name: str) -> Json:
    members = settings_of(call.tenant, name)
    shown = {member: value for member, value in members.items() if member not in SECRETS}
    return {"IsActive": True, "LastModifiedDate": members["CreatedDate"], **shown}
