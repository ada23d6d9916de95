"""The identity providers of SAML that a tenant trusts (product-facts.md#saml-providers).

The setting `social_providers` names those that are switched on, as it names other social providers.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from loginradius_harness.emulator.services.administration.provider_names import SAML
from loginradius_harness.emulator.state.profile.members import ACCOUNT_ONLY, TEXTS
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any
Members = dict[str, Json]

START = "/RequestHandler.aspx"
ANSWER = "/saml/serviceprovider/AdfsACS.aspx"
MAPPED = ("ID", "Email", *sorted(TEXTS - ACCOUNT_ONLY))  # members of a profile that an attribute can fill (inferred)


def stored(tenant: Tenant) -> dict[str, Members]:
    """Return everything about each provider by its name, keys too."""
    return tenant.configuration.get(SAML) or {}


def keep(tenant: Tenant, providers: dict[str, Members]) -> None:
    """Store the providers of a tenant."""
    tenant.configuration.put(SAML, providers)


def active(tenant: Tenant, name: str) -> Members | None:
    """Return everything about a provider that is switched on; None for any other name."""
    return stored(tenant).get(name) if name in tenant.settings.social_providers else None


def offered(tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Yield name and friendly name of each provider that is switched on and listed."""
    for name in tenant.settings.social_providers:
        if name in stored(tenant) and stored(tenant)[name]["ListInInterface"]:
            yield name, stored(tenant)[name].get("FriendlyProviderName") or name


def published(tenant: Tenant) -> list[str]:
    """Return the social providers that front ends offer: all that are on, but for those that are not listed."""
    unlisted = {name for name, members in stored(tenant).items() if not members["ListInInterface"]}
    return [name for name in tenant.settings.social_providers if name not in unlisted]


def entity_of(tenant: Tenant, provider: Members) -> str:
    """Return by which name an identity provider knows the tenant."""
    return provider.get("SamlServiceProvider") or f"https://{tenant.settings.app_name}.hub.loginradius.com/"


def answer_address(tenant: Tenant, name: str) -> str:
    """Return where an identity provider sends browsers back to.

    Tenants of an emulator share a hub, so that tenant and provider stand in the address.
    """
    return f"{tenant.site.url}{ANSWER}?{urlencode({'apikey': tenant.key, 'provider': name})}"
