"""The control API under /__emulator__/: what only a test may do to a tenant.

Every call takes `?apikey=KEY` to address a tenant other than the default one. `GET openapi.json` describes all.
"""

from collections.abc import Callable
from typing import Any

from loginradius_harness.emulator.control import origin_check, seeding, users
from loginradius_harness.emulator.control import schemas as shapes
from loginradius_harness.emulator.control.routes import TENANT_PARAMETER, InvalidControlCallError, find, route, routes
from loginradius_harness.emulator.core.settings import PRESETS, Settings, SettingsError, changed, preset
from loginradius_harness.emulator.http import asgi
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.social_provider import Script
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

PREFIX = "/__emulator__"
LONGEST_WAIT = 60.0  # seconds that a call may hang
LATEST = 250_000_000_000.0  # the year 9892, beyond which there are no dates
JSON = (b"content-type", b"application/json; charset=utf-8")

Page = tuple[int, bytes, list[tuple[bytes, bytes]]]  # status, body, headers


class ControlApi:
    """Answers control calls; see `control_offers` for how a method becomes one."""

    def __init__(
        self, tenancy: TenantRegistry, show: Callable[[TenantRegistry, Tenant, str, dict[str, str]], Page]
    ) -> None:
        self._tenancy = tenancy
        self._show = show
        self._offers = routes(ControlApi)

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one control request, or show a page of the console."""
        path = scope["path"].removeprefix(PREFIX).strip("/")
        raw = await asgi.read_body(receive, 1 << 30)
        headers = [JSON]
        try:
            origin_check.check_origin(scope)
            if not path or path.partition("/")[0] == "console":
                status, body, headers = self._page(scope, path)
            else:
                status, body = 200, asgi.encode(await self._answer(scope, path, raw))
        except (InvalidControlCallError, SettingsError, snapshot.SnapshotError) as wrong:
            status, body = getattr(wrong, "status", 400), asgi.encode(shapes.Refusal(str(wrong)))
        await asgi.respond(send, status, body, headers)

    async def _answer(self, scope: asgi.Scope, path: str, raw: bytes) -> Any:
        offer = find(self._offers, scope["method"], path)
        query = asgi.parameters(scope["query_string"])
        return await offer.method(self, self._tenant(query), **offer.arguments(query, raw))

    def _page(self, scope: asgi.Scope, path: str) -> Page:
        if scope["method"] != "GET":
            raise InvalidControlCallError(f"the console shows, and changes nothing by {scope['method']}", 405)
        query = asgi.parameters(scope["query_string"])
        return self._show(self._tenancy, self._tenant(query), path.removeprefix("console").strip("/"), query)

    def _tenant(self, query: dict[str, str]) -> Tenant:
        key = query.get(TENANT_PARAMETER)
        tenant = self._tenancy.by_key(key) if key else self._tenancy.default
        if tenant is None:
            raise InvalidControlCallError("no tenant has this apikey", 404)
        return tenant

    @route("GET", "health")
    async def health(self, tenant: Tenant) -> shapes.Health:
        """Say that this is an emulator, and that it answers."""
        return shapes.Health("ok", "loginradius-harness", tenant.clock.now(), len(self._tenancy.tenants))

    @route("GET", "outbox")
    async def outbox(self, tenant: Tenant, query: shapes.OutboxQuery) -> shapes.Messages:
        """List mail and SMS; with `wait` the answer comes with the first message that fits."""
        seconds = min(query.wait, LONGEST_WAIT)
        return shapes.Messages(await tenant.outbox.wait(seconds, query.to, query.kind, query.after))

    @route("GET", "settings")
    async def settings(self, tenant: Tenant) -> Settings:
        """Show every setting."""
        return tenant.settings

    @route("PATCH", "settings")
    async def change_settings(self, tenant: Tenant, body: shapes.Changes) -> Settings:
        """Change some settings; an unknown name or a wrong value changes none."""
        tenant.settings = changed(tenant.settings, body)
        return tenant.settings

    @route("PUT", "settings")
    async def replace_settings(self, tenant: Tenant, body: shapes.NewTenant) -> Settings:
        """Replace all settings by those of a preset, and some that differ from it."""
        tenant.settings = changed(preset(body.preset), body.settings)
        return tenant.settings

    @route("GET", "presets")
    async def presets(self, _tenant: Tenant) -> shapes.Presets:
        """List the presets."""
        return shapes.Presets(PRESETS)

    @route("POST", "clock")
    async def advance(self, tenant: Tenant, body: shapes.ClockChange) -> shapes.CurrentTime:
        """Move the tenant's present, and with it every expiry, lock and TOTP step at once."""
        if not 0 <= tenant.clock.now() + body.advance_seconds <= LATEST:
            raise InvalidControlCallError(f"advance_seconds {body.advance_seconds} leads out of the calendar")
        tenant.clock.advance(body.advance_seconds)
        return shapes.CurrentTime(tenant.clock.now())

    @route("POST", "reset")
    async def reset(self, tenant: Tenant) -> shapes.Key:
        """Forget everything in a tenant but its key, secret and settings; its time is the present again."""
        fresh = self._tenancy.create(tenant.settings, tenant.key, tenant.secret)
        if tenant is self._tenancy.default:
            self._tenancy.default = fresh
        return shapes.Key(fresh.key)

    @route("GET", "tenants")
    async def tenants(self, _tenant: Tenant) -> shapes.Tenants:
        """List the tenants of this process."""
        default = self._tenancy.default
        known = sorted(self._tenancy.tenants.values(), key=lambda tenant: tenant is not default)
        return shapes.Tenants(
            [
                shapes.TenantState(one.key, one.settings.app_name, len(one.accounts), default=one is default)
                for one in known
            ]
        )

    @route("POST", "tenants")
    async def found(self, _tenant: Tenant, body: shapes.NewTenant) -> shapes.Keys:
        """Make a new, empty tenant from a preset."""
        return _keys(self._tenancy.create(changed(preset(body.preset), body.settings)))

    @route("DELETE", "tenants")
    async def drop(self, tenant: Tenant) -> shapes.Dropped:
        """Forget a tenant altogether; the default one stays."""
        self._tenancy.drop(tenant)
        return shapes.Dropped(tenant is not self._tenancy.default)

    @route("POST", "fork")
    async def fork(self, tenant: Tenant) -> shapes.Keys:
        """Make a child tenant that starts with everything this one has; neither sees what the other does from then."""
        return _keys(self._tenancy.fork(tenant))

    @route("POST", "provider")
    async def provider(self, tenant: Tenant, body: Script) -> dict[str, Any]:
        """Script somebody at a social provider; answers what the provider then hands out."""
        handed_out: dict[str, Any] = tenant.provider.hand_out(tenant.provider.script(body), body.client_guid)
        return handed_out

    @route("POST", "seed")
    async def seed(self, tenant: Tenant, body: shapes.SeedRequest) -> shapes.SeedResult:
        """Make many verified accounts with one password, hashed once."""
        return shapes.SeedResult(body.password, await seeding.seed(tenant, body.users, body.password))

    @route("GET", "users")
    async def users(self, tenant: Tenant, query: shapes.UsersQuery) -> shapes.Users:
        """List users and how they stand."""
        return shapes.Users(len(tenant.accounts), users.find(tenant, query.search, query.limit))

    @route("GET", "snapshot")
    async def take_snapshot(self, tenant: Tenant) -> shapes.Snapshot:
        """Give the tenant's whole state. Secrets of its users are in it: keep it like a database."""
        return snapshot.take(tenant)

    @route("PUT", "snapshot")
    async def restore_snapshot(self, tenant: Tenant, body: shapes.Snapshot) -> shapes.Restored:
        """Put a state in the place of the present one; one that cannot be read changes nothing."""
        snapshot.restore(tenant, body)
        return shapes.Restored(len(tenant.accounts))

    @route("GET", "jwks")
    async def jwks(self, tenant: Tenant) -> shapes.Keyset:
        """Give the key that checks access tokens where they are JWTs; the product publishes it elsewhere."""
        return shapes.Keyset([tenant.sessions.tokens.key.public()])

    @route("GET", "deliveries")
    async def deliveries(self, tenant: Tenant, query: shapes.DeliveriesQuery) -> shapes.Deliveries:
        """List webhook deliveries; with `wait` those under way have arrived or failed."""
        await tenant.webhooks.settle(min(query.wait, LONGEST_WAIT))
        return shapes.Deliveries([one for one in tenant.webhooks.deliveries if one.id > query.after])

    @route("GET", "journal")
    async def journal(self, tenant: Tenant, query: shapes.JournalQuery) -> shapes.Requests:
        """List what was asked and answered."""
        journal = tenant.journal
        entries = [entry for entry in journal.entries if entry.number > query.after]
        return shapes.Requests(journal.count, journal.by_operation, entries)

    @route("GET", "faults")
    async def faults(self, _tenant: Tenant) -> shapes.Faults:
        """List the seeded faults of this process and which are on."""
        return _faults()

    @route("PUT", "faults")
    async def switch_faults(self, _tenant: Tenant, body: shapes.Switches) -> shapes.Faults:
        """Switch exactly these faults on, in every tenant of this process; an unknown name changes none."""
        from loginradius_harness import faults  # noqa: PLC0415  # they change the application, which holds this control

        try:
            faults.activate(body.on)
        except (faults.UnknownFaultError, faults.FaultError) as error:
            raise InvalidControlCallError(str(error)) from None
        return _faults()

    @route("GET", "openapi.json")
    async def openapi(self, _tenant: Tenant) -> dict[str, Any]:
        """Describe the control API itself, as OpenAPI 3.1."""
        from loginradius_harness.emulator.control import openapi  # noqa: PLC0415  # few ask for it

        return openapi.document(self._offers.values())


def _keys(tenant: Tenant) -> shapes.Keys:
    return shapes.Keys(tenant.key, tenant.secret)


def _faults() -> shapes.Faults:
    from loginradius_harness import faults  # noqa: PLC0415  # see switch_faults

    return shapes.Faults(
        faults.active_names(), [shapes.Fault(one.name, one.violates) for one in faults.all_faults().values()]
    )
