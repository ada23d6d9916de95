"""Access tokens that are JWTs, whose `jti` is the session (setting `jwt_tokens`).

The product can give out such tokens (product-facts.md#values knows them encrypted); here they are signed, so that a
test can read their claims and forge them. A tenant accepts only what its own key has signed.
"""

from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

from loginradius_harness.emulator.core import jwt
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.ids import Identifiers

if TYPE_CHECKING:  # loaded when the first token is signed
    from loginradius_harness.emulator.core.signing_keys import KeyPair


class JwtAccessTokens:
    """Signs and reads one tenant's access tokens."""

    def __init__(self, issuer: str, audience: str, clock: Clock, identifiers: Identifiers) -> None:
        self._named = {"iss": issuer, "aud": audience}
        self._clock = clock
        self._identifiers = identifiers

    @cached_property
    def key(self) -> "KeyPair":
        """Return the tenant's own key."""
        from loginradius_harness.emulator.core.signing_keys import KeyPair  # noqa: PLC0415  # 40 ms of start-up

        return KeyPair(self._identifiers)

    def write(self, session_id: str, uid: str, began: float, expires: float, custom: dict[str, Any]) -> str:
        """Return the token of a session, with custom claims."""
        times = {"iat": int(began), "nbf": int(began), "exp": ceil(expires)}
        return jwt.sign({**custom, **self._named, "sub": uid, "jti": session_id, **times}, self.key)

    def session_id(self, token: str) -> str:
        """Return the id of a token's session; empty for a JWT that is forged, foreign or early.

        A GUID is its own id.
        """
        if "." not in token:
            return token
        claims = jwt.read(token, self.key)
        if claims is None or any(claims.get(name) != value for name, value in self._named.items()):
            return ""
        return str(claims["jti"]) if claims["nbf"] <= self._clock.now() else ""

    def saved_key(self) -> dict[str, str] | None:
        """Return the key with the claims that it signs, for a snapshot; None where nothing was signed yet."""
        return {**self._named, "kid": self.key.kid, "secret": self.key.secret} if "key" in vars(self) else None

    def restore_key(self, saved: dict[str, str] | None) -> None:
        """Take over the key of a snapshot. Raise KeyError or ValueError, without a change, for a malformed one."""
        if saved is None:
            vars(self).pop("key", None)
            return
        from loginradius_harness.emulator.core.signing_keys import KeyPair  # noqa: PLC0415  # see above

        key = KeyPair.restored(self._identifiers, saved["kid"], saved["secret"])
        self._named = {"iss": saved["iss"], "aud": saved["aud"]}
        vars(self)["key"] = key

    def fork(self, clock: Clock) -> "JwtAccessTokens":
        """Return the tokens of a child tenant, which accepts those that its parent issued."""
        child = JwtAccessTokens(self._named["iss"], self._named["aud"], clock, self._identifiers)
        if "key" in vars(self):
            vars(child)["key"] = self.key
        return child


def made_for(app_name: str, api_key: str, clock: Clock, identifiers: Identifiers) -> JwtAccessTokens:
    """Return the tokens of a tenant: issued by its hosted pages, for its API key, signed with its own key."""
    return JwtAccessTokens(f"https://{app_name}.hub.loginradius.com/", api_key, clock, identifiers)
