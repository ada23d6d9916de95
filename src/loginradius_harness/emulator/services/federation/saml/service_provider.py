"""Log-ins at an identity provider of SAML: the request that a browser carries there, and what it brings back.

Source: SAML 2.0 profiles 4.1, bindings 3.4 and 3.5; product-facts.md#saml-providers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loginradius_harness.emulator.services.administration import saml_providers
from loginradius_harness.emulator.services.federation.saml import responses
from loginradius_harness.emulator.services.federation.saml.certificates import SigningCertificate
from loginradius_harness.emulator.services.federation.saml.documents import (
    Element,
    UnreadableError,
    decode,
    encode,
    instant,
    saml,
    samlp,
    xml_text,
)
from loginradius_harness.emulator.services.federation.saml.responses import Assertion, Expected, RefusedResponseError
from loginradius_harness.emulator.services.federation.saml.signing import signed, signed_query
from loginradius_harness.emulator.state.federation.records import SamlLogIn
from loginradius_harness.emulator.state.federation.saml import POST, REDIRECT
from loginradius_harness.emulator.state.social_provider import ADDRESS, Script
from loginradius_harness.emulator.state.tenant import Tenant

Members = dict[str, Any]

REQUEST_SECONDS = 600  # how long a begun log-in waits for its answer (inferred)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a browser goes to log in, and the fields of the form that it sends there; None for a plain redirect."""

    address: str
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a browser that has logged in returns to, with a request token; an empty address stands for none."""

    return_to: str
    request_token: str


def depart(tenant: Tenant, name: str, return_to: str) -> Departure:
    """Begin a log-in at a provider that has an address."""
    provider, begun = saml_providers.stored(tenant)[name], _begin(tenant, name, return_to)
    request, own = _request(tenant, name, begun), provider["SpCertificate"]
    key = SigningCertificate(certificate=own["Certificate"], key=own["Key"])
    address, binding = provider["IdentityProvider"]["Location"], provider["IdentityProvider"].get("Binding")
    if binding == REDIRECT:
        query = signed_query(key, {"SAMLRequest": encode(request, deflated=True)})
        return Departure(f"{address}{'&' if '?' in address else '?'}{query}")
    return Departure(address, {"SAMLRequest": encode(signed(request, key), deflated=False)})


def _begin(tenant: Tenant, name: str, return_to: str) -> SamlLogIn:
    """Remember a log-in that waits for its answer, and forget those that wait too long."""
    requests, now = tenant.federation.saml_log_ins, tenant.clock.now()
    for late in [known for known, begun in requests.scan() if begun.expires <= now]:
        requests.remove(late)
    begun = SamlLogIn(
        id=f"_{tenant.identifiers.hex()}", provider=name, return_to=return_to, expires=now + REQUEST_SECONDS
    )
    requests.put(begun.id, begun)
    return begun


def _request(tenant: Tenant, name: str, begun: SamlLogIn) -> Element:
    """Return an authentication request that names the tenant, where it goes and where its answer comes to."""
    provider = saml_providers.stored(tenant)[name]
    return samlp.AuthnRequest(
        saml.Issuer(xml_text(saml_providers.entity_of(tenant, provider))),
        samlp.NameIDPolicy(AllowCreate="true"),
        ID=begun.id,
        Version="2.0",
        IssueInstant=instant(tenant.clock.now()),
        Destination=provider["IdentityProvider"]["Location"],
        ProtocolBinding=POST,
        AssertionConsumerServiceURL=saml_providers.answer_address(tenant, name),
    )


def arrive(tenant: Tenant, name: str, form: Mapping[str, str]) -> Arrival:
    """Take the answer of a provider that is switched on, a form by lower-case names.

    Raise RefusedResponseError for one that logs nobody in.
    """
    provider = saml_providers.stored(tenant)[name]
    expected = Expected(
        certificate=(provider.get("IdpCertificate") or {}).get("Certificate", ""),
        audience=saml_providers.entity_of(tenant, provider),
        address=saml_providers.answer_address(tenant, name),
        now=tenant.clock.now(),
    )
    assertion = responses.read(_document(form), expected)
    return_to = _return_address(tenant, name, assertion, form)
    _use_once(tenant, name, assertion)
    user = _user(name, provider["DataMap"], assertion)
    return Arrival(return_to, tenant.provider.request_token(tenant.provider.script(user)))


def _document(form: Mapping[str, str]) -> bytes:
    try:
        return decode(form.get("samlresponse", ""), deflated=False)
    except UnreadableError:
        raise RefusedResponseError("There is no SAMLResponse in base64.") from None


def _return_address(tenant: Tenant, name: str, assertion: Assertion, form: Mapping[str, str]) -> str:
    """Return where the request that an assertion answers wants the browser, or the provider by itself."""
    provider, requests = saml_providers.stored(tenant)[name], tenant.federation.saml_log_ins
    if assertion.request is None:
        if not provider["IsIdpInitiated"]:
            raise RefusedResponseError("The tenant has not asked for this response.")
        return form.get(provider["RelayStateParameter"].lower(), "")
    begun = requests.get(assertion.request)
    if begun is None or begun.provider != name or begun.expires <= tenant.clock.now():
        raise RefusedResponseError("The response answers no request that waits for it.")
    requests.remove(begun.id)
    return begun.return_to


def _use_once(tenant: Tenant, name: str, assertion: Assertion) -> None:
    """Take an assertion, whose id counts until it expires."""
    used, now = tenant.federation.used_assertions, tenant.clock.now()
    for old in [known for known, ends in used.scan() if ends <= now]:
        used.remove(old)
    if used.get(f"{name} {assertion.id}") is not None:
        raise RefusedResponseError("The assertion has been taken already.")
    used.put(f"{name} {assertion.id}", assertion.ends + responses.SKEW_SECONDS)


def _user(name: str, mapping: Mapping[str, str], assertion: Assertion) -> Script:
    """Return who an assertion means: what the mapping finds among its attributes, else the subject as identifier."""
    wanted = {member.lower(): assertion.attributes.get(attribute, "") for member, attribute in mapping.items()}
    identifier = wanted.get("id", assertion.subject)
    if not identifier:
        raise RefusedResponseError("The assertion has no unique identifier.")
    found = {member: wanted[member.lower()] for member in saml_providers.MAPPED if wanted.get(member.lower())}
    profile = {member: text for member, text in found.items() if member not in {"ID", "Email"}}
    email = found.get("Email", "")
    return Script(provider=name, id=identifier, email=email if ADDRESS.fullmatch(email) else None, profile=profile)
