"""Shops and sites outside that the tenant is connected with."""

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("shopify_store")
def shopify_store(preconditions: Preconditions) -> str:
    """Name a shop of Shopify."""
    return preconditions.journey.connectors.name("shopify_stores")


@precondition("bigcommerce_store")
def bigcommerce_store(preconditions: Preconditions) -> str:
    """Name a shop of BigCommerce."""
    connectors = preconditions.journey.connectors
    preconditions.put("bigcommerce_store.payload", connectors.payload())
    return connectors.name("bigcommerce_stores")


@precondition("perfectmind_site")
def perfectmind_site(preconditions: Preconditions) -> str:
    """Name a site of PerfectMind."""
    return preconditions.journey.connectors.name("perfectmind_sites")
