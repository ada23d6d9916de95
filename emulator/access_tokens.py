"""Access tokens that say themselves what they are: JWTs whose `jti` is the session (setting `jwt_tokens`).

The product can give out such tokens (domain 1.8 knows them encrypted); here they are signed, so that whoever tests can
read their claims and forge them. A tenant takes a token at its word only for what its own key has signed.
"""

from math import ceil

from emulator import jwt
from emulator.clock import Clock
from emulator.identifiers import Identifiers


class AccessTokens:
    """Signs and reads one tenant's access tokens."""

    def __init__(self, issuer: str, audience: str, clock: Clock, key: jwt.KeyPair) -> None:
        self._named = {"iss": issuer, "aud": audience}
        self._clock = clock
        self.key = key

    def write(self, session_id: str, uid: str, began: float, expires: float) -> str:
        """The token of a session."""
        times = {"iat": int(began), "nbf": int(began), "exp": ceil(expires)}
        return jwt.sign({**self._named, "sub": uid, "jti": session_id, **times}, self.key)

    def session_id(self, token: str) -> str:
        """The session that a token names; empty for a JWT that is forged, foreign or early. A GUID names itself."""
        if "." not in token:
            return token
        claims = jwt.read(token, self.key)
        if claims is None or any(claims.get(name) != value for name, value in self._named.items()):
            return ""
        return str(claims["jti"]) if claims["nbf"] <= self._clock.now() else ""

    def fork(self, clock: Clock) -> "AccessTokens":
        """A child tenant takes the tokens that its parent gave out."""
        return AccessTokens(self._named["iss"], self._named["aud"], clock, self.key)


def made_for(app_name: str, api_key: str, clock: Clock, identifiers: Identifiers) -> AccessTokens:
    """The tokens of a tenant: issued by its hosted pages, for its API key, signed with a key of its own."""
    return AccessTokens(f"https://{app_name}.hub.loginradius.com/", api_key, clock, jwt.KeyPair(identifiers))
