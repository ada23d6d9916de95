"""Something in every store of phones, Duo's prompts, pages with a QR code and settings that management has written."""

from loginradius_harness.emulator.state.federation.records import PageCode
from loginradius_harness.emulator.state.tenant import Tenant


def furnish_factor_devices(tenant: Tenant, uid: str, name: str) -> None:
    """Offer and register a phone, notify it, lead a user to Duo, show a page; `name` is part of keys."""
    tenant.push.offer(uid, tenant.settings, first=name == "kept")
    tenant.push.send(tenant.push.register("wait").id, name, tenant.settings)
    tenant.duo.endpoint(uid, "https://app.example.com/duo", tenant.settings)
    tenant.federation.page_codes.put(name, PageCode(expires=tenant.clock.now() + 60, uid=uid))
    tenant.configuration.put(name, {"Value": 1})
