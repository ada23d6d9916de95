"""The grant types of the token endpoint."""

from typing import Any

from authlib.oauth2.rfc6749 import (
    BaseGrant,
    InvalidGrantError,
    InvalidRequestError,
    TokenEndpointMixin,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc6749 import grants as authlib_grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceCodeGrant
from authlib.oidc.core.grants import OpenIDCode, OpenIDToken

from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.oauth_client import EXCHANGE_GRANT, OAuthClient
from loginradius_harness.emulator.services.federation import signing
from loginradius_harness.emulator.services.federation.apps import SECRET_METHODS
from loginradius_harness.emulator.services.federation.claims import mapped_claims, user_claims
from loginradius_harness.emulator.services.federation.server import Request, Server
from loginradius_harness.emulator.services.federation.tokens import IssuedToken, find_token, may_use
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.federation.records import AuthorizationCode, DeviceCode, Grant

Json = Any

METHODS = [*SECRET_METHODS, "none"]
CHALLENGES = ["S256"]
PROTOCOL_CLAIMS = frozenset(
    "iss sub aud exp iat nbf jti auth_time nonce acr amr azp at_hash c_hash s_hash sid cnf act sub_jwk org_id".split()
)  # of id tokens, which no mapping writes


class CodeInUse:
    """A code that is being exchanged, as Authlib asks for it."""

    def __init__(self, code: AuthorizationCode, grant: Grant) -> None:
        self.code = code
        self.grant = grant
        self.code_challenge = code.challenge
        self.code_challenge_method = code.method

    def get_redirect_uri(self) -> str:
        """Return the redirect URI that the code was sent to."""
        return self.code.redirect_uri

    def get_scope(self) -> str:
        """Return what the user has allowed."""
        return self.grant.scope

    def get_nonce(self) -> str | None:
        """Return the nonce of the authorization request."""
        return self.grant.nonce

    def get_auth_time(self) -> int:
        """Return when the user logged in."""
        return int(self.grant.began)

    def get_acr(self) -> str | None:
        """Return the authentication context that was asked for and reached."""
        return self.grant.acr

    def get_amr(self) -> None:
        """Return nothing: how the user logged in is not told."""


class CodeGrant(authlib_grants.AuthorizationCodeGrant):
    """The authorization code, once and for one client."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: Server
    request: Request

    def generate_authorization_code(self) -> str:
        """Return a new code."""
        return self.server.tenant.identifiers.hex(48)

    def save_authorization_code(self, code: str, request: Request) -> None:
        """Keep a code with the request that it answers."""
        server, given = self.server, request.payload.data
        hub = request.hub_session
        assert hub is not None  # the authorization endpoint has set it  # noqa: S101
        grant = server.open_grant(
            self.GRANT_TYPE,
            request.client,
            request.scope,
            uid=request.user.uid,
            session=hub.id,
            began=hub.began,
            nonce=given.get("nonce"),
            acr=given.get("acr_values"),
            organization=server.organization,
        )
        server.federation.codes.put(
            code,
            AuthorizationCode(
                code=code,
                grant=grant.id,
                redirect_uri=given.get("redirect_uri", ""),
                expires=server.call.now + server.call.settings.authorization_code_seconds,
                challenge=given.get("code_challenge"),
                method=given.get("code_challenge_method"),
            ),
        )

    def query_authorization_code(self, code: str, client: OAuthClient) -> CodeInUse | None:
        """Return a code of this client and app. A used one ends what it led to (RFC 9700 2.1.1, RFC 6749 4.1.2)."""
        federation = self.server.federation
        found = federation.codes.get(code)
        grant = federation.grants.get(found.grant) if found else None
        if found is None or grant is None or grant.client_id != client.client_id:
            return None
        if grant.issuer != self.server.app.issuer:
            return None
        if found.used:
            federation.revoke(grant.id)
            return None
        if found.expires <= self.server.call.now or grant.revoked:
            return None
        self.request.grant = grant
        return CodeInUse(found, grant)

    def delete_authorization_code(self, authorization_code: CodeInUse) -> None:
        """Remember that a code was used."""
        authorization_code.code.used = True

    def authenticate_user(self, authorization_code: CodeInUse) -> Account | None:
        """Return the user who was logged in, unless an organization has put the user out since."""
        grant = authorization_code.grant
        return self.server.account(grant.uid) if may_use(self.server.tenant, grant) else None


class Challenge(CodeChallenge):
    """PKCE by SHA-256 alone; a client without a secret (RFC 9700 2.1.1) or with `EnablePKCE` must use it."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = CHALLENGES

    def __init__(self) -> None:
        super().__init__(required=True)

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Check the challenge of an authorization request."""
        given, client = grant.request.payload.data, grant.request.client
        needed = not client.client_secret or client.managed_or(False, "EnablePKCE")
        if needed and not given.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        if given.get("code_challenge") and not given.get("code_challenge_method"):
            raise InvalidRequestError("Unsupported 'code_challenge_method'")  # absent means plain
        CodeChallenge.validate_code_challenge(self, grant, redirect_uri)


class IdToken(OpenIDToken):
    """Adds an id token where the scope has `openid`."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def resolve_client_private_key(self, _client: OAuthClient) -> Any:
        """Return the key that signs."""
        return signing.signing_key(self.server.tenant)

    def get_encode_header(self, _client: OAuthClient) -> dict[str, str]:
        """Return the token's header."""
        return signing.header(self.server.tenant)

    def get_client_claims(self, client: OAuthClient) -> dict[str, Json]:
        """Return issuer, audience and times."""
        now, grant = int(self.server.call.now), self.server.request.grant
        seconds = client.managed_or(self.server.call.settings.oauth_token_seconds, "JwtTokenConfig", "IdTokenTTL")
        return {
            "iss": self.server.app.issuer,
            **_audience(client),
            "iat": now,
            "exp": now + seconds,
            "auth_time": int(grant.began) if grant else now,
            **(signing.context_claim(grant) if grant else {}),
        }

    def generate_user_info(self, user: Account, scope: str) -> dict[str, Json]:
        """Return the user's claims, and those that management has given the client (inferred)."""
        client, settings = self.server.request.client, self.server.call.settings
        given = {**client.managed_or({}, "Metadata"), **mapped_claims(client.managed_or({}, "Mapping"), user, settings)}
        further = {claim: value for claim, value in given.items() if claim not in PROTOCOL_CLAIMS}
        return {**further, **user_claims(user, scope, settings)}


def _audience(client: OAuthClient) -> dict[str, Json]:
    """Return for whom an id token is; one for others too names the client that asked for it (Core 1.0, 2)."""
    others = client.managed_or([], "IdTokenAudiences")
    return {"aud": [client.client_id, *others], "azp": client.client_id} if others else {"aud": client.client_id}


class IdTokenOfCode(IdToken, OpenIDCode):
    """Adds an id token to the exchange of a code, and checks the authorization request's prompt."""

    def __init__(self, server: Server) -> None:
        IdToken.__init__(self, server)
        OpenIDCode.__init__(self)

    def exists_nonce(self, _nonce: str, _request: Request) -> bool:
        """Return false: that a nonce is not used twice is for the client to check."""
        return False


class RefreshGrant(authlib_grants.RefreshTokenGrant):
    """A refresh token, exchanged for a new one each time."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: Server
    request: Request

    def validate_token_request(self) -> None:
        """Read the token under the name that older documents give it, too."""
        given = self.request.payload.data
        if "token" in given:
            given.setdefault("refresh_token", given["token"])
        super().validate_token_request()

    def authenticate_refresh_token(self, refresh_token: str) -> IssuedToken | None:
        """Return a live token. A used one ends all that descend from its log-in (RFC 9700 4.14)."""
        found = find_token(self.server.tenant, refresh_token, self.server.app.issuer)
        if found is None or found.token.kind != "refresh_token":
            return None
        if self.server.federation.ended(found.token):
            self.server.federation.revoke(found.grant.id)
        if found.is_revoked():
            return None
        self.request.grant = found.grant
        return found

    def authenticate_user(self, refresh_token: IssuedToken) -> Account | None:
        """Return the user who was logged in."""
        return self.server.account(refresh_token.grant.uid)

    def issue_token(self, user: Account, refresh_token: IssuedToken) -> dict[str, Json]:
        """Issue tokens for what the client may have now: management may have taken scopes from it since."""
        wanted = self.request.payload.scope or refresh_token.get_scope()
        scope = self.request.client.get_allowed_scope(wanted)
        tokens: dict[str, Json] = self.generate_token(user=user, scope=scope, include_refresh_token=True)
        return tokens

    def revoke_old_credential(self, refresh_token: IssuedToken) -> None:
        """Remember that the token was used; within its client's interval it may be used again (inferred)."""
        token = refresh_token.token
        if token.ends is None:
            token.ends = self.server.call.now + self.client.managed_or(0, "RefreshTokenRotation", "ReuseInterval")


class MachineGrant(authlib_grants.ClientCredentialsGrant):
    """A client's own credentials."""

    TOKEN_ENDPOINT_AUTH_METHODS = SECRET_METHODS
    server: Server
    request: Request

    def validate_token_request(self) -> None:
        """Check that the request says for whom the token is to be."""
        super().validate_token_request()
        audience = self.request.payload.data.get("audience")
        if not audience:
            raise InvalidRequestError("Missing 'audience' in request.")
        client = self.request.client
        scope = client.machine_scope(audience, self.request.payload.scope or "")
        if scope is None:
            raise InvalidRequestError("Invalid 'audience' in request.")
        self.request.payload.data["scope"] = scope
        self.request.grant = self.server.open_grant(self.GRANT_TYPE, client, scope, audience=audience)


class DeviceGrant(DeviceCodeGrant):
    """A device asks whether its user has allowed it."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: Server
    request: Request

    def query_device_credential(self, device_code: str) -> Any:
        """Return what the device waits for."""
        found = self.server.federation.devices.get(device_code)
        if found is None or found.issuer != self.server.app.issuer:
            return None
        return DeviceInUse(found, self.server)

    def query_user_grant(self, user_code: str) -> tuple[Account | None, bool] | None:
        """Return the user and whether the device is allowed; None while nobody has decided."""
        devices = self.server.federation.devices
        found = next((device for _, device in devices.scan() if device.user_code == user_code), None)
        if found is None or (found.grant is None and not found.denied):
            return None
        grant = self.server.federation.grants.get(found.grant or "")
        self.request.grant = grant
        return (self.server.account(grant.uid), True) if grant is not None and not grant.revoked else (None, False)

    def should_slow_down(self, credential: "DeviceInUse") -> bool:
        """Return whether the device asks too often."""
        now, last = self.server.call.now, credential.device.polled
        credential.device.polled = now
        client = self.server.query_client(credential.device.client_id)
        seconds = self.server.call.settings.device_poll_seconds
        if client is not None:
            seconds = client.managed_or(seconds, "DeviceCodeConfig", "PollingInterval")
        return last > 0 and now - last < seconds

    def create_token_response(self) -> Any:
        """Answer with tokens, once."""
        answer = DeviceCodeGrant.create_token_response(self)
        self.server.federation.devices.remove(self.request.credential.device.code)
        return answer


class DeviceInUse:
    """A device code, as Authlib asks for it."""

    def __init__(self, device: DeviceCode, server: Server) -> None:
        self.device = device
        self._now = server.call.now

    def get_client_id(self) -> str:
        """Return the device's client."""
        return self.device.client_id

    def get_scope(self) -> str:
        """Return what the device asks for."""
        return self.device.scope

    def get_user_code(self) -> str:
        """Return the code that the user enters."""
        return self.device.user_code

    def is_expired(self) -> bool:
        """Return whether the code is late."""
        return self.device.expires <= self._now


class ExchangeGrant(BaseGrant, TokenEndpointMixin):
    """An access token of the product, exchanged for tokens of the app."""

    GRANT_TYPE = EXCHANGE_GRANT
    TOKEN_ENDPOINT_AUTH_METHODS = SECRET_METHODS
    server: Server
    request: Request

    def validate_token_request(self) -> None:
        """Check client and token."""
        server, given = self.server, self.request.payload.data
        self.request.client = self.authenticate_token_endpoint_client()
        if not self.request.client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError
        if not given.get("token"):
            raise InvalidRequestError("Missing 'token' in request.")
        try:
            session = server.tenant.sessions.find(given["token"])
        except ApiError:
            raise InvalidGrantError("Invalid 'token' in request.") from None
        user = server.account(session.uid)
        if user is None:
            raise InvalidGrantError("There is no 'user' for this token.")
        self.request.user = user
        scope = self.request.client.get_allowed_scope(given.get("scope", "openid")) or ""
        self.request.payload.data["scope"] = scope
        self.request.grant = server.open_grant(self.GRANT_TYPE, self.request.client, scope, uid=user.uid)

    def create_token_response(self) -> tuple[int, dict[str, Json], list[tuple[str, str]]]:
        """Answer with tokens."""
        scope = self.request.payload.data["scope"]
        token = self.generate_token(scope=scope, include_refresh_token=self.client.check_grant_type("refresh_token"))
        if self.server.app.kind == "oidc" and "openid" in scope.split():
            token["id_token"] = IdToken(self.server).encode_id_token(token, self.request)
        return 200, token, self.TOKEN_RESPONSE_HEADER


def register(server: Server) -> None:
    """Register the grant types of an app's kind."""
    if server.app.kind == "m2m":
        server.register_grant(MachineGrant)
        return
    connect = server.app.kind == "oidc"
    server.register_grant(CodeGrant, [Challenge(), *([IdTokenOfCode(server)] if connect else [])])
    server.register_grant(RefreshGrant, [IdToken(server)] if connect else [])
    server.register_grant(DeviceGrant, [IdToken(server)] if connect else [])
    server.register_grant(ExchangeGrant)
