"""Log in at an identity provider of SAML, as a browser and as the provider (product-facts.md#saml-providers)."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from lxml import etree

from loginradius_harness.client.client import Client
from loginradius_harness.client.saml_identity_provider import SamlIdentityProvider, Statement
from loginradius_harness.client.session import Session
from loginradius_harness.journey.administration import Administration

Json = Any

BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class Begun:
    """A begun log-in: the query with which the browser arrives at the provider, and the request in it."""

    query: str
    request: etree._Element

    @property
    def id(self) -> str:
        """The id of the request."""
        return str(self.request.get("ID"))


class SamlLogIn:
    """Log-ins at providers whose users and key are the test's."""

    def __init__(self, client: Client, administration: Administration) -> None:
        self._client = client
        self._administration = administration

    def add_provider(self, name: str, identity: SamlIdentityProvider, **members: Json) -> Json:
        """Make the tenant trust a provider; return its settings."""
        certificate = {"Certificate": identity.certificate}
        at = {"Binding": BINDING, "Location": "https://id.example.com/saml"}
        return self._administration.add_saml_provider(
            name, IdpCertificate=certificate, IdentityProvider=at, **{"ListInInterface": True, **members}
        )

    def begin(self, name: str, callback: str) -> Begun:
        """Let a browser begin a log-in."""
        key = self._client.target.api_key.reveal()
        address = f"{self._client.target.hub_url}/RequestHandler.aspx?apikey={key}&provider={name}"
        answer = self._client.browse(f"{address}&callback={quote(callback, safe='')}")
        query = urlsplit(answer.headers["location"]).query
        packed = b64decode(dict(parse_qsl(query))["SAMLRequest"])
        return Begun(query, etree.fromstring(zlib.decompress(packed, -zlib.MAX_WBITS)))

    def statement(self, provider: Json, begun: Begun | None = None, **changes: Any) -> Statement:
        """Return what a provider says of a user, in answer to a request, or by itself."""
        now = self._client.clock.now()
        said = {
            "subject": "lrh-somebody",
            "audience": provider["SamlServiceProvider"],
            "address": provider["ServiceProviderACSUrl"],
            "begins": now,
            "ends": now + LIFE,
            "request": begun.id if begun else None,
        }
        return Statement(**{**said, **changes})

    def bring(self, provider: Json, response: str, **fields: str) -> str | None:
        """Bring a response to the tenant as a browser does; return the request token, or None where it is refused."""
        form = {"SAMLResponse": b64encode(response.encode()).decode(), **fields}
        answer = self._client.browse(provider["ServiceProviderACSUrl"], form)
        back: Mapping[str, str] = dict(parse_qsl(urlsplit(answer.headers.get("location", "")).query))
        return back.get("token")

    def session(self, request_token: str) -> Session:
        """Exchange a request token for a session."""
        return Session.of(self._client.call("social.exchange_access_token", query={"token": request_token}))
