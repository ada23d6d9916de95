"""Log-ins to apps as JWTs (product-facts.md#jwt-log-in)."""

from typing import Any
from warnings import catch_warnings

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings.jwt_app import JwtApp
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.claims import mapped_claims, user_claims
from loginradius_harness.emulator.services.federation.jwt_providers import KEYS
from loginradius_harness.emulator.services.federation.signing import signing_key
from loginradius_harness.emulator.state.accounts import Account

Json = Any

SCOPE = "profile email phone"
PEM = "-----BEGIN"


def token(call: RequestContext, app: JwtApp, account: Account) -> str:
    """Return a signed token that names the account, for a short time.

    Raise PARAMETER_MALFORMED for an app whose key does not fit its algorithm (inferred).
    """
    nonce = next((value for name, value in call.parameters.items() if name.lower() == "nonce"), None)
    claims: dict[str, Json] = {
        **app.metadata,
        **user_claims(account, SCOPE, call.settings),
        **mapped_claims(app.mapping, account, call.settings),
        "iss": call.origin(),
        "sub": account.uid,
        "aud": app.audience or app.name,
        "iat": int(call.now),
        "nbf": int(call.now) - app.not_before_seconds,
        "exp": int(call.now) + app.seconds,
        "jti": call.tenant.identifiers.hex(),
        **({"nonce": nonce} if nonce else {}),
    }
    header = {"alg": app.algorithm, "typ": "JWT"}
    try:
        with catch_warnings(action="ignore", category=SecurityWarning):  # a tenant may have a weak key
            return jwt.encode(header, claims, _key(call, app), algorithms=[app.algorithm])
    except (JoseError, ValueError, TypeError):
        raise ApiError(ErrorCode.PARAMETER_MALFORMED, "The key of the app does not fit its algorithm.") from None


def _key(call: RequestContext, app: JwtApp) -> OctKey | RSAKey | ECKey:
    """Return the app's own key, or the tenant's for an app that signs with RSA and has none."""
    kind = KEYS[app.algorithm[:2]]
    if kind is RSAKey and not app.secret.lstrip().startswith(PEM):
        return RSAKey.import_key(signing_key(call.tenant).as_pem(private=True))
    return kind.import_key(app.secret)
