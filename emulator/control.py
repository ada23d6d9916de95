"""The control API under /__emulator__/: what only a test may do to a tenant.

Every call takes `?apikey=KEY` to address a tenant other than the default one. `GET openapi.json` describes all.
"""

from typing import Any

from emulator import browsers, people, seeding, snapshot, wire
from emulator import control_shapes as shapes
from emulator.control_offers import EVERYWHERE, WrongCallError, find, offered, offers
from emulator.provider import Script
from emulator.settings import PRESETS, Settings, SettingsError, changed, preset
from emulator.tenancy import Tenancy
from emulator.tenant import Tenant

PREFIX = "/__emulator__"
LONGEST_WAIT = 60.0  # seconds that a call may hang
LATEST = 250_000_000_000.0  # the year 9892, beyond which there are no dates
JSON = (b"content-type", b"application/json; charset=utf-8")


class Control:
    """Answers control calls; see `control_offers` for how a method becomes one."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._tenancy = tenancy
        self._offers = offers(Control)

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        """Answer one control request, or show a page of the console."""
        path = scope["path"].removeprefix(PREFIX).strip("/")
        raw = await wire.read_body(receive, 1 << 30)
        headers = [JSON]
        try:
            browsers.refuse_strange(scope)
            if not path or path.partition("/")[0] == "console":
                status, body, headers = self._page(scope, path)
            else:
                status, body = 200, wire.encode(await self._answer(scope, path, raw))
        except (WrongCallError, SettingsError, snapshot.SnapshotError) as wrong:
            status, body = getattr(wrong, "status", 400), wire.encode(shapes.Refusal(str(wrong)))
        await wire.respond(send, status, body, headers)

    async def _answer(self, scope: wire.Scope, path: str, raw: bytes) -> Any:
        offer = find(self._offers, scope["method"], path)
        query = wire.parameters(scope["query_string"])
        return await offer.method(self, self._tenant(query), **offer.arguments(query, raw))

    def _page(self, scope: wire.Scope, path: str) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        from emulator import console  # noqa: PLC0415  # templates cost start-up time that most runs do not need

        if scope["method"] != "GET":
            raise WrongCallError(f"the console shows, and changes nothing by {scope['method']}", 405)
        query = wire.parameters(scope["query_string"])
        return console.show(self._tenancy, self._tenant(query), path.removeprefix("console").strip("/"), query)

    def _tenant(self, query: dict[str, str]) -> Tenant:
        key = query.get(EVERYWHERE)
        tenant = self._tenancy.by_key(key) if key else self._tenancy.default
        if tenant is None:
            raise WrongCallError("no tenant has this apikey", 404)
        return tenant

    @offered("GET", "health")
    async def health(self, tenant: Tenant) -> shapes.Health:
        """Say that this is an emulator, and that it answers."""
        return shapes.Health("ok", "loginradius-harness", tenant.clock.now(), len(self._tenancy.tenants))

    @offered("GET", "outbox")
    async def outbox(self, tenant: Tenant, query: shapes.OutboxQuery) -> shapes.Messages:
        """List mail and SMS; with `wait` the answer comes with the first message that fits."""
        seconds = min(query.wait, LONGEST_WAIT)
        return shapes.Messages(await tenant.outbox.wait(seconds, query.to, query.kind, query.after))

    @offered("GET", "settings")
    async def settings(self, tenant: Tenant) -> Settings:
        """Show every setting."""
        return tenant.settings

    @offered("PATCH", "settings")
    async def change_settings(self, tenant: Tenant, body: shapes.Changes) -> Settings:
        """Change some settings; an unknown name or a wrong value changes none."""
        tenant.settings = changed(tenant.settings, body)
        return tenant.settings

    @offered("PUT", "settings")
    async def replace_settings(self, tenant: Tenant, body: shapes.NewTenant) -> Settings:
        """Replace all settings by those of a preset, and some that differ from it."""
        tenant.settings = changed(preset(body.preset), body.settings)
        return tenant.settings

    @offered("GET", "presets")
    async def presets(self, _tenant: Tenant) -> shapes.Presets:
        """List the presets."""
        return shapes.Presets(PRESETS)

    @offered("POST", "clock")
    async def advance(self, tenant: Tenant, body: shapes.Move) -> shapes.Present:
        """Move the tenant's present, and with it every expiry, lock and TOTP step at once."""
        if not 0 <= tenant.clock.now() + body.advance_seconds <= LATEST:
            raise WrongCallError(f"advance_seconds {body.advance_seconds} leads out of the calendar")
        tenant.clock.advance(body.advance_seconds)
        return shapes.Present(tenant.clock.now())

    @offered("POST", "reset")
    async def reset(self, tenant: Tenant) -> shapes.Key:
        """Forget everything in a tenant but its key, secret and settings; its time is the present again."""
        fresh = self._tenancy.create(tenant.settings, tenant.key, tenant.secret)
        if tenant is self._tenancy.default:
            self._tenancy.default = fresh
        return shapes.Key(fresh.key)

    @offered("GET", "tenants")
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

    @offered("POST", "tenants")
    async def found(self, _tenant: Tenant, body: shapes.NewTenant) -> shapes.Keys:
        """Make a new, empty tenant from a preset."""
        return _keys(self._tenancy.create(changed(preset(body.preset), body.settings)))

    @offered("DELETE", "tenants")
    async def drop(self, tenant: Tenant) -> shapes.Dropped:
        """Forget a tenant altogether; the default one stays."""
        self._tenancy.drop(tenant)
        return shapes.Dropped(tenant is not self._tenancy.default)

    @offered("POST", "fork")
    async def fork(self, tenant: Tenant) -> shapes.Keys:
        """Make a child tenant that starts with everything this one has; neither sees what the other does from then."""
        return _keys(self._tenancy.fork(tenant))

    @offered("POST", "provider")
    async def provider(self, tenant: Tenant, body: Script) -> dict[str, Any]:
        """Script somebody at a social provider; answers what the provider then hands out."""
        handed_out: dict[str, Any] = tenant.provider.hand_out(tenant.provider.script(body), body.client_guid)
        return handed_out

    @offered("POST", "seed")
    async def seed(self, tenant: Tenant, body: shapes.Seeding) -> shapes.Seeded:
        """Make many verified accounts with one password, hashed once."""
        return shapes.Seeded(body.password, await seeding.seed(tenant, body.users, body.password))

    @offered("GET", "users")
    async def users(self, tenant: Tenant, query: shapes.UsersQuery) -> shapes.Users:
        """List users and how they stand."""
        return shapes.Users(len(tenant.accounts), people.find(tenant, query.search, query.limit))

    @offered("GET", "snapshot")
    async def take_snapshot(self, tenant: Tenant) -> shapes.Snapshot:
        """Give the tenant's whole state. Secrets of its users are in it: keep it like a database."""
        return snapshot.take(tenant)

    @offered("PUT", "snapshot")
    async def restore_snapshot(self, tenant: Tenant, body: shapes.Snapshot) -> shapes.Restored:
        """Put a state in the place of the present one; one that cannot be read changes nothing."""
        snapshot.restore(tenant, body)
        return shapes.Restored(len(tenant.accounts))

    @offered("GET", "jwks")
    async def jwks(self, tenant: Tenant) -> shapes.Keyset:
        """Give the key that checks access tokens where they are JWTs; the product publishes it elsewhere."""
        return shapes.Keyset([tenant.sessions.tokens.key.public()])

    @offered("GET", "deliveries")
    async def deliveries(self, tenant: Tenant, query: shapes.DeliveriesQuery) -> shapes.Deliveries:
        """List webhook deliveries; with `wait` those under way have arrived or failed."""
        await tenant.webhooks.settle(min(query.wait, LONGEST_WAIT))
        return shapes.Deliveries([one for one in tenant.webhooks.deliveries if one.id > query.after])

    @offered("GET", "journal")
    async def journal(self, tenant: Tenant, query: shapes.JournalQuery) -> shapes.Requests:
        """List what was asked and answered."""
        journal = tenant.journal
        entries = [entry for entry in journal.entries if entry.number > query.after]
        return shapes.Requests(journal.count, journal.by_operation, entries)

    @offered("GET", "faults")
    async def faults(self, _tenant: Tenant) -> shapes.Faults:
        """List the seeded faults of this process and which are on."""
        return _faults()

    @offered("PUT", "faults")
    async def switch_faults(self, _tenant: Tenant, body: shapes.Switches) -> shapes.Faults:
        """Switch exactly these faults on, in every tenant of this process; an unknown name changes none."""
        from emulator import faults  # noqa: PLC0415  # they change the application, which holds this control

        try:
            faults.switch(body.on)
        except (faults.UnknownFaultError, faults.FaultError) as error:
            raise WrongCallError(str(error)) from None
        return _faults()

    @offered("GET", "openapi.json")
    async def openapi(self, _tenant: Tenant) -> dict[str, Any]:
        """Describe the control API itself, as OpenAPI 3.1."""
        from emulator import control_openapi  # noqa: PLC0415  # few ask for it

        return control_openapi.document(self._offers.values())


def _keys(tenant: Tenant) -> shapes.Keys:
    return shapes.Keys(tenant.key, tenant.secret)


def _faults() -> shapes.Faults:
    from emulator import faults  # noqa: PLC0415  # see switch_faults

    return shapes.Faults(faults.on(), [shapes.Fault(one.name, one.breaks) for one in faults.known().values()])
