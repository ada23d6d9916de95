"""Domains of an organization, and their verification by DNS (product-facts.md#organizations)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import organizations
from loginradius_harness.emulator.state.organizations.records import Domain

Json = Any


@handles("organization_domain.add")
def add(call: RequestContext) -> Json:
    """Add a domain that is to be verified. Raise REQUEST_INVALID for one that is there already (inferred)."""
    organization = organizations.named(call)
    domain = organizations.new_domain(call, {"DomainName": call.body["DomainName"]})
    if any(one.name == domain.name for one in organization.domains):
        raise ApiError(ErrorCode.REQUEST_INVALID)
    organization.domains.append(domain)
    return organizations.shown_domain(domain)


@handles("organization_domain.list")
def list_domains(call: RequestContext) -> Json:
    """Return the domains of an organization."""
    return {"Data": [organizations.shown_domain(domain) for domain in organizations.named(call).domains]}


@handles("organization_domain.get")
def get(call: RequestContext) -> Json:
    """Return a domain of an organization."""
    return organizations.shown_domain(_find(call))


@handles("organization_domain.verify")
def verify(call: RequestContext) -> Json:
    """Look for the token in the domain's TXT records, which the setting `dns_texts` holds; answer what was found.

    Raise REQUEST_INVALID where another organization has verified the domain before (inferred).
    """
    domain = _find(call)
    organizations.require_free_domain(call, domain.name, organizations.named(call))
    records = {name.lower(): texts for name, texts in call.settings.dns_texts.items()}.get(domain.name, [])
    domain.verified = domain.verified or any(domain.token in text for text in records)
    return organizations.shown_domain(domain)


@handles("organization_domain.delete")
def delete(call: RequestContext) -> Json:
    """Remove a domain from an organization."""
    organizations.named(call).domains.remove(_find(call))
    return {"IsDeleted": True}


def _find(call: RequestContext) -> Domain:
    """Return the domain that the path names. Raise REQUEST_INVALID where the organization has none such (inferred)."""
    domains = organizations.named(call).domains
    found = next((domain for domain in domains if domain.id == call.path["domain_id"]), None)
    if found is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return found
