"""Validate JWTs offline, as a service does: against keys of the tenant that were fetched once.

It costs the tenant nothing, and the generator the time of one RSA verification per token.
"""

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.workload.virtual_users import without_requests

_ALGORITHMS = ["RS256"]  # product-facts.md#federation; never the one that a token names
_LEEWAY = 60  # seconds by which the clocks of tenant and service may differ (RFC 7519 4.1.4)


class OfflineValidator:
    """Validates the tokens of one tenant's machines."""

    def __init__(self, keys: KeySet, audience: str, clock: ServerClock) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            lambda: int(clock.now().timestamp()),
            _LEEWAY,
            exp={"essential": True},
            aud={"essential": True, "value": audience},
        )

    def trouble(self, token: str) -> str:
        """Return what is wrong with a token: signature, times or audience. Empty for a valid one."""
        try:
            self._claims.validate(jwt.decode(token, self._keys, algorithms=_ALGORITHMS).claims)
        except (JoseError, ValueError) as error:
            return str(error)
        return ""


def fetch_validator(client: Client) -> OfflineValidator:
    """Fetch the tenant's keys; ConfigurationError where it has none."""
    target, reply = client.target, client.call("oauth_m2m.get_jwks", check=False)
    try:
        keys = KeySet.import_key_set(reply.data)
    except (JoseError, KeyError, TypeError, ValueError):
        raise ConfigurationError(
            f"{target.name} has no keys to validate tokens by: oauth_m2m.get_jwks answered with status {reply.status}."
        ) from None
    return OfflineValidator(keys, target.federation.audience, without_requests(client.clock))
