"""Endpoints beside authorization and token: introspection, revocation, devices, registration, end of a session."""

from string import ascii_uppercase, digits
from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError, UnauthorizedClientError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7591 import (
    ClientMetadataClaims,
    ClientRegistrationEndpoint,
    InvalidClientMetadataError,
)
from authlib.oauth2.rfc7592 import ClientConfigurationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint
from authlib.oidc.rpinitiated import ClientMetadataClaims as LogoutClaims
from authlib.oidc.rpinitiated import EndSessionEndpoint

from loginradius_harness.emulator.core.oauth_client import DEVICE_GRANT, OAuthClient
from loginradius_harness.emulator.services.federation import signing
from loginradius_harness.emulator.services.federation.apps import LOGGING_IN, SCOPES, SECRET_METHODS
from loginradius_harness.emulator.services.federation.grants import METHODS
from loginradius_harness.emulator.services.federation.server import RegistrationRequest, Request, Server
from loginradius_harness.emulator.services.federation.tokens import IssuedToken, find_token
from loginradius_harness.emulator.state.federation.records import DeviceCode

Json = Any

CLAIMS = [ClientMetadataClaims, LogoutClaims]
CONSONANTS = "BCDFGHJKLMNPQRSTVWXZ"  # none is taken for another (RFC 8628 6.1)
CHARACTER_SETS = {
    "Base20": CONSONANTS,
    "Alpha": ascii_uppercase,
    "Digits": digits,
    "Alphanumeric": ascii_uppercase + digits,
}
JSON_TYPES = {"string": str, "array": list, "boolean": bool, "object": dict}
OTHER_METADATA = {name: {"type": "string"} for name in ("client_id", "client_secret")} | {"jwks": {"type": "object"}}


class Revocation(RevocationEndpoint):
    """Ends a token (RFC 7009): a refresh token with its whole grant, an access token alone."""

    CLIENT_AUTH_METHODS = METHODS
    server: Server

    def query_token(self, token_string: str, _hint: str | None) -> IssuedToken | None:
        """Return the token of a text."""
        return find_token(self.server.tenant, token_string, self.server.app.issuer)

    def revoke_token(self, token: IssuedToken, _request: Request) -> None:
        """End a token."""
        if token.token.kind == "refresh_token":
            self.server.federation.revoke(token.grant.id)
        token.token.ends = self.server.call.now


class Introspection(IntrospectionEndpoint):
    """Tells a client about its own tokens (RFC 7662)."""

    CLIENT_AUTH_METHODS = SECRET_METHODS
    server: Server

    def query_token(self, token_string: str, _hint: str | None) -> IssuedToken | None:
        """Return the token of a text."""
        return find_token(self.server.tenant, token_string, self.server.app.issuer)

    def check_permission(self, token: IssuedToken, client: OAuthClient, _request: Request) -> bool:
        """Return whether the token is the client's own."""
        return token.check_client(client)

    def introspect_token(self, token: IssuedToken) -> dict[str, Json]:
        """Return the claims of a live token."""
        return {"active": True, **signing.token_claims(token.grant, token.token)}


class DeviceAuthorization(DeviceAuthorizationEndpoint):
    """Gives a device the codes for itself and for its user (RFC 8628)."""

    server: Server

    def authenticate_client(self, request: Request) -> OAuthClient:
        """Return the client. Raise UnauthorizedClientError for one that may not exchange a device code."""
        client: OAuthClient = super().authenticate_client(request)
        if not client.check_grant_type(DEVICE_GRANT):
            raise UnauthorizedClientError
        return client

    @property
    def EXPIRES_IN(self) -> int:  # noqa: N802  # a name of Authlib
        """Return the life of the codes, in seconds."""
        seconds = self.server.call.settings.device_code_seconds
        return int(self.server.request.client.managed_or(seconds, "DeviceCodeConfig", "DeviceCodeExpire"))

    @property
    def INTERVAL(self) -> int:  # noqa: N802  # a name of Authlib
        """Return the shortest time between two questions, in seconds."""
        seconds = self.server.call.settings.device_poll_seconds
        return int(self.server.request.client.managed_or(seconds, "DeviceCodeConfig", "PollingInterval"))

    def generate_device_code(self) -> str:
        """Return a code for the device."""
        return self.server.tenant.identifiers.hex()

    def generate_user_code(self) -> str:
        """Return a code for the user, of the characters that the client has been given."""
        characters = self.server.request.client.managed_or("Base20", "DeviceCodeConfig", "UserCodeCharacterSet")
        return self.server.tenant.identifiers.user_code(CHARACTER_SETS.get(characters, CONSONANTS))

    def get_verification_uri(self) -> str:
        """Return the page that the user opens."""
        issuer = self.server.app.issuer
        page = f"{issuer}/device/authorize" if self.server.app.kind == "oidc" else f"{issuer}/authorize"
        return f"{page}?client_id={self.server.request.client.client_id}"

    def save_device_credential(self, client_id: str, scope: str | None, data: dict[str, Json]) -> None:
        """Keep the codes."""
        device = DeviceCode(
            code=data["device_code"],
            user_code=data["user_code"],
            issuer=self.server.app.issuer,
            client_id=client_id,
            scope=scope or "",
            expires=self.server.call.now + data["expires_in"],
        )
        self.server.federation.devices.put(device.code, device)


class Registration(ClientRegistrationEndpoint):
    """Registers a client that asks for it (RFC 7591)."""

    server: Server

    def __init__(self, server: Server) -> None:
        super().__init__(server, CLAIMS)

    def create_registration_response(self, request: RegistrationRequest) -> Any:
        """Answer with the new client; one without a secret is told none."""
        _check_types(self.server, request)
        status, body, headers = super().create_registration_response(request)
        return status, {name: value for name, value in body.items() if value != ""}, headers

    def get_server_metadata(self) -> dict[str, Json]:
        """Return what the metadata of clients is checked against."""
        return _supported()

    def authenticate_token(self, _request: RegistrationRequest) -> bool:
        """Return whether clients may register."""
        return self.server.call.settings.dynamic_registration

    def generate_client_id(self, _request: RegistrationRequest) -> str:
        """Return a new client's id."""
        return self.server.tenant.identifiers.guid()

    def generate_client_secret(self, request: RegistrationRequest) -> str:
        """Return a new client's secret; none for one that says it has none."""
        public = request.payload.data.get("token_endpoint_auth_method") == "none"
        return "" if public else self.server.tenant.identifiers.hex(48)

    def save_client(
        self, info: dict[str, Json], metadata: dict[str, Json], _request: RegistrationRequest
    ) -> OAuthClient:
        """Keep a new client."""
        client = OAuthClient(
            client_id=info["client_id"],
            client_secret=info["client_secret"],
            metadata=metadata,
            issued_at=int(self.server.call.now),
            registration_token=self.server.tenant.identifiers.guid(),
        )
        self.server.federation.clients.put(client.client_id, client)
        return client

    def generate_client_registration_info(self, client: OAuthClient, _request: RegistrationRequest) -> dict[str, Json]:
        """Return where and with what the client manages itself."""
        return {**client.client_info, **management_of(self.server, client)}


class Configuration(ClientConfigurationEndpoint):
    """Lets a client read, change and remove itself (RFC 7592)."""

    server: Server
    software_statement_alg_values_supported = None
    extract_client_metadata = ClientRegistrationEndpoint.extract_client_metadata  # its own prints what it refuses

    def __init__(self, server: Server) -> None:
        super().__init__(server, CLAIMS)

    def get_server_metadata(self) -> dict[str, Json]:
        """Return what the metadata of clients is checked against."""
        return _supported()

    def authenticate_token(self, request: RegistrationRequest) -> "RegistrationToken | None":
        """Return the registration access token, if it is any client's."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        owners = (client for _, client in self.server.federation.clients.scan() if client.registration_token == given)
        owner = next(owners, None) if given and scheme.lower() == "bearer" else None
        return RegistrationToken(owner) if owner is not None else None

    def authenticate_client(self, _request: RegistrationRequest) -> OAuthClient | None:
        """Return the client that the path names."""
        return self.server.federation.clients.get(self.server.call.path["clientid"])

    def revoke_access_token(self, _request: RegistrationRequest, _token: "RegistrationToken") -> None:
        """Nothing is left of a client that is gone."""

    def check_permission(self, _client: OAuthClient, _request: RegistrationRequest) -> bool:
        """Return true: each client may manage itself."""
        return True

    def generate_client_registration_info(self, client: OAuthClient, _request: RegistrationRequest) -> dict[str, Json]:
        """Return where and with what the client manages itself."""
        return management_of(self.server, client)

    def create_update_client_response(self, client: OAuthClient, request: RegistrationRequest) -> Any:
        """Change a client; the vendor's clients leave out the id, which stands in the path."""
        _check_types(self.server, request)
        request.payload.data.setdefault("client_id", client.client_id)
        return super().create_update_client_response(client, request)

    def update_client(
        self, client: OAuthClient, metadata: dict[str, Json], _request: RegistrationRequest
    ) -> OAuthClient:
        """Replace the metadata of a client."""
        client.metadata = metadata
        return client

    def delete_client(self, client: OAuthClient, _request: RegistrationRequest) -> None:
        """Remove a client with its grants."""
        self.server.federation.clients.remove(client.client_id)
        self.server.federation.end_client(client.client_id)


class RegistrationToken:
    """The token by which one client manages itself."""

    def __init__(self, owner: OAuthClient) -> None:
        self._owner = owner

    def check_client(self, client: OAuthClient) -> bool:
        """Return whether the token is this client's."""
        return self._owner.client_id == client.client_id


class EndSession(EndSessionEndpoint):
    """Ends the log-in at the hub (OpenID Connect RP-Initiated Logout 1.0)."""

    server: Server

    def _validate_id_token_hint(self, id_token_hint: str) -> dict[str, Json]:
        """Return the claims of an id token of this issuer, late ones included (RP-Initiated Logout 1.0, 4)."""
        claims = signing.read(self.server.tenant, id_token_hint)
        if claims is None or claims.get("iss") != self.server.app.issuer:
            raise InvalidRequestError("Invalid 'id_token_hint' in request.")
        return claims

    def end_session(self, _request: Any) -> None:
        """End the browser's log-in; the tokens that it led to end with it (inferred)."""
        if (hub := self.server.hub_session) is not None:
            self.server.federation.end_hub_session(hub.id)


def _check_types(server: Server, request: RegistrationRequest) -> None:
    """Refuse metadata of a wrong type (RFC 7591 2), of which Authlib expects the right.

    Drop null (RFC 7592 2.2), and empty texts (inferred).
    """
    known = {**OTHER_METADATA, **(server.call.operation.body or {}).get("properties", {})}
    given = request.payload.data
    for name in [name for name, value in given.items() if value is None]:
        del given[name]
    for name, value in given.items():
        kind = known.get(name, {}).get("type")
        if kind and not (_has_type(value, kind) and (name != "jwks" or _is_key_set(value))):
            raise InvalidClientMetadataError(f"Invalid type of '{name}' in request.")
    for name in [name for name, value in given.items() if value == ""]:
        del given[name]


def _has_type(value: Json, kind: str) -> bool:
    """Return whether a value has a type of JSON Schema; arrays hold strings."""
    if isinstance(value, list):
        return kind == "array" and all(isinstance(item, str) for item in value)
    return isinstance(value, JSON_TYPES[kind])


def _is_key_set(value: Json) -> bool:
    keys = value.get("keys")
    return isinstance(keys, list) and all(isinstance(key, dict) and isinstance(key.get("kty"), str) for key in keys)


def management_of(server: Server, client: OAuthClient) -> dict[str, Json]:
    """Return a registered client's address and token."""
    return {
        "registration_client_uri": f"{server.app.api}/register/{client.client_id}",
        "registration_access_token": client.registration_token,
    }


def _supported() -> dict[str, Json]:
    return {
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "grant_types_supported": LOGGING_IN,
        "token_endpoint_auth_methods_supported": METHODS,
    }


def register(server: Server) -> None:
    """Register the endpoints of an app's kind."""
    for endpoint in (Revocation, Introspection):
        server.register_endpoint(endpoint)
    if server.app.kind == "m2m":
        return
    server.register_endpoint(DeviceAuthorization)
    if server.app.kind == "oidc":
        for endpoint in (Registration, Configuration, EndSession):
            server.register_endpoint(endpoint)
