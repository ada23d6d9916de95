"""Who a JWT means that one of the tenant's own providers has signed, as management has set it up."""

from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError

Json = Any
Members = dict[str, Json]

KEYS: dict[str, type[OctKey | RSAKey | ECKey]] = {"HS": OctKey, "RS": RSAKey, "ES": ECKey}
STANDARD = {"id": "sub", "email": "email", "firstname": "given_name", "lastname": "family_name"}


def claims_of(provider: Members, token: str, now: float) -> dict[str, Json]:
    """Return the claims of a token, by their standard names. Raise JWT_INVALID for one that the settings refuse."""
    claims = _signed_claims(provider, token)
    if claims is None or not (_is_current(provider, claims, now) and _is_meant(provider, claims)):
        raise ApiError(ErrorCode.JWT_INVALID)
    mapped = {STANDARD[name.lower()]: claim for name, claim in provider["Mapping"].items() if name.lower() in STANDARD}
    named = {name: claims.get(claim) for name, claim in ({"sub": "sub"} | mapped).items()}
    return {**named, "email_verified": claims.get("email_verified", True)}


def _signed_claims(provider: Members, token: str) -> dict[str, Json] | None:
    """Return the claims of a token that has the provider's algorithm and signature; None for any other."""
    try:
        key = KEYS[provider["Algo"][:2]].import_key(provider["Key"] or "")
        return dict(jwt.decode(token, key, algorithms=[provider["Algo"]]).claims)
    except (JoseError, ValueError, TypeError, RecursionError):
        return None


def _is_current(provider: Members, claims: dict[str, Json], now: float) -> bool:
    """Return whether the token holds now, give or take the skew; times that must be there are."""
    skew = provider["ClockSkew"]
    begins, ends = claims.get("nbf"), claims.get("exp")
    if (begins is None and provider["NotBefore"]["IsMandatory"]) or (
        ends is None and provider["Expiration"]["IsMandatory"]
    ):
        return False
    times = (now if begins is None else begins, now + 1 if ends is None else ends)
    if not all(isinstance(time, int | float) for time in times):
        return False
    return bool(times[0] <= now + skew and now - skew < times[1])


def _is_meant(provider: Members, claims: dict[str, Json]) -> bool:
    """Return whether issuer, audience and subject are those that the settings want."""
    issuer, audience = provider["Issuer"], provider["Audience"]
    wanted = {"iss": issuer, "aud": audience, "sub": provider["Subject"]}
    if any(rule["IsMandatory"] and claims.get(name) is None for name, rule in wanted.items()):
        return False
    if issuer["MatchValue"] and claims.get("iss") != issuer["ExpectedValue"]:
        return False
    given = claims.get("aud")
    audiences = given if isinstance(given, list) else [given]
    return not audience["MatchValue"] or any(name in audience["ExpectedValues"] for name in audiences)
