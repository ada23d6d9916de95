"""Log-ins to apps as JWTs (product-facts.md#jwt-log-in)."""

from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from loginradius_harness.emulator.core.settings.jwt_app import JwtApp
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.claims import user_claims
from loginradius_harness.emulator.services.federation.signing import signing_key
from loginradius_harness.emulator.state.accounts import Account

Json = Any

SCOPE = "profile email phone"


def token(call: RequestContext, app: JwtApp, account: Account) -> str:
    """Return a signed token that names the account, for a short time."""
    nonce = next((value for name, value in call.parameters.items() if name.lower() == "nonce"), None)
    claims: dict[str, Json] = {
        **user_claims(account, SCOPE, call.settings),
        "iss": call.origin(),
        "aud": app.name,
        "iat": int(call.now),
        "exp": int(call.now) + app.seconds,
        "jti": call.tenant.identifiers.hex(),
        **({"nonce": nonce} if nonce else {}),
    }
    return jwt.encode({"alg": app.algorithm, "typ": "JWT"}, claims, _key(call, app), algorithms=[app.algorithm])


def _key(call: RequestContext, app: JwtApp) -> OctKey | RSAKey:
    if app.algorithm.startswith("HS"):
        return OctKey.import_key(app.secret)
    return RSAKey.import_key(signing_key(call.tenant).as_pem(private=True))
