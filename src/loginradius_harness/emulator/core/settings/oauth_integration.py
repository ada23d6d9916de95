"""An app of OAuth that management makes, with the one client that it has (product-facts.md#oauth-integrations)."""

from typing import Annotated

import msgspec

from loginradius_harness.emulator.core.oauth_client import OAuthClient


class OAuthIntegration(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The id of the app, which stands in paths, and its client."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    client: OAuthClient
