"""Tokens as Authlib's endpoints ask for them."""

from typing import Any

from authlib.oauth2.rfc6749 import TokenMixin

from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.services.federation import signing
from loginradius_harness.emulator.state.federation.records import Grant, OAuthToken
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any


class IssuedToken(TokenMixin):
    """A token with the grant that it belongs to."""

    def __init__(self, token: OAuthToken, grant: Grant, *, live: bool) -> None:
        self.token = token
        self.grant = grant
        self._live = live

    def check_client(self, client: OAuthClient) -> bool:
        """Return whether the token was issued to a client."""
        return self.grant.client_id == client.client_id

    def get_scope(self) -> str:
        """Return the token's scope."""
        return self.token.scope

    def get_expires_in(self) -> int:
        """Return the seconds that the token lives in all."""
        return int(self.token.expires - self.token.issued)

    def is_expired(self) -> bool:
        """Return whether the token is late, used or revoked."""
        return not self._live

    def is_revoked(self) -> bool:
        """Return whether the token is late, used or revoked."""
        return not self._live


def find_token(tenant: Tenant, text: str, issuer: str) -> IssuedToken | None:
    """Return an access or refresh token of an issuer, live or not; None for an unknown, foreign or forged one."""
    token = tenant.federation.tokens.get(signing.token_id(tenant, text))
    if token is None or (token.kind == "access_token") != ("." in text):
        return None
    grant = tenant.federation.grants.get(token.grant)
    if grant is None or grant.issuer != issuer:
        return None
    return IssuedToken(token, grant, live=may_use(tenant, grant) and tenant.federation.live(token) is not None)


def may_use(tenant: Tenant, grant: Grant) -> bool:
    """Return whether the user of a grant, if it has one, is still active, and a member of the grant's organization."""
    if grant.uid is None:
        return True
    account = tenant.accounts.by_uid(grant.uid)
    if account is None or not account.active:
        return False
    return grant.organization is None or tenant.organizations.entered_by(grant.uid, grant.organization) is not None
