"""The apps of a tenant: an issuer for OpenID Connect or OAuth, and the hub for machines."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from loginradius_harness.emulator.core.oauth_client import DEVICE_GRANT, EXCHANGE_GRANT, OAuthClient
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.hub import may_lead_to

Json = Any

SCOPES = ["openid", "profile", "email", "phone", "address"]
CLAIMS = [
    "sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
    "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number",
    "phone_number_verified", "address", "updated_at",
]  # fmt: skip
SECRET_METHODS = ["client_secret_basic", "client_secret_post"]
LOGGING_IN = ["authorization_code", "refresh_token", DEVICE_GRANT, EXCHANGE_GRANT]


@dataclass(frozen=True)
class App:
    """One issuer of a tenant. `kind` is oidc, oauth or m2m; `origin` the address that the caller uses."""

    kind: str
    name: str
    origin: str
    registration: bool = False
    pushed: bool = False
    client: OAuthClient | None = None  # the only one, of an app that has its own

    @cached_property
    def issuer(self) -> str:
        """Return the issuer identifier."""
        return self.origin if self.kind == "m2m" else f"{self.origin}/service/{self.kind}/{self.name}".rstrip("/")

    @property
    def api(self) -> str:
        """Return the base of the endpoints that clients call without a browser."""
        return f"{self.origin}/api/{self.kind}/{self.name}"

    @property
    def scopes(self) -> list[str]:
        """Return the scopes that a client can ask for."""
        return list(dict.fromkeys([*SCOPES, *(self.client.scopes if self.client else ())]))

    def metadata(self) -> Json:
        """Return the authorization server metadata (RFC 8414)."""
        registration = {"registration_endpoint": f"{self.api}/register"} if self.registration else {}
        pushed = {"pushed_authorization_request_endpoint": f"{self.api}/par"} if self.pushed else {}
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.api}/token",
            "jwks_uri": f"{self.issuer}/jwks" if self.kind == "oidc" else f"{self.origin}/service/oauth/jwks",
            "revocation_endpoint": f"{self.api}/revoke",
            "introspection_endpoint": f"{self.api}/introspect",
            "device_authorization_endpoint": f"{self.api}/device",
            "scopes_supported": self.scopes,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": LOGGING_IN,
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [*SECRET_METHODS, "none"],
            "revocation_endpoint_auth_methods_supported": [*SECRET_METHODS, "none"],
            "authorization_response_iss_parameter_supported": True,
            **registration,
            **pushed,
        }

    def discovery(self) -> Json:
        """Return the metadata of an OpenID provider (OpenID Connect Discovery 1.0)."""
        return {
            **self.metadata(),
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": CLAIMS,
            "request_parameter_supported": False,
            "backchannel_logout_supported": False,
            "backchannel_logout_session_supported": False,
        }


def app_of(call: RequestContext) -> App | None:
    """Return the app that a request's path names; None for a name that the tenant has no app of."""
    settings, origin = call.settings, call.origin()
    name = next((call.path[part] for part in ("oidcappname", "oauthappname") if part in call.path), None)
    if name is None:
        return _of_tenant(call) if call.operation.group == "oauth" else App("m2m", "", origin)
    if "oauthappname" in call.path:
        made = {integration.id: integration.client for integration in settings.oauth_integrations}
        if name in made or name in settings.federation_apps:
            return App("oauth", name, origin, pushed=settings.pushed_requests, client=made.get(name))
    elif name in settings.federation_apps:
        return App("oidc", name, origin, settings.dynamic_registration, settings.pushed_requests)
    return None


def _of_tenant(call: RequestContext) -> App:
    """Return the app that older paths mean, which name none: key and secret of the tenant are its client's."""
    asked = call.parameters.get("redirect_uri", "")
    metadata = {"redirect_uris": [asked] if may_lead_to(call, asked) else []}
    client = OAuthClient(client_id=call.tenant.key, client_secret=call.tenant.secret, metadata=metadata)
    return App("oauth", "", call.origin(), client=client)


def client_of(call: RequestContext, client_id: str) -> OAuthClient | None:
    """Return a client of the tenant's settings, or one that registered itself."""
    known = next((client for client in call.settings.oauth_clients if client.client_id == client_id), None)
    return known or call.tenant.federation.clients.get(client_id)
