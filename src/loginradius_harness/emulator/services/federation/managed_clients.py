"""Clients as management writes and shows them: names of its own for what RFC 7591 names otherwise.

Source: product-facts.md#oauth-clients.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.oauth_client import GRANTS, OAuthClient

Json = Any
Members = dict[str, Json]

METADATA = {
    "AppName": "client_name",
    "GrantTypes": "grant_types",
    "LoginRedirectUri": "redirect_uris",
    "LogoutRedirectUri": "post_logout_redirect_uris",
}
METHOD = "token_endpoint_auth_method"
ANY_METHOD, NO_SECRET = "client_secret_auto", "none"
SECRET_DIGITS = 48
CLAIMS = ("email", "phone", "profile", "address")
# The way in which a client proves itself decides of which type it is (inferred).
ELSEWHERE = frozenset({*METADATA, "AllowedScopes", "ClientType", "Secret", "TokenAuthMethod"})


def written(client: OAuthClient, members: Mapping[str, Json], new_secret: str) -> OAuthClient:
    """Return a client as a request changes it; what the request does not name stays (inferred).

    `new_secret` is for a client that has to prove itself from now on.
    """
    metadata = {**client.metadata, **{METADATA[name]: said for name, said in members.items() if name in METADATA}}
    if "AllowedScopes" in members:
        metadata["scope"] = " ".join([*_other_scopes(client), *members["AllowedScopes"]])
    method = members.get("TokenAuthMethod", _method(client))
    metadata[METHOD] = "" if method == ANY_METHOD else method
    secret = "" if method == NO_SECRET else members.get("Secret") or client.client_secret or new_secret
    managed = {**client.managed, **{name: said for name, said in members.items() if name not in ELSEWHERE}}
    return replace(client, client_secret=secret, metadata=metadata, managed=managed)


def shown(client: OAuthClient) -> Members:
    """Return what management sees of a client: all but its secret."""
    metadata = client.metadata
    return {
        "AppName": client.name,
        "ClientId": client.client_id,
        "ClientType": "confidential" if client.client_secret else "public",
        "TokenAuthMethod": _method(client),
        "AllowedScopes": [name for name in CLAIMS if name in client.scopes],
        "GrantTypes": list(metadata.get("grant_types", GRANTS)),
        "LoginRedirectUri": list(metadata.get("redirect_uris", ())),
        "LogoutRedirectUri": list(metadata.get("post_logout_redirect_uris", ())),
        "CreatedDate": iso(client.issued_at),
        "LastModifiedDate": iso(client.issued_at),
        **client.managed,
    }


def secret_of(client: OAuthClient) -> Members:
    """Return what shows a client's secret, where it is shown; nothing for a client that has none."""
    return {"ClientSecret": client.client_secret} if client.client_secret else {}


def _method(client: OAuthClient) -> str:
    return client.metadata.get(METHOD) or (ANY_METHOD if client.client_secret else NO_SECRET)


def _other_scopes(client: OAuthClient) -> list[str]:
    return [name for name in client.scopes if name not in CLAIMS]
