"""Log in to apps by OAuth and OpenID Connect, as a browser and as the app (product-facts.md#federation)."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.people import Person
from loginradius_harness.target.target import FederationSettings

Json = Any

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
EXCHANGE_GRANT = "http://loginradius.com/oauth/grant-type/exchange_token"
_PARAMETER = {"oidc": "oidcappname", "oauth": "oauthappname"}


def random_text() -> str:
    """Return an unguessable text: a code verifier, a state, a nonce."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a code verifier (RFC 7636 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Browser:
    """What a browser keeps: the cookies of the hub."""

    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """Return the header that carries the cookies."""
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": pairs} if pairs else {}

    def keep(self, reply: ApiResponse) -> ApiResponse:
        """Keep the cookie of a response; return the response."""
        name, _, value = reply.headers.get("set-cookie", "").partition(";")[0].partition("=")
        if value:
            self.cookies[name] = value
        elif name:
            self.cookies.pop(name, None)
        return reply


@dataclass(frozen=True)
class Login:
    """A begun log-in: what the app remembers until the browser comes back, and what the browser brought."""

    verifier: str
    state: str
    nonce: str
    redirect_uri: str
    answer: Mapping[str, str]

    @property
    def code(self) -> str:
        """The authorization code."""
        return self.answer["code"]


class Federation:
    """One app of the target with its clients. `kind` is oidc or oauth."""

    def __init__(self, client: Client, kind: str = "oidc") -> None:
        self._client = client
        self.kind = kind

    @property
    def settings(self) -> FederationSettings:
        """The app and the clients of the target."""
        return self._client.target.federation

    @property
    def secret(self) -> dict[str, str]:
        """Id and secret of the web client."""
        known = self._client.target.oauth_client_secret
        return {"client_id": self.settings.client_id, "client_secret": known.reveal() if known else ""}

    @property
    def machine(self) -> dict[str, str]:
        """Id and secret of the machine."""
        known = self._client.target.machine_client_secret
        return {"client_id": self.settings.machine_client_id, "client_secret": known.reveal() if known else ""}

    def call(self, name: str, **request: Any) -> ApiResponse:
        """Call an operation of the app."""
        path = {_PARAMETER[self.kind]: self.settings.app, **request.pop("path", {})}
        return self._client.call(f"{self.kind}.{name}", path=path, **request)

    def authorize(self, browser: Browser | None = None, **changes: str | None) -> ApiResponse:
        """Send an authorization request; None as a change leaves a parameter out."""
        query = {
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect_uri,
            "response_type": "code",
            "scope": "openid profile email",
            **changes,
        }
        browser = browser or Browser()
        return browser.keep(self.call("authorize", query=query, headers=browser.headers))

    def log_in(self, person: Person, browser: Browser | None = None, **changes: str | None) -> Login:
        """Log a person in to the app: authorization request, hosted log-in page, and back to the app."""
        browser = browser if browser is not None else Browser()
        verifier, state, nonce = random_text(), random_text(), random_text()
        request = {
            "state": state, "nonce": nonce, "code_challenge": challenge_of(verifier), "code_challenge_method": "S256",
            **changes,
        }  # fmt: skip
        reply = self.authorize(browser, **request).must_succeed()
        if "return_url" in reply.redirected:
            reply = self.come_back(person, browser, reply, "authorize")
        redirect_uri = changes.get("redirect_uri") or self.settings.redirect_uri
        return Login(verifier, state, nonce, redirect_uri, reply.redirected)

    def come_back(self, person: Person, browser: Browser, sent_away: ApiResponse, name: str) -> ApiResponse:
        """Log in at the hosted page as its script does, and follow it back."""
        body = {"email": person.email, "password": person.password}
        session = self._client.call("authentication.login_by_email", body=body).must_succeed().data
        back = dict(parse_qsl(urlsplit(sent_away.redirected["return_url"]).query, keep_blank_values=True))
        query = {**back, "token": session["access_token"]}
        return browser.keep(self.call(name, query=query, headers=browser.headers).must_succeed())

    def redeem(self, login: Login, **changes: str | None) -> ApiResponse:
        """Exchange the code of a log-in; None as a change leaves a member out."""
        body = {
            "grant_type": "authorization_code", **self.secret, "code": login.code, "redirect_uri": login.redirect_uri,
            "code_verifier": login.verifier, **changes,
        }  # fmt: skip
        return self.call("token", body={name: value for name, value in body.items() if value is not None})

    def tokens(self, person: Person, **changes: str | None) -> Json:
        """Log a person in and return the tokens."""
        return self.redeem(self.log_in(person, Browser(), **changes)).must_succeed().data

    @contextmanager
    def registered(self, method: str = "client_secret_post") -> Iterator[dict[str, str]]:
        """Register a client with the target's redirect address; remove it at the end."""
        metadata = {
            "client_name": "lrh-client", "redirect_uris": [self.settings.redirect_uri],
            "token_endpoint_auth_method": method,
        }  # fmt: skip
        made = self.call("register_client", body=metadata).must_succeed().data
        yield {name: made[name] for name in ("client_id", "client_secret") if name in made}
        token = made["registration_access_token"]
        self.call("delete_client", path={"clientid": made["client_id"]}, token=token).must_succeed()

    def refresh(self, token: str, **changes: str) -> ApiResponse:
        """Exchange a refresh token."""
        return self.call(
            "token", body={"grant_type": "refresh_token", **self.secret, "refresh_token": token, **changes}
        )

    def introspect(self, token: str) -> Json:
        """Return what the app tells of a token."""
        return self.call("introspect", body={**self.secret, "token": token}).must_succeed().data

    def revoke(self, token: str) -> ApiResponse:
        """End a token."""
        return self.call("revoke", body={**self.secret, "token": token}).must_succeed()

    def device(self) -> Json:
        """Return the codes of a new device."""
        body = {**self.secret, "scope": "openid" if self.kind == "oidc" else "profile"}
        return self.call("request_device_code", body=body).must_succeed().data

    def poll(self, device: Json) -> ApiResponse:
        """Ask, as a device, whether the user has allowed it."""
        body = {"grant_type": DEVICE_GRANT, **self.secret, "device_code": device["device_code"]}
        return self.call("token", body=body)

    def allow(self, person: Person, device: Json) -> ApiResponse:
        """Let a person allow a device."""
        name = "authorize_device" if self.kind == "oidc" else "authorize"
        query = {"client_id": self.settings.client_id, "user_code": device["user_code"]}
        browser = Browser()
        reply = self.call(name, query=query).must_succeed()
        return self.come_back(person, browser, reply, name) if "return_url" in reply.redirected else reply

    def machine_token(self, **changes: str) -> ApiResponse:
        """Ask for an access token as a machine."""
        body = {
            "grant_type": "client_credentials", **self.machine, "audience": self.settings.audience, **changes,
        }  # fmt: skip
        return self._client.call("oauth_m2m.token", body=body)
