"""Apps of OAuth as management writes and shows them: clients under further names.

Source: product-facts.md#oauth-integrations.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.core.settings.oauth_integration import OAuthIntegration
from loginradius_harness.emulator.services.federation import managed_clients

Json = Any

NAMES = {"DisplayName": "AppName", "RedirectURIs": "LoginRedirectUri"}
SCOPES = "AllowedScopes"  # of an app they have any name
# Member -> where the client has it, and what holds without it or with 0 (inferred).
LIVES = {
    "AccessTokenTTL": (("JwtTokenConfig", "TokenTTL"), 3_600),
    "IDTokenTTL": (("JwtTokenConfig", "IdTokenTTL"), 3_600),
    "RefreshTokenTTL": (("RefreshTokenTTL",), 86_400),
}
SHOWN = ("ClientId", "TokenAuthMethod", "GrantTypes")


def written(client: OAuthClient, members: Mapping[str, Json], new_secret: str) -> OAuthClient:
    """Return an app's client as a request changes it; what the request does not name stays (inferred).

    `new_secret` is for an app that has to prove itself from now on.
    """
    lives = {name: members.get(name, client.managed_or(0, *path)) or life for name, (path, life) in LIVES.items()}
    config = {path[1]: lives[name] for name, (path, _) in LIVES.items() if len(path) > 1}
    others = {NAMES.get(name, name): value for name, value in members.items() if name not in {*LIVES, SCOPES}}
    sent = {**others, "JwtTokenConfig": config, "RefreshTokenTTL": lives["RefreshTokenTTL"]}
    changed = managed_clients.written(client, sent, new_secret)
    if SCOPES not in members:
        return changed
    return replace(changed, metadata={**changed.metadata, "scope": " ".join(members[SCOPES])})


def shown(integration: OAuthIntegration) -> dict[str, Json]:
    """Return what management sees of an app: all but its secret."""
    client = integration.client
    members = managed_clients.shown(client)
    kept = {name: value for name, value in client.managed.items() if name != "JwtTokenConfig"}
    return {
        **kept,
        "Id": integration.id,
        **{name: members[other] for name, other in NAMES.items()},
        **{name: members[name] for name in SHOWN},
        SCOPES: client.scopes,
        **{name: client.managed_or(life, *path) for name, (path, life) in LIVES.items()},
    }
