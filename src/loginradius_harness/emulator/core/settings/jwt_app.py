"""An app that gets its users' log-ins as JWTs (product-facts.md#jwt-log-in)."""

from typing import Annotated, Literal

import msgspec


class JwtApp(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the app is called, how its tokens are signed, and where a browser may bring them.

    RS algorithms sign with the key of OpenID Connect, which `/service/oauth/jwks` publishes.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    secret: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)] = "emulated-jwt-app-key"  # noqa: S105  # public, of emulated tenants only
    algorithm: Literal["HS256", "HS384", "HS512", "RS256", "RS384", "RS512"] = "HS256"
    seconds: Annotated[int, msgspec.Meta(ge=0, le=315_360_000)] = 600
    parameter: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "jwt"
    response_mode: Literal["query", "fragment"] = "query"
    redirect_uris: list[str] = []

    def __repr__(self) -> str:
        """Return the name without the secret."""
        return f"JwtApp({self.name!r})"
