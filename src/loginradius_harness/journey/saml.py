"""Log in to applications by SAML, as a browser and as the application (product-facts.md#saml).

Messages of the tenant are read with lxml, which resolves no entities here, and verified with signxml: the application
believes what is signed and nothing else, as a real one does.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr
from zlib import MAX_WBITS, compressobj, decompress

from cryptography.x509 import load_pem_x509_certificate
from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.administration import Administration
from loginradius_harness.journey.federation import Browser
from loginradius_harness.journey.people import Person

Json = Any
Element = Any  # of lxml, which has no types

SPACES = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
CONSUMER = "https://app.example.com/saml/acs"
ENTITY = "https://app.example.com/saml"
GOODBYE = "https://app.example.com/goodbye"
FORM_TYPE = "application/x-www-form-urlencoded"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


@dataclass(frozen=True)
class Metadata:
    """What the tenant's metadata says."""

    entity_id: str
    certificate: str  # base64, as the XML has it
    wants_signed_requests: bool
    name_id_format: str
    services: dict[tuple[str, str], str]  # (login or logout, binding) -> address


@dataclass(frozen=True)
class PostedForm:
    """What a page posts, and where to."""

    action: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Assertion:
    """A verified assertion about a user."""

    root: Element

    def text(self, path: str) -> str:
        """Return the text of an element; empty where there is none."""
        return text_of(self.root.find(path, SPACES))

    def value(self, path: str, attribute: str) -> str:
        """Return an attribute of an element; empty where there is none."""
        found = self.root.find(path, SPACES)
        return "" if found is None else str(found.get(attribute, ""))

    @property
    def name(self) -> str:
        """Who the user is."""
        return self.text("saml:Subject/saml:NameID")

    @property
    def session_index(self) -> str:
        """The name of the log-in."""
        return self.value("saml:AuthnStatement", "SessionIndex")

    @property
    def minutes(self) -> float:
        """How long the assertion holds."""
        begins, ends = (self.value("saml:Conditions", name) for name in ("NotBefore", "NotOnOrAfter"))
        return (datetime.fromisoformat(ends) - datetime.fromisoformat(begins)).total_seconds() / 60

    @property
    def audiences(self) -> list[str]:
        """Whom the assertion is for."""
        return [text_of(found) for found in self.root.iterfind(".//saml:Audience", SPACES)]

    @property
    def attributes(self) -> dict[str, list[str]]:
        """What the assertion says of the user."""
        return {
            attribute.get("Name"): [text_of(value) for value in attribute.iterfind("saml:AttributeValue", SPACES)]
            for attribute in self.root.iterfind(".//saml:Attribute", SPACES)
        }


class SamlApplications:
    """Applications of one tenant: made by its management, and their side of a log-in."""

    def __init__(self, client: Client, administration: Administration) -> None:
        self._client = client
        self._administration = administration

    def add(self, **members: Json) -> Json:
        """Add an application; return its settings."""
        body = {
            "AppName": f"lrh-saml-{uuid4().hex[:12]}", "Audiences": [ENTITY], "AfterLogoutUrl": GOODBYE,
            "AssertionConsumerService": {"Binding": POST, "Location": CONSUMER}, **members,
        }  # fmt: skip
        return self._administration.call("saml_integration.create", body=body).must_succeed().data

    def call(self, operation: str, name: str, **request: Json) -> ApiResponse:
        """Call an operation of the management API for an application."""
        return self._administration.call(f"saml_integration.{operation}", path={"saml_app": name}, **request)

    def change(self, name: str, **members: Json) -> Json:
        """Change an application; return its settings."""
        return self.call("update", name, body=members).must_succeed().data

    def renew(self, name: str) -> Json:
        """Give an application's messages a new certificate; return its settings."""
        return self.call("renew_certificate", name).must_succeed().data

    def metadata(self, name: str) -> Metadata:
        """Read the tenant's metadata for an application."""
        data = self._client.call("saml.get_idp_metadata", query={"appName": name}).must_succeed().data
        root = parse(data.encode())
        descriptor = root.find("md:IDPSSODescriptor", SPACES)
        places = {"login": "SingleSignOnService", "logout": "SingleLogoutService"}
        return Metadata(
            entity_id=root.get("entityID"),
            certificate="".join(text_of(descriptor.find(".//ds:X509Certificate", SPACES)).split()),
            wants_signed_requests=descriptor.get("WantAuthnRequestsSigned") == "true",
            name_id_format=text_of(descriptor.find("md:NameIDFormat", SPACES)),
            services={
                (name, service.get("Binding")): service.get("Location")
                for name, element in places.items()
                for service in descriptor.iterfind(f"md:{element}", SPACES)
            },
        )

    def login(self, name: str, browser: Browser | None = None, /, **query: str | None) -> ApiResponse:
        """Ask for a log-in to an application."""
        return self._ask("saml.login", browser, {"appname": name, **query})

    def logout(self, name: str, browser: Browser | None = None, /, **query: str | None) -> ApiResponse:
        """Ask for a log-out from an application."""
        return self._ask("saml.logout", browser, {"appname": name, **query})

    def post(self, operation: str, name: str, browser: Browser | None = None, /, **fields: str) -> ApiResponse:
        """Post a form to an application's log-in or log-out."""
        return self._ask(f"saml.{operation}_by_post", browser, {"appname": name}, urlencode(fields).encode())

    def _ask(
        self, operation: str, browser: Browser | None, query: Mapping[str, str | None], body: bytes | None = None
    ) -> ApiResponse:
        browser = browser if browser is not None else Browser()
        headers = {**browser.headers, **({"Content-Type": FORM_TYPE} if body is not None else {})}
        return browser.keep(self._client.call(operation, query=query, body=body, headers=headers))

    def log_in(self, name: str, person: Person, browser: Browser | None = None, **query: str | None) -> PostedForm:
        """Log a person in to an application; return what the browser posts to it."""
        browser = browser if browser is not None else Browser()
        return self.follow(person, self.login(name, browser, **query), browser)

    def follow(self, person: Person, reply: ApiResponse, browser: Browser) -> PostedForm:
        """Follow an answer until the browser posts to the application; return what it posts."""
        reply.must_succeed()
        if "return_url" in reply.redirected:
            return self.follow(person, self.return_to(self.way_back(person, reply), browser), browser)
        if isinstance(reply.data, str):
            return form_of(reply.data)
        return self.follow(person, self._ask("saml.login", browser, reply.redirected), browser)

    def way_back(self, person: Person, sent_away: ApiResponse) -> dict[str, str]:
        """Log in at the hosted page as its script does; return the query that it leads back with."""
        body = {"email": person.email, "password": person.password}
        session = self._client.call("authentication.login_by_email", body=body).must_succeed().data
        back = dict(parse_qsl(urlsplit(sent_away.redirected["return_url"]).query, keep_blank_values=True))
        return {**back, "token": session["access_token"]}

    def return_to(self, way_back: Mapping[str, str], browser: Browser) -> ApiResponse:
        """Come back from the log-in page."""
        return self._ask("saml.login", browser, way_back)

    def assertion(self, name: str, form: PostedForm, certificate: str | None = None) -> Assertion:
        """Verify a posted response and its assertion, with the metadata's certificate or another."""
        certificate = certificate or self.metadata(name).certificate
        response = verified(response_of(form), certificate, "./")
        return Assertion(verified(etree.tostring(response), certificate, f"./{{{SPACES['saml']}}}Assertion/"))

    def signed_message(self, name: str, form: PostedForm, field: str) -> Element:
        """Return a posted message that the tenant has signed."""
        return verified(b64decode(form.fields[field], validate=True), self.metadata(name).certificate, "./")


def authn_request(destination: str, *, issuer: str = ENTITY, inside: str = "", **attributes: str) -> tuple[str, str]:
    """Return id and XML of a request for a log-in; `inside` is XML after the issuer."""
    own = {"Destination": destination, "AssertionConsumerServiceURL": CONSUMER, **attributes}
    return _message("AuthnRequest", issuer, inside, own)


def logout_request(
    destination: str, name: str, index: str, *, issuer: str = ENTITY, **attributes: str
) -> tuple[str, str]:
    """Return id and XML of a request for a log-out."""
    inside = f"<saml:NameID>{escape(name)}</saml:NameID><samlp:SessionIndex>{escape(index)}</samlp:SessionIndex>"
    return _message("LogoutRequest", issuer, inside, {"Destination": destination, **attributes})


def logout_response(destination: str, *, issuer: str = ENTITY) -> tuple[str, str]:
    """Return id and XML of an answer that the application has ended its own log-in."""
    status = f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>'
    return _message("LogoutResponse", issuer, status, {"Destination": destination})


def _message(kind: str, issuer: str, inside: str, attributes: dict[str, str]) -> tuple[str, str]:
    name = f"_{uuid4().hex}"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    every = {"ID": name, "Version": "2.0", "IssueInstant": now, **attributes}
    spaces = f'xmlns:samlp="{SPACES["samlp"]}" xmlns:saml="{SPACES["saml"]}"'
    listed = " ".join(f"{key}={quoteattr(value)}" for key, value in every.items())
    return name, f"<samlp:{kind} {spaces} {listed}><saml:Issuer>{escape(issuer)}</saml:Issuer>{inside}</samlp:{kind}>"


def in_query(xml: str) -> str:
    """Return a message as a query carries it, before it is percent-encoded (bindings 3.4.4.1)."""
    deflater = compressobj(wbits=-MAX_WBITS)
    return b64encode(deflater.compress(xml.encode()) + deflater.flush()).decode()


def in_form(xml: str) -> str:
    """Return a message as a form carries it (bindings 3.5.4)."""
    return b64encode(xml.encode()).decode()


def from_query(text: str) -> bytes:
    """Return a message that a query has carried."""
    return decompress(b64decode(text, validate=True), -MAX_WBITS)


def form_of(page: str) -> PostedForm:
    """Return the form of a page."""
    reader = _FormReader()
    reader.feed(page)
    return PostedForm(reader.action, reader.fields)


def response_of(form: PostedForm) -> bytes:
    """Return the response that a form posts."""
    return b64decode(form.fields["SAMLResponse"], validate=True)


def status_of(response: bytes) -> list[str]:
    """Return the codes of a response's status, the outer one first."""
    return [code.get("Value") for code in parse(response).iterfind(".//samlp:StatusCode", SPACES)]


def verified(document: bytes, certificate: str, location: str) -> Element:
    """Return what a certificate's key has signed in a document; the signature stands at `location`.

    The metadata names the certificate, so that its dates mean nothing: a tenant's clock may be another.
    """
    lines = "\n".join(certificate[at : at + 64] for at in range(0, len(certificate), 64))
    pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
    trusted = load_pem_x509_certificate(pem.encode())
    config = SignatureConfiguration(location=location, verification_time=trusted.not_valid_before_utc)
    found = XMLVerifier().verify(parse(document), x509_cert=trusted, id_attribute="ID", expect_config=config)
    assert not isinstance(found, list)  # noqa: S101  # one reference is expected
    return found.signed_xml


def parse(document: bytes) -> Element:
    """Return the root of a document."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(document, parser)


def text_of(element: Element | None) -> str:
    """Return the whole text of an element; empty for None."""
    return "" if element is None else "".join(element.itertext())


class _FormReader(HTMLParser):
    """Reads the first form of a page and its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of the form and the values of its fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and "name" in given:
            self.fields[given["name"]] = given.get("value", "")
