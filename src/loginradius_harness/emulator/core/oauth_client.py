"""A client of the tenant's OAuth and OpenID Connect apps, as registered."""

import hmac
from typing import Annotated, Any

import msgspec

Metadata = dict[str, Any]

SCOPES = "openid profile email phone address"
GRANTS = ("authorization_code", "refresh_token")
_LAST_SECOND = 253_402_300_799  # that a date can name
ANY_SECRET = ("client_secret_basic", "client_secret_post")


class OAuthClient(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A client with its metadata in the names of RFC 7591. Without a secret it is a public client.

    `managed` is what has no such name, as management writes it (product-facts.md#oauth-clients). The methods are
    those that Authlib asks of a client, and those that read `managed`.
    """

    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    client_secret: Annotated[str, msgspec.Meta(max_length=200)] = ""
    metadata: Metadata = {}
    managed: Metadata = {}
    issued_at: Annotated[int, msgspec.Meta(ge=0, le=_LAST_SECOND)] = 0
    registration_token: str = ""  # of a client that registered itself (RFC 7592)

    def __repr__(self) -> str:
        """Return the id without the secret."""
        return f"OAuthClient({self.client_id!r})"

    @property
    def name(self) -> str:
        """Return the name by which management knows the client."""
        return str(self.metadata.get("client_name") or self.client_id)

    @property
    def client_metadata(self) -> Metadata:
        """Return the registered metadata."""
        return self.metadata

    @property
    def client_info(self) -> Metadata:
        """Return what the server adds to the metadata."""
        secret = {"client_secret": self.client_secret, "client_secret_expires_at": 0} if self.client_secret else {}
        return {"client_id": self.client_id, "client_id_issued_at": self.issued_at, **secret}

    def get_client_id(self) -> str:
        """Return the client's id."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Return the redirect URI of a request that names none: the only one."""
        registered = self.metadata.get("redirect_uris") or [None]
        return registered[0] if len(registered) == 1 else None

    @property
    def scopes(self) -> list[str]:
        """Return the scopes that the client may have."""
        return str(self.metadata.get("scope", SCOPES)).split()

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the part of a requested scope that the client may have."""
        return " ".join(name for name in (scope or "").split() if name in self.scopes)

    def machine_scope(self, audience: str, asked: str) -> str | None:
        """Return the part of a scope, or without one all, that the client itself may have; None for no audience of it.

        Management gives scopes by audience; to a client without any, every audience is open (inferred).
        """
        audiences = self.managed.get("AudienceScopes")
        if not audiences:
            return self.get_allowed_scope(asked or self.metadata.get("scope"))
        if audience not in audiences:
            return None
        allowed = audiences[audience]
        return " ".join(name for name in (asked.split() or allowed) if name in allowed)

    def managed_or(self, otherwise: Any, *path: str) -> Any:
        """Return what management has set of the client; where it has set nothing, what holds otherwise."""
        found: Any = self.managed
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found or otherwise

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether a redirect URI is registered, character by character (RFC 9700 2.1)."""
        return redirect_uri in self.metadata.get("redirect_uris", ())

    def check_client_secret(self, client_secret: str) -> bool:
        """Return whether the secret is right."""
        return hmac.compare_digest(client_secret.encode(), self.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Return whether the client may prove itself by a method; without a registered one, by each that fits."""
        registered = self.metadata.get("token_endpoint_auth_method")
        if registered:
            return bool(method == registered)
        return method in ANY_SECRET if self.client_secret else method == "none"

    def check_response_type(self, response_type: str) -> bool:
        """Return whether the client may ask for a response type."""
        return response_type in self.metadata.get("response_types", ("code",))

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether the client may use a grant type."""
        return grant_type in self.metadata.get("grant_types", GRANTS)


WEB_CLIENT = "lrh-web-client"
WEB_SECRET = "lrh-web-secret-of-the-embedded-tenant"  # noqa: S105  # public, of the embedded tenant only
PUBLIC_CLIENT = "lrh-public-client"
MACHINE_CLIENT = "lrh-machine-client"
MACHINE_SECRET = "lrh-machine-secret-of-the-embedded-tenant"  # noqa: S105  # as above
MANAGEMENT_AUDIENCE = "https://api.loginradius.com/identity/v2/manage"
READ_SETTINGS, WRITE_SETTINGS = "settings:read", "settings:write"
CALLBACK = "https://app.example.com/callback"
LOCAL_CALLBACK = "http://127.0.0.1/callback"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
EXCHANGE_GRANT = "http://loginradius.com/oauth/grant-type/exchange_token"


def default_clients() -> list[OAuthClient]:
    """Return a web application, an application without a secret, and a machine."""
    uris = {
        "redirect_uris": [CALLBACK, LOCAL_CALLBACK],
        "post_logout_redirect_uris": ["https://app.example.com/goodbye"],
    }
    browser = [*GRANTS, DEVICE_GRANT]
    return [
        OAuthClient(
            client_id=WEB_CLIENT,
            client_secret=WEB_SECRET,
            metadata={"client_name": "Web application", "grant_types": [*browser, EXCHANGE_GRANT], **uris},
        ),
        OAuthClient(
            client_id=PUBLIC_CLIENT,
            metadata={"client_name": "Single-page application", "grant_types": browser, **uris},
        ),
        OAuthClient(
            client_id=MACHINE_CLIENT,
            client_secret=MACHINE_SECRET,
            metadata={
                "client_name": "Machine",
                "grant_types": ["client_credentials"],
                "scope": f"profile:read profile:write {READ_SETTINGS} {WRITE_SETTINGS}",
            },
        ),
    ]
