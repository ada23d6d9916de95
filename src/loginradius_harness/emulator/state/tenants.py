"""All tenants of one process, by API key."""

from uuid import UUID

from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.hosts import Site
from loginradius_harness.emulator.core.ids import DEFAULT_KEY, DEFAULT_SECRET, Identifiers
from loginradius_harness.emulator.core.settings import Settings, SettingsError
from loginradius_harness.emulator.state.tenant import Tenant


class TenantRegistry:
    """The tenants of a process."""

    def __init__(
        self,
        settings: Settings,
        key: str = DEFAULT_KEY,
        secret: str = DEFAULT_SECRET,
        seed: int | None = None,
        *,
        frozen_at: float | None = None,
    ) -> None:
        self.site = Site()
        self._seed = seed
        self._frozen_at = frozen_at
        self.identifiers = self._seeded("tenancy")
        self.tenants: dict[str, Tenant] = {}
        self.default = self.create(settings, key, secret)

    def create(self, settings: Settings, key: str | None = None, secret: str | None = None) -> Tenant:
        """Create an empty tenant; key and secret are generated where none are given."""
        key, secret = key or self.identifiers.guid(), secret or self.identifiers.guid()
        for name, value in (("API key", key), ("API secret", secret)):
            _check_guid(name, value)
        tenant = Tenant(key, secret, settings, Clock(self._frozen_at), self._seeded(key))
        return self._add(tenant)

    def _seeded(self, name: str) -> Identifiers:
        return Identifiers(None if self._seed is None else f"{self._seed} {name}")

    def fork(self, parent: Tenant) -> Tenant:
        """Create a child tenant that starts with everything the parent has."""
        return self._add(parent.fork(self.identifiers.guid(), self.identifiers.guid()))

    def _add(self, tenant: Tenant) -> Tenant:
        tenant.site = self.site
        self.tenants[tenant.key.lower()] = tenant
        return tenant

    def drop(self, tenant: Tenant) -> None:
        """Forget a tenant; the default one stays."""
        if tenant is not self.default:
            self.tenants.pop(tenant.key.lower(), None)

    def by_key(self, key: str) -> Tenant | None:
        """Return the tenant of an API key."""
        return self.tenants.get(key.lower())

    def by_secret(self, secret: str) -> Tenant | None:
        """Return the tenant of an API secret."""
        return next((tenant for tenant in self.tenants.values() if tenant.secret == secret.lower()), None)

    def by_token(self, token: str) -> Tenant | None:
        """Return the tenant that issued an access token."""
        return next((tenant for tenant in self.tenants.values() if tenant.sessions.peek(token)), None)

    def by_link_token(self, value: str) -> Tenant | None:
        """Return the tenant that issued the token of a link."""
        return next((one for one in self.tenants.values() if one.single_use_tokens.kind_of(value)), None)


def _check_guid(name: str, value: str) -> None:
    try:
        UUID(value)
    except ValueError:
        raise SettingsError(f"the {name} must be a dashed GUID such as {DEFAULT_KEY}") from None
