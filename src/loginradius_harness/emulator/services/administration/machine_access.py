"""Who may manage a tenant's settings: a machine, with its access token (product-facts.md#administration)."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.oauth_client import MANAGEMENT_AUDIENCE, READ_SETTINGS, WRITE_SETTINGS
from loginradius_harness.emulator.http.auth import credential
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.apps import client_of
from loginradius_harness.emulator.state.federation.records import Grant, OAuthToken


def check(call: RequestContext) -> None:
    """Check that the token is live, made for this API, and of the scope that the operation needs.

    Raise ACCESS_TOKEN_MISSING, ACCESS_TOKEN_INVALID, ACCESS_TOKEN_EXPIRED, ADDITIONAL_API_SECRET_NOT_ALLOWED
    (inferred).
    """
    given = credential(call, "machine_token")
    if given is None:
        raise ApiError(ErrorCode.ACCESS_TOKEN_MISSING)
    token, grant = _issued(call, given)
    if token.expires <= call.now:
        raise ApiError(ErrorCode.ACCESS_TOKEN_EXPIRED)
    if call.tenant.federation.live(token) is None or client_of(call, grant.client_id) is None:
        raise ApiError(ErrorCode.ACCESS_TOKEN_INVALID)
    if grant.audience != MANAGEMENT_AUDIENCE:
        raise ApiError(ErrorCode.ACCESS_TOKEN_INVALID)
    if needed_scope(call) not in token.scope.split():
        raise ApiError(ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED)


def _issued(call: RequestContext, text: str) -> tuple[OAuthToken, Grant]:
    from loginradius_harness.emulator.services.federation import signing  # noqa: PLC0415  # 50 ms

    claims = signing.read(call.tenant, text) if "." in text else None
    token = call.tenant.federation.tokens.get(str(claims["jti"])) if claims else None
    grant = call.tenant.federation.grants.get(token.grant) if token else None
    if token is None or grant is None:
        raise ApiError(ErrorCode.ACCESS_TOKEN_INVALID)
    return token, grant


def needed_scope(call: RequestContext) -> str:
    """Return the scope that an operation needs (inferred)."""
    return READ_SETTINGS if call.operation.effect == "read" else WRITE_SETTINGS
