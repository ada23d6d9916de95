"""An app that gets its users' log-ins as JWTs (product-facts.md#jwt-log-in)."""

from typing import Annotated, Literal

import msgspec

Algorithm = Literal["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=315_360_000)]


class JwtApp(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the app is called, how its tokens are signed, and where a browser may bring them.

    RS algorithms sign with a secret that is a private key in PEM; without one, with the key of OpenID Connect, which
    `/service/oauth/jwks` publishes. ES algorithms need a private key. `login_url` and `mapping_template` are kept only.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    secret: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)] = "emulated-jwt-app-key"  # noqa: S105  # public, of emulated tenants only
    algorithm: Algorithm = "HS256"
    seconds: Seconds = 600
    not_before_seconds: Seconds = 0  # how long before its issue a token holds, for clocks that are late (inferred)
    audience: list[str] = []
    mapping: dict[str, str] = {}  # claim -> member of the profile
    mapping_template: str = ""
    metadata: dict[str, str] = {}  # claim -> value
    parameter: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "jwt"
    response_mode: Literal["query", "fragment", "form_post"] = "query"
    redirect_uris: list[str] = []  # none: those that the tenant allows
    login_url: str = ""

    def __repr__(self) -> str:
        """Return the name without the secret."""
        return f"JwtApp({self.name!r})"
