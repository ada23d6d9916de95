"""The control API under /__emulator__/: what only a test may do to a tenant.

Every call takes `?apikey=KEY` to address a tenant other than the default one. `GET openapi.json` describes all calls.
"""

from datetime import datetime
from typing import Any

from loginradius_harness.emulator.control import dispatch, outage_rules, schemas, seeding, user_import, users
from loginradius_harness.emulator.control.fault_switches import LoadFaults, no_faults
from loginradius_harness.emulator.control.origin_check import Allowed
from loginradius_harness.emulator.control.routes import InvalidControlCallError, allowed, find, route, routes, verb_of
from loginradius_harness.emulator.core.presets import PRESETS, preset
from loginradius_harness.emulator.core.settings import Settings, changed
from loginradius_harness.emulator.http import asgi
from loginradius_harness.emulator.services import push
from loginradius_harness.emulator.services.administration.provider_names import not_own
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.outages import OutageRule
from loginradius_harness.emulator.state.social_provider import Script
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry
from loginradius_harness.emulator.state.webhooks.delivery import Delivery

MAX_WAIT_SECONDS = 60.0
MAX_TIME = 250_000_000_000.0  # seconds since 1970: the year 9892; dates end with the year 9999


class ControlApi:
    """Answers control calls; `routes` lists the methods that do."""

    def __init__(
        self, registry: TenantRegistry, load_faults: LoadFaults = no_faults, allowed_sites: Allowed | None = None
    ) -> None:
        self._registry = registry
        self._load_faults = load_faults
        self._allowed = allowed_sites or Allowed()
        self._routes = routes(ControlApi)

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one control request."""

        async def handle(path: str, query: dispatch.Query, raw: bytes) -> dispatch.Response:
            methods = allowed(self._routes, path)
            if scope["method"] == "OPTIONS" and methods:
                return asgi.NO_CONTENT, b"", [dispatch.allow(methods)]
            called = find(self._routes, verb_of(scope["method"]), path)
            tenant = dispatch.tenant_of(self._registry, query)
            result = await called.method(self, tenant, **called.arguments(query, raw))
            return 200, asgi.encode(result), [dispatch.JSON]

        await dispatch.answer(scope, receive, send, self._allowed, handle)

    @route("GET", "health")
    async def health(self, tenant: Tenant) -> schemas.Health:
        """Report that this is an emulator and that it answers."""
        return schemas.Health("ok", "loginradius-harness", tenant.clock.now(), len(self._registry.tenants))

    @route("GET", "outbox")
    async def outbox(self, tenant: Tenant, query: schemas.OutboxQuery) -> schemas.Messages:
        """List mail and SMS; with `wait`, answer as soon as the first matching message arrives."""
        to = query.to and query.to.replace(" ", "+")  # an unescaped `+` arrives as a space, which no address contains
        return schemas.Messages(
            await tenant.outbox.wait(min(query.wait, MAX_WAIT_SECONDS), to, query.kind, query.after)
        )

    @route("GET", "settings")
    async def settings(self, tenant: Tenant) -> Settings:
        """Return every setting."""
        return tenant.settings

    @route("PATCH", "settings")
    async def change_settings(self, tenant: Tenant, body: schemas.Changes) -> Settings:
        """Change some settings; an unknown name or an invalid value changes none."""
        tenant.settings = changed(tenant.settings, body)
        return tenant.settings

    @route("PUT", "settings")
    async def replace_settings(self, tenant: Tenant, body: schemas.NewTenant) -> Settings:
        """Replace all settings by those of a preset and the given exceptions."""
        tenant.settings = changed(preset(body.preset), body.settings)
        return tenant.settings

    @route("GET", "presets")
    async def presets(self, _tenant: Tenant) -> schemas.Presets:
        """List the presets."""
        return schemas.Presets(PRESETS)

    @route("GET", "clock")
    async def clock(self, tenant: Tenant) -> schemas.CurrentTime:
        """Return the tenant's time."""
        return _time(tenant)

    @route("POST", "clock")
    async def change_clock(self, tenant: Tenant, body: schemas.ClockChange) -> schemas.CurrentTime:
        """Set, move, stop or start the tenant's clock, and with it every expiry, lock and TOTP step."""
        if body == schemas.ClockChange():
            raise InvalidControlCallError("the body of POST /clock needs `now`, `advance_seconds` or `frozen`")
        clock = tenant.clock
        chosen = body.now.timestamp() if isinstance(body.now, datetime) else body.now
        target = (clock.now() if chosen is None else chosen) + body.advance_seconds
        if not 0 <= target <= MAX_TIME:
            raise InvalidControlCallError(f"{target:g} seconds after 1970 lies beyond the calendar")
        if body.frozen:
            clock.freeze()
        if chosen is not None:
            clock.set(chosen)
        clock.advance(body.advance_seconds)
        if body.frozen is False:
            clock.resume()
        return _time(tenant)

    @route("POST", "reset")
    async def reset(self, tenant: Tenant) -> schemas.Key:
        """Delete everything in a tenant except key, secret and settings, and set its clock to real time."""
        settings = changed(tenant.settings, {"social_providers": not_own(tenant)})
        fresh = self._registry.create(settings, tenant.key, tenant.secret)
        if tenant is self._registry.default:
            self._registry.default = fresh
        return schemas.Key(fresh.key)

    @route("GET", "tenants")
    async def tenants(self, _tenant: Tenant) -> schemas.Tenants:
        """List the tenants of this process."""
        default = self._registry.default
        known = sorted(self._registry.tenants.values(), key=lambda tenant: tenant is not default)
        return schemas.Tenants(
            [
                schemas.TenantState(one.key, one.settings.app_name, len(one.accounts), default=one is default)
                for one in known
            ]
        )

    @route("POST", "tenants")
    async def create_tenant(self, _tenant: Tenant, body: schemas.TenantRequest) -> schemas.Keys:
        """Create an empty tenant from a preset."""
        if body.apikey and self._registry.by_key(body.apikey):
            raise InvalidControlCallError(f"there is a tenant with the apikey {body.apikey} already", 409)
        settings = changed(preset(body.preset), body.settings)
        return _keys(self._registry.create(settings, body.apikey, body.apisecret))

    @route("DELETE", "tenants")
    async def delete_tenant(self, tenant: Tenant) -> schemas.Dropped:
        """Delete a tenant; the default one stays."""
        self._registry.drop(tenant)
        return schemas.Dropped(tenant is not self._registry.default)

    @route("POST", "fork")
    async def fork(self, tenant: Tenant) -> schemas.Keys:
        """Create a tenant that starts with a copy of everything in this one; later changes are not shared."""
        return _keys(self._registry.fork(tenant))

    @route("POST", "provider")
    async def provider(self, tenant: Tenant, body: Script) -> dict[str, Any]:
        """Create a user at a social provider and return the credentials that the provider issues."""
        issued: dict[str, Any] = tenant.provider.hand_out(tenant.provider.script(body), body.client_guid)
        return issued

    @route("POST", "devices")
    async def devices(self, tenant: Tenant, body: schemas.DeviceScript) -> schemas.Device:
        """Register a phone for push notifications, or change how one answers them."""
        if body.qr_code:
            device = push.register(tenant, body.qr_code, body.answer)
        else:
            device = tenant.push.script(body.device, body.answer)
        if device is None:
            raise InvalidControlCallError("no such phone, or its QR code is unknown, used or late", 404)
        return schemas.Device(device.id, device.answer, tenant.push.waiting(device.id))

    @route("POST", "duo")
    async def duo(self, tenant: Tenant, body: schemas.DuoAnswer) -> schemas.DuoReturn:
        """Answer a prompt of Duo as its user."""
        returned = tenant.duo.answer(body.endpoint, approve=body.approve)
        if returned is None:
            raise InvalidControlCallError("no prompt has this address", 404)
        return schemas.DuoReturn(*returned)

    @route("POST", "seed")
    async def seed(self, tenant: Tenant, body: schemas.SeedRequest) -> schemas.SeedResult:
        """Create many verified accounts with one password, hashed once."""
        return schemas.SeedResult(body.password, await seeding.seed(tenant, body.users, body.password))

    @route("GET", "users")
    async def users(self, tenant: Tenant, query: schemas.UsersQuery) -> schemas.Users:
        """List users and their state."""
        return schemas.Users(len(tenant.accounts), users.find(tenant, query.search, query.limit))

    @route("POST", "users")
    async def import_users(self, tenant: Tenant, body: schemas.UserImport) -> schemas.Imported:
        """Create users with passwords or hashes of passwords from elsewhere; one that is refused creates none."""
        created = await user_import.import_users(tenant, body.users)
        return schemas.Imported([account.uid for account in created])

    @route("GET", "snapshot")
    async def take_snapshot(self, tenant: Tenant) -> schemas.Snapshot:
        """Return the tenant's whole state. It contains secrets of its users: protect it like a database."""
        return snapshot.take(tenant)

    @route("PUT", "snapshot")
    async def restore_snapshot(self, tenant: Tenant, body: schemas.Snapshot) -> schemas.Restored:
        """Replace the tenant's state; a snapshot that cannot be read changes nothing."""
        snapshot.restore(tenant, body)
        return schemas.Restored(len(tenant.accounts))

    @route("GET", "jwks")
    async def jwks(self, tenant: Tenant) -> schemas.Keyset:
        """Return the public key of access tokens that are JWTs; the product publishes it elsewhere."""
        return schemas.Keyset([tenant.sessions.tokens.key.public()])

    @route("GET", "deliveries")
    async def deliveries(self, tenant: Tenant, query: schemas.DeliveriesQuery) -> schemas.Deliveries:
        """List webhook deliveries; with `wait`, answer once those in progress have succeeded or failed."""
        await tenant.webhooks.wait(min(query.wait, MAX_WAIT_SECONDS))
        return schemas.Deliveries([one for one in tenant.webhooks.deliveries if one.id > query.after])

    @route("POST", "deliveries")
    async def replay(self, tenant: Tenant, body: schemas.Replay) -> Delivery:
        """Deliver the body of a webhook delivery once more."""
        again = tenant.webhooks.replay(body.id)
        if again is None:
            raise InvalidControlCallError(f"there is no delivery {body.id}, or its subscription is gone", 404)
        return again

    @route("GET", "journal")
    async def journal(self, tenant: Tenant, query: schemas.JournalQuery) -> schemas.Requests:
        """List requests and the status of their responses."""
        journal = tenant.journal
        entries = [entry for entry in journal.entries if entry.number > query.after]
        return schemas.Requests(journal.count, journal.by_operation, entries)

    @route("GET", "faults")
    async def faults(self, tenant: Tenant) -> schemas.Faults:
        """List the seeded faults of this process, those that are on, and the tenant's outages."""
        return self._faults(tenant)

    @route("PUT", "faults")
    async def switch_faults(self, tenant: Tenant, body: schemas.Switches) -> schemas.Faults:
        """Switch exactly these faults on, in every tenant, and these outages in the addressed one.

        An unknown name changes nothing.
        """
        outage_rules.check(body.outages)
        self._load_faults().activate(body.on)
        tenant.outages.rules = body.outages
        return self._faults(tenant)

    @route("PATCH", "faults")
    async def change_faults(self, tenant: Tenant, body: schemas.FaultChange) -> schemas.Faults:
        """Switch exactly these faults on, in every tenant; outages stay."""
        self._load_faults().activate(body.on)
        return self._faults(tenant)

    @route("POST", "outages")
    async def add_outage(self, tenant: Tenant, body: OutageRule) -> schemas.Faults:
        """Add an outage, which applies to requests that no earlier one applies to."""
        outage_rules.check([body])
        tenant.outages.rules = [*tenant.outages.rules, body]
        return self._faults(tenant)

    @route("DELETE", "outages")
    async def end_outages(self, tenant: Tenant) -> schemas.Faults:
        """End all outages of the tenant."""
        tenant.outages.rules = []
        return self._faults(tenant)

    @route("GET", "openapi.json")
    async def openapi(self, _tenant: Tenant) -> dict[str, Any]:
        """Describe the control API itself, as OpenAPI 3.1."""
        from loginradius_harness.emulator.control import openapi  # noqa: PLC0415  # rarely requested

        return openapi.document(self._routes.values())

    def _faults(self, tenant: Tenant) -> schemas.Faults:
        switches = self._load_faults()
        known = [schemas.Fault(one.name, one.violates) for one in switches.all_faults().values()]
        return schemas.Faults(switches.active_names(), tenant.outages.rules, known)


def _time(tenant: Tenant) -> schemas.CurrentTime:
    return schemas.CurrentTime(tenant.clock.now(), tenant.clock.frozen_at is not None)


def _keys(tenant: Tenant) -> schemas.Keys:
    return schemas.Keys(tenant.key, tenant.secret)
