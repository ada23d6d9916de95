"""What is remembered of log-ins at the hub, grants, codes, tokens, devices and pushed requests."""

import msgspec


class HubSession(msgspec.Struct, kw_only=True):
    """A browser that is logged in at the hosted page."""

    id: str
    uid: str
    began: float
    expires: float
    second_factor: bool = False  # whether the log-in proved one


class Grant(msgspec.Struct, kw_only=True):
    """What a user, or without a `uid` the client itself, has allowed. Revoking it ends all of its tokens."""

    id: str
    issuer: str
    client_id: str
    scope: str
    began: float  # when the user logged in
    kind: str  # the grant type
    uid: str | None = None
    session: str | None = None  # the log-in at the hub
    nonce: str | None = None
    acr: str | None = None
    organization: str | None = None  # in whose context the user logged in
    audience: str | None = None
    revoked: bool = False


class AuthorizationCode(msgspec.Struct, kw_only=True):
    """A code that one client may exchange once."""

    code: str
    grant: str
    redirect_uri: str
    expires: float
    challenge: str | None = None
    method: str | None = None
    used: bool = False


class OAuthToken(msgspec.Struct, kw_only=True):
    """An access token, known by its `jti`, or a refresh token, which is used once."""

    id: str
    grant: str
    kind: str  # access_token, refresh_token
    scope: str
    issued: float
    expires: float
    ends: float | None = None  # of one that was used or revoked: at once, or when its client may not use it again


class DeviceCode(msgspec.Struct, kw_only=True):
    """A device that waits for its user."""

    code: str
    user_code: str
    issuer: str
    client_id: str
    scope: str
    expires: float
    polled: float = 0.0
    grant: str | None = None
    denied: bool = False


class PageCode(msgspec.Struct, kw_only=True):
    """A page that shows a QR code, and the user whose phone has scanned it."""

    expires: float
    uid: str | None = None


class PushedRequest(msgspec.Struct, kw_only=True):
    """The parameters of an authorization request that a client pushed."""

    client_id: str
    parameters: dict[str, str]
    expires: float


class SamlLogIn(msgspec.Struct, kw_only=True):
    """A log-in that a browser has begun at an identity provider of SAML, and where it returns to."""

    id: str
    provider: str
    return_to: str
    expires: float
