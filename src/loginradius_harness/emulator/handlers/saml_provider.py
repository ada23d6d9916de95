"""Identity providers of SAML of the tenant's own, as management keeps them (product-facts.md#saml-providers)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers import social_provider
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services.administration import saml_providers

Json = Any
Members = dict[str, Json]

FIRST: Members = {"IsIdpInitiated": False, "RelayStateParameter": "RelayState", "ListInInterface": False}  # inferred
SECRETS = frozenset({"Key"})  # of a certificate: kept and never shown (inferred)


@handles("saml_provider.list")
def list_all(call: RequestContext) -> Json:
    """Return every provider."""
    return {"Data": [_shown(call, name) for name in saml_providers.stored(call.tenant)]}


@handles("saml_provider.list_mapping_keys")
def list_mapping_keys(_call: RequestContext) -> Json:
    """Return the members of a profile that a provider can fill."""
    return {"Data": list(saml_providers.MAPPED)}


@handles("saml_provider.get")
def get(call: RequestContext) -> Json:
    """Return the settings of a provider."""
    return _shown(call, _known(call))


@handles("saml_provider.create")
def create(call: RequestContext) -> Json:
    """Add a provider, switched on.

    Raise PROVIDER_INVALID for a name that a provider has, or that none can have (inferred).
    """
    name = social_provider.new_name(call, call.body["Provider"], *saml_providers.stored(call.tenant))
    made = {"Id": call.tenant.identifiers.hex(24), "CreatedDate": iso(call.now), **_certificate(call)}
    _keep(call, name, {**FIRST, **made, **_said(call)})
    social_provider.switch_on(call, name)
    return _shown(call, name)


@handles("saml_provider.update")
def update(call: RequestContext) -> Json:
    """Change what the request names; the rest stays (inferred).

    Raise PROVIDER_INVALID for another name than that of the path (inferred).
    """
    name = _known(call)
    if call.body["Provider"].lower() != name:
        raise ApiError(ErrorCode.PROVIDER_INVALID)
    _keep(call, name, {**saml_providers.stored(call.tenant)[name], **_said(call)})
    return _shown(call, name)


@handles("saml_provider.renew_certificate")
def renew_certificate(call: RequestContext) -> Json:
    """Give the tenant another key and certificate, with which it signs its requests to the provider from now on."""
    name = _known(call)
    _keep(call, name, {**saml_providers.stored(call.tenant)[name], **_certificate(call)})
    return _shown(call, name)


@handles("saml_provider.delete")
def delete(call: RequestContext) -> Json:
    """Remove a provider: nobody logs in with it any more."""
    gone = _known(call)
    social_provider.forget(call, gone)
    kept = {name: members for name, members in saml_providers.stored(call.tenant).items() if name != gone}
    saml_providers.keep(call.tenant, kept)
    return {"IsDeleted": True}


def _known(call: RequestContext) -> str:
    """Return the provider of the path. Raise PROVIDER_NOT_CONFIGURED for an unknown one (inferred)."""
    name = call.path["saml_provider"].lower()
    if name not in saml_providers.stored(call.tenant):
        raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)
    return name


def _said(call: RequestContext) -> Members:
    """Return what the request says of a provider; null says nothing (inferred)."""
    sent = {**known_members(call.operation.body, call.body), "Provider": call.body["Provider"].lower()}
    return {member: _without_nulls(value) for member, value in sent.items() if value is not None}


def _without_nulls(value: Json) -> Json:
    return {part: text for part, text in value.items() if text is not None} if isinstance(value, dict) else value


def _certificate(call: RequestContext) -> Members:
    """Return a new key of the tenant with its certificate."""
    from loginradius_harness.emulator.services.federation.saml.certificates import make_certificate  # noqa: PLC0415  # 100 ms of start-up

    made = make_certificate(f"{call.settings.app_name}.hub.loginradius.com", call.now)
    return {"SpCertificate": {"Certificate": made.certificate, "Key": made.key}}


def _keep(call: RequestContext, name: str, members: Members) -> None:
    kept = {**members, "LastModifiedDate": iso(call.now)}
    saml_providers.keep(call.tenant, {**saml_providers.stored(call.tenant), name: kept})


def _shown(call: RequestContext, name: str) -> Members:
    members = saml_providers.stored(call.tenant)[name]
    shown = {
        member: {part: text for part, text in value.items() if part not in SECRETS}
        if member in {"IdpCertificate", "SpCertificate"}
        else value
        for member, value in members.items()
    }
    return {
        **shown,
        "IsActive": name in call.settings.social_providers,
        "IsDeleted": False,
        "SamlServiceProvider": saml_providers.entity_of(call.tenant, members),
        "ServiceProviderACSUrl": saml_providers.answer_address(call.tenant, name),
    }
