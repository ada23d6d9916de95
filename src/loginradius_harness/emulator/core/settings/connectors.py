"""Shops and sites outside that a tenant's users are logged in to (product-facts.md#connectors)."""

from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]


class ShopifyStore(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A shop with Multipass."""

    domain: Name
    secret: Secret

    def __repr__(self) -> str:
        """Return the domain without the secret."""
        return f"ShopifyStore({self.domain!r})"


class BigCommerceStore(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A shop with the app that logs its customers in."""

    domain: Name
    store_hash: Name
    client_id: Name
    client_secret: Secret
    code: Secret | None = None  # which BigCommerce gives when the app is installed

    def __repr__(self) -> str:
        """Return the domain without the secret."""
        return f"BigCommerceStore({self.domain!r})"


class PerfectMindSite(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A site with the contacts that it knows by e-mail address."""

    domain: Name
    contacts: dict[Name, list[Name]] = {}
