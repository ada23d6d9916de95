"""All tenants of one process, told apart by API key."""

from uuid import UUID

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings, SettingsError
from loginradius_harness.emulator.http.auth import credential
from loginradius_harness.emulator.http.handler_registry import handlers
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.tenant import Tenant

DEFAULT_KEY = "00000000-1111-2222-3333-444444444444"
DEFAULT_SECRET = "55555555-6666-7777-8888-999999999999"  # noqa: S105  # public, of the embedded tenant only


class TenantRegistry:
    """Holds the tenants and finds the one that a request is for."""

    def __init__(
        self, settings: Settings, key: str = DEFAULT_KEY, secret: str = DEFAULT_SECRET, seed: int | None = None
    ) -> None:
        for name, value in (("API key", key), ("API secret", secret)):
            _check_guid(name, value)
        self._handlers = handlers()
        self._seed = seed
        self._identifiers = Identifiers(None if seed is None else f"{seed} tenancy")
        self.tenants: dict[str, Tenant] = {}
        self.default = self.create(settings, key, secret)

    def create(self, settings: Settings, key: str | None = None, secret: str | None = None) -> Tenant:
        """A new, empty tenant; key and secret are made up where none are given."""
        key, secret = key or self._identifiers.guid(), secret or self._identifiers.guid()
        tenant = Tenant(key, secret, settings, self._handlers, seed=self._seed)
        self.tenants[key.lower()] = tenant
        return tenant

    def fork(self, parent: Tenant) -> Tenant:
        """A child tenant that starts with everything the parent has."""
        child = parent.fork(self._identifiers.guid(), self._identifiers.guid())
        self.tenants[child.key.lower()] = child
        return child

    def drop(self, tenant: Tenant) -> None:
        """Forget a tenant; the default one stays."""
        if tenant is not self.default:
            self.tenants.pop(tenant.key.lower(), None)

    def by_key(self, key: str) -> Tenant | None:
        """The tenant of an API key."""
        return self.tenants.get(key.lower())

    def of(self, call: RequestContext) -> Tenant:
        """The tenant that a request is for: by key, or by secret or token where an operation takes no key.

        Raise API_KEY_INVALID, API_KEY_MISSING.
        """
        given = credential(call, "apikey")
        if given is not None:
            tenant = self.by_key(given)
            if tenant is None:
                raise ApiError(ErrorCode.API_KEY_INVALID)
            return tenant
        if "apikey" in call.operation.auth:
            raise ApiError(ErrorCode.API_KEY_MISSING)
        return self._without_key(call)

    def _without_key(self, call: RequestContext) -> Tenant:
        secret = credential(call, "apisecret") if "apisecret" in call.operation.auth else None
        if secret is not None:
            return next((tenant for tenant in self.tenants.values() if tenant.secret == secret.lower()), self.default)
        token = credential(call, "access_token")
        if token is not None:
            return next((tenant for tenant in self.tenants.values() if tenant.sessions.peek(token)), self.default)
        return self.default


def _check_guid(name: str, value: str) -> None:
    try:
        UUID(value)
    except ValueError:
        raise SettingsError(f"the {name} must be a dashed GUID such as {DEFAULT_KEY}") from None
