"""The userinfo endpoint (OpenID Connect Core 1.0 5.3)."""

from loginradius_harness.emulator.http.reply import Reply
from loginradius_harness.emulator.services.federation.claims import user_claims
from loginradius_harness.emulator.services.federation.server import Server
from loginradius_harness.emulator.services.federation.tokens import IssuedToken, find_token

_INVALID = {"error": "invalid_token", "error_description": "The access token is unknown, expired or revoked."}
_INSUFFICIENT = {"error": "insufficient_scope", "error_description": "The access token lacks the scope openid."}


def answer(server: Server) -> Reply:
    """Return the claims that the access token of a request gives (RFC 6750)."""
    scheme, _, given = (server.call.header("authorization") or "").partition(" ")
    text = given.strip() if scheme.lower() == "bearer" else server.request.payload.data.get("access_token", "")
    found = find_token(server.tenant, text, server.app.issuer)
    if found is None or found.token.kind != "access_token" or found.is_revoked() or not _has_client(server, found):
        return Reply(401, _INVALID, [("WWW-Authenticate", 'Bearer error="invalid_token"')])
    account = server.account(found.grant.uid)
    if account is None or "openid" not in found.get_scope().split():
        return Reply(403, _INSUFFICIENT, [("WWW-Authenticate", 'Bearer error="insufficient_scope"')])
    claims = user_claims(account, found.get_scope(), server.call.settings)
    return Reply(200, claims, [("Cache-Control", "no-store")])


def _has_client(server: Server, token: IssuedToken) -> bool:
    """Return whether the client of a token is still there; the settings may have lost it."""
    return server.query_client(token.grant.client_id) is not None
