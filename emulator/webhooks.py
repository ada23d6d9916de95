"""Webhook subscriptions and their deliveries (domain 3.20)."""

from typing import TYPE_CHECKING, Any

from emulator.accounts import Account

if TYPE_CHECKING:  # Tenant owns its Webhooks
    from emulator.tenant import Tenant


class Webhooks:
    """What a tenant tells its subscribers."""

    def __init__(self, tenant: "Tenant") -> None:
        self._tenant = tenant

    def fire(self, event: str, account: Account, **extra: Any) -> None:
        """Tell every subscriber of an event about an account."""

    def fork(self, tenant: "Tenant") -> "Webhooks":
        """A child tenant's subscriptions."""
        return Webhooks(tenant)
