"""The tenant's RSA key and what it signs: id tokens and access tokens, both JWTs with RS256."""

from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from loginradius_harness.emulator.state.federation import SIGNING_KEY
from loginradius_harness.emulator.state.federation.records import Grant, OAuthToken
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any

ALGORITHM = "RS256"
_BITS = 2048


def signing_key(tenant: Tenant) -> RSAKey:
    """Return the tenant's key, made on first use."""
    keys = tenant.federation.keys
    saved = keys.get(SIGNING_KEY)
    if saved is None:
        saved = RSAKey.generate_key(_BITS).as_pem(private=True).decode()
        keys.put(SIGNING_KEY, saved)
    return _read(saved)


@lru_cache(maxsize=64)  # keys; reading one takes 80 ms, in which its numbers are checked
def _read(pem: str) -> RSAKey:
    key = RSAKey.import_key(pem)
    return RSAKey.import_key(pem, {"use": "sig", "alg": ALGORITHM, "kid": key.thumbprint()})


def public_keys(tenant: Tenant) -> Json:
    """Return the JSON Web Key Set (RFC 7517)."""
    return {"keys": [signing_key(tenant).as_dict(private=False)]}


def header(tenant: Tenant) -> dict[str, str]:
    """Return the header of a token."""
    kid = signing_key(tenant).kid
    return {"alg": ALGORITHM, "typ": "JWT", "kid": kid or ""}


def access_token(tenant: Tenant, grant: Grant, token: OAuthToken) -> str:
    """Return an access token as a JWT."""
    return jwt.encode(header(tenant), token_claims(grant, token), signing_key(tenant), algorithms=[ALGORITHM])


def token_claims(grant: Grant, token: OAuthToken) -> dict[str, Json]:
    """Return the claims of a token, as the token carries them and introspection shows them."""
    return {
        "iss": grant.issuer,
        "sub": grant.uid or f"{grant.client_id}@client",
        "aud": [grant.audience or grant.client_id],
        "cid": grant.client_id,
        "azp": grant.client_id,
        "iat": int(token.issued),
        "nbf": int(token.issued),
        "exp": int(token.expires),
        "jti": token.id,
        "gty": grant.kind,
        "scp": token.scope.split(),
        **context_claim(grant),
    }


def context_claim(grant: Grant) -> dict[str, Json]:
    """Return the claim that names the organization of a log-in (inferred)."""
    return {"org_id": grant.organization} if grant.organization else {}


def token_id(tenant: Tenant, token: str) -> str:
    """Return the id of a token: the `jti` of a JWT of this tenant, or the text of a refresh token."""
    if "." not in token:
        return token
    return str((read(tenant, token) or {}).get("jti", ""))


def read(tenant: Tenant, token: str) -> dict[str, Json] | None:
    """Return the claims of a JWT that this tenant has signed, whatever its times; None for any other text."""
    try:
        return dict(jwt.decode(token, signing_key(tenant), algorithms=[ALGORITHM]).claims)
    except (JoseError, ValueError, TypeError):  # TypeError: a `crit` that is no list
        return None
