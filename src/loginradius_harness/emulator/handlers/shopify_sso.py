"""Log-ins to Shopify by Multipass (product-facts.md#connectors)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation import connectors

Json = Any


@handles("shopify_sso.get_login_url")
def get_login_url(call: RequestContext) -> Json:
    """Return the address that logs the user in to the shop."""
    store = connectors.known(call.settings.shopify_stores, call.query["store"])
    return {"url": f"https://{store.domain}/account/login/multipass/{connectors.multipass(call, store, call.account)}"}
