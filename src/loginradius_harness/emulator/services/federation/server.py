"""The authorization server of one app, made for one request."""

from typing import Any

from authlib.oauth2.base import invalid_error_characters
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidRequestError,
    JsonRequest,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc9207 import IssuerParameter

from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.http.reply import Reply
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation import signing
from loginradius_harness.emulator.services.federation.apps import App, client_of
from loginradius_harness.emulator.services.federation.hub import cookie_of, hub_session_of, open_by_token
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.federation.records import Grant, HubSession

Json = Any


class Request(OAuth2Request):
    """An HTTP request as Authlib reads it: form and JSON bodies count alike."""

    def __init__(self, call: RequestContext, parameters: dict[str, str]) -> None:
        # Whether TLS is needed is decided by whoever starts the emulator, so that the scheme is https here.
        super().__init__(call.operation.method, f"https://emulated{call.operation.path}", headers=_headers(call))
        self.payload = BasicOAuth2Payload(parameters)
        self.grant: Grant | None = None  # what the tokens of this request belong to
        self.hub_session: HubSession | None = None

    @property
    def args(self) -> dict[str, str]:
        """Return the parameters of the query."""
        return dict(self.payload.data)

    @property
    def form(self) -> dict[str, str]:
        """Return the parameters of the body."""
        return dict(self.payload.data)


class RegistrationRequest(JsonRequest):
    """A request of dynamic registration."""

    def __init__(self, call: RequestContext) -> None:
        super().__init__(call.operation.method, call.operation.path, _headers(call))
        self.payload = BasicOAuth2Payload(dict(call.body) if isinstance(call.body, dict) else {})
        self.credential: Any = None
        self.client: OAuthClient | None = None


def _headers(call: RequestContext) -> dict[str, str]:
    given = call.header("authorization")
    return {"Authorization": given} if given else {}


class Issuer(IssuerParameter):
    """Names the issuer in each answer of the authorization endpoint (RFC 9207)."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def get_issuer(self) -> str:
        """Return the issuer."""
        return self._issuer


class Server(AuthorizationServer):
    """Authlib's authorization server over a tenant's state."""

    def __init__(self, call: RequestContext, app: App) -> None:
        super().__init__(scopes_supported=None if app.kind == "m2m" else app.scopes)
        self.call = call
        self.app = app
        self.tenant = call.tenant
        self.federation = call.tenant.federation
        self.issuer_parameter = Issuer(app.issuer)
        self.register_extension(self.issuer_parameter)
        self.register_token_generator("default", self.issue_tokens)
        self.request = self.create_oauth2_request(call)
        self.hub_session = hub_session_of(call)

    def query_client(self, client_id: str) -> OAuthClient | None:
        """Return a client of the tenant; of an app that has its own, this one alone."""
        own = self.app.client
        if own is None:
            return client_of(self.call, client_id)
        return own if own.client_id == client_id else None

    def authenticate_client(self, request: Request, methods: list[str], endpoint: str = "token") -> OAuthClient:
        """Return the client that proves itself. Authlib raises ValueError for credentials that are no text."""
        try:
            client: OAuthClient = super().authenticate_client(request, methods, endpoint)
        except ValueError:
            raise InvalidClientError("The credentials cannot be read.", status_code=401) from None
        return client

    def create_oauth2_request(self, request: RequestContext | Request) -> Request:
        """Return a request as Authlib reads it."""
        return request if isinstance(request, Request) else Request(request, _parameters(request))

    def get_consent_grant(self, request: Request, end_user: Account | None = None) -> Any:
        """Return the grant of an authorization request.

        Raise InvalidRequestError for characters that no description of an error can quote (RFC 6749 4.1.2.1).
        """
        for name in ("response_type", "redirect_uri"):
            if invalid_error_characters(request.payload.data.get(name, "")):
                raise InvalidRequestError(f"Invalid '{name}' in request.")
        return super().get_consent_grant(request, end_user)

    def create_json_request(self, _request: RequestContext | Request) -> RegistrationRequest:
        """Return a request of dynamic registration."""
        return RegistrationRequest(self.call)

    def handle_response(self, status: int, body: Json, headers: list[tuple[str, str]]) -> Reply:
        """Return the answer that Authlib has made."""
        return Reply(status, body if body != "" else None, list(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nothing listens."""

    def account(self, uid: str | None) -> Account | None:
        """Return an account that may use what it has allowed."""
        account = self.tenant.accounts.by_uid(uid) if uid else None
        return account if account is not None and account.active and not account.login_disabled else None

    def log_in_at_hub(self) -> list[tuple[str, str]]:
        """Take over the log-in of the hosted page, which hands on its access token as `token`; return the cookie."""
        token = self.request.payload.data.pop("token", None)
        opened = open_by_token(self.call, token)
        if opened is None:
            return []
        self.hub_session = opened
        return [("Set-Cookie", cookie_of(opened))]

    @property
    def organization(self) -> str | None:
        """Return the organization that an authorization request names, where the tenant has any."""
        named = self.request.payload.data.get("org_id")
        return named if named and self.call.settings.organizations else None

    def open_grant(self, kind: str, client: OAuthClient, scope: str, **about: Any) -> Grant:
        """Keep what a user or a client has allowed."""
        about.setdefault("began", self.call.now)
        grant = Grant(
            id=self.tenant.identifiers.guid(),
            issuer=self.app.issuer,
            client_id=client.client_id,
            scope=scope,
            kind=kind,
            **about,
        )
        return self.federation.open_grant(grant)

    def issue_tokens(self, *, scope: str | None, include_refresh_token: bool, **_about: Any) -> dict[str, Json]:
        """Issue the tokens of this request's grant."""
        grant, client, settings = self.request.grant, self.request.client, self.call.settings
        assert grant is not None  # each grant type sets it  # noqa: S101
        machine = self.app.kind == "m2m"
        seconds = settings.machine_token_seconds if machine else settings.oauth_token_seconds
        seconds = client.managed_or(seconds, "JwtTokenConfig", "TokenTTL")
        policy = self.tenant.organizations.session_policy(grant.organization)
        seconds = policy.get("AccessTokenTTL", seconds)
        access = self.federation.issue(grant, "access_token", scope or "", seconds)
        tokens: dict[str, Json] = {
            "access_token": signing.access_token(self.tenant, grant, access),
            "token_type": "Bearer",
            "expires_in": seconds,
        }
        if include_refresh_token:
            life = client.managed_or(settings.oauth_refresh_seconds, "RefreshTokenTTL")
            life = policy.get("RefreshTokenTTL", life)
            refresh = self.federation.issue(grant, "refresh_token", scope or "", life)
            tokens["refresh_token"] = refresh.id
        if scope:
            tokens["scope"] = scope
        return tokens

    def save_token(self, token: dict[str, Json], request: Request) -> None:
        """Tokens are kept when they are issued."""


def _parameters(call: RequestContext) -> dict[str, str]:
    body = call.body if isinstance(call.body, dict) else {}
    return {**call.parameters, **{name: value for name, value in body.items() if isinstance(value, str)}}
