"""An identity provider made of OneLogin's library, which signs and verifies with xmlsec: no code of the emulator's."""

from base64 import b64decode
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML as Xml

from loginradius_harness.client.saml_identity_provider import (
    SamlIdentityProvider,
    Statement,
    response_with,
    unsigned,
)
from loginradius_harness.tenants import TenantContext, TenantProvider

Json = Any

POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
CALLBACK = "https://emulated.hub.loginradius.com/app"
SHA512 = (Constants.RSA_SHA512, Constants.SHA512)
SHA1 = (Constants.RSA_SHA1, Constants.SHA1)


@pytest.fixture
def tenant(loginradius_tenants: TenantProvider) -> Iterator[TenantContext]:
    context = loginradius_tenants.create("administration")
    yield context
    context.close()


@pytest.fixture(scope="module")
def identity() -> SamlIdentityProvider:
    """Return the key that OneLogin's library signs with."""
    return SamlIdentityProvider()


@pytest.fixture
def provider(tenant: TenantContext, identity: SamlIdentityProvider) -> Json:
    return tenant.journey.saml_log_in.add_provider("onelogin", identity)


def signed(element: str, identity: SamlIdentityProvider, algorithms: tuple[str, str] = SHA512) -> str:
    """Return an element as OneLogin's library signs it."""
    text = Utils.add_sign(element, identity.key, identity.certificate, False, *algorithms)
    return str(text.decode() if isinstance(text, bytes) else text)


def statement(tenant: TenantContext, provider: Json) -> Statement:
    log_in = tenant.journey.saml_log_in
    return log_in.statement(provider, log_in.begin(provider["Provider"], CALLBACK), attributes={"mail": "a@b.co"})


def test_assertion_signed_by_xmlsec_logs_in(
    tenant: TenantContext, provider: Json, identity: SamlIdentityProvider
) -> None:
    said = statement(tenant, provider)
    response = response_with(signed(unsigned(said.assertion), identity), said.address)
    token = tenant.journey.saml_log_in.bring(provider, response)
    assert token
    assert tenant.journey.social.identities(tenant.journey.saml_log_in.session(token)) == [("onelogin", said.subject)]


def test_response_signed_by_xmlsec_logs_in_and_is_refused_once_changed(
    tenant: TenantContext, provider: Json, identity: SamlIdentityProvider
) -> None:
    said = statement(tenant, provider)
    response = signed(response_with(unsigned(said.assertion), said.address), identity)
    changed = response.replace(f">{said.subject}<", ">somebody-else<")
    assert changed != response
    assert tenant.journey.saml_log_in.bring(provider, changed) is None
    assert tenant.journey.saml_log_in.bring(provider, response)


def test_signature_with_sha1_is_refused(tenant: TenantContext, provider: Json, identity: SamlIdentityProvider) -> None:
    said = statement(tenant, provider)
    response = response_with(signed(unsigned(said.assertion), identity, SHA1), said.address)
    assert tenant.journey.saml_log_in.bring(provider, response) is None


def test_redirected_request_verifies_with_xmlsec(tenant: TenantContext, provider: Json) -> None:
    query = tenant.journey.saml_log_in.begin("onelogin", CALLBACK).query
    query, _, signature = query.partition("&Signature=")
    seal = b64decode(parse_qs(f"Signature={signature}")["Signature"][0])
    certificate = Utils.format_cert(provider["SpCertificate"]["Certificate"])
    algorithm = dict(parse_qsl(query))["SigAlg"]
    assert Utils.validate_binary_sign(query.encode(), seal, certificate, algorithm)
    assert not Utils.validate_binary_sign(f"{query}&x".encode(), seal, certificate, algorithm)


def test_posted_request_verifies_with_xmlsec(tenant: TenantContext, provider: Json) -> None:
    at = {"Binding": POST, "Location": "https://id.example.com/saml"}
    tenant.journey.administration.change_saml_provider("onelogin", IdentityProvider=at)
    key = tenant.target.api_key.reveal()
    page = httpx.get(f"{tenant.target.hub_url}/RequestHandler.aspx?apikey={key}&provider=onelogin", trust_env=False)
    form = _Form()
    form.feed(page.text)
    assert form.action == at["Location"]
    request = b64decode(form.fields["SAMLRequest"])
    certificate = provider["SpCertificate"]["Certificate"]
    assert Utils.validate_sign(request, cert=certificate, xpath="/samlp:AuthnRequest/ds:Signature")
    assert not isinstance(Xml.validate_xml(request, "saml-schema-protocol-2.0.xsd"), str), "not as the schema says"
    assert urlsplit(at["Location"]).netloc in page.headers["content-security-policy"]


class _Form(HTMLParser):
    """The form of a page: where it is sent, and its fields."""

    action: str | None = None

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given.get("action")
        elif tag == "input":
            self.fields[str(given["name"])] = str(given["value"])
