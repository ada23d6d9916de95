"""The control API under /__emulator__/: what only a test may do to a tenant.

Every call takes `?apikey=KEY` to address a tenant other than the default one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from emulator import seeding, snapshot, wire
from emulator.provider import Script
from emulator.settings import Settings, SettingsError, changed, preset
from emulator.tenancy import Tenancy
from emulator.tenant import Tenant

SEED_PASSWORD = "Seeded-pass-1"  # noqa: S105  # of accounts that exist in an emulator only
LONGEST_WAIT = 60.0  # seconds that an outbox request may hang


@dataclass(frozen=True, slots=True)
class ControlCall:
    """One control request: the tenant it is for, its query and its JSON body ({} where it has none)."""

    tenant: Tenant
    query: dict[str, str]
    body: Any


class WrongCallError(Exception):
    """A control call that cannot be carried out; the text is for the caller."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class Control:
    """Routes control calls. A call is a method named `<verb>_<path>`."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._tenancy = tenancy

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        """Answer one control request."""
        headers = [(b"content-type", b"application/json; charset=utf-8")]
        try:
            status, data = 200, await self._dispatch(scope, receive)
        except WrongCallError as wrong:
            status, data = wrong.status, {"error": str(wrong)}
        except SettingsError as error:
            status, data = 400, {"error": str(error)}
        await wire.respond(send, status, wire.encode(data), headers)

    async def _dispatch(self, scope: wire.Scope, receive: wire.Receive) -> Any:
        name = scope["path"].removeprefix("/__emulator__").strip("/").replace("/", "_").replace("-", "_")
        method: Callable[..., Awaitable[Any]] | None = getattr(self, f"{scope['method'].lower()}_{name}", None)
        if method is None or name.startswith("_"):
            raise WrongCallError(f"no control call {scope['method']} {scope['path']}", 404)
        query = wire.parameters(scope["query_string"])
        return await method(ControlCall(self._tenant(query), query, await self._body(scope, receive)))

    def _tenant(self, query: dict[str, str]) -> Tenant:
        key = query.get("apikey")
        if not key:
            return self._tenancy.default
        tenant = self._tenancy.by_key(key)
        if tenant is None:
            raise WrongCallError("no tenant has this apikey", 404)
        return tenant

    async def _body(self, scope: wire.Scope, receive: wire.Receive) -> Any:
        raw = await wire.read_body(receive, 1 << 30)
        if not raw:
            return {}
        try:
            return msgspec.json.decode(raw)
        except msgspec.DecodeError as error:
            raise WrongCallError(f"the body of {scope['path']} is not JSON: {error}") from None

    async def get_health(self, call: ControlCall) -> Any:
        """That this is an emulator, and that it answers."""
        count = len(self._tenancy.tenants)
        return {"status": "ok", "emulator": "loginradius-harness", "now": call.tenant.clock.now(), "tenants": count}

    async def get_outbox(self, call: ControlCall) -> Any:
        """Messages: `?to=&kind=&after=ID&wait=SECONDS`; with `wait` the answer comes with the first that fits."""
        to, kind, after = call.query.get("to"), call.query.get("kind"), int(_number(call.query, "after", 0))
        seconds = min(_number(call.query, "wait", 0), LONGEST_WAIT)
        return {"messages": await call.tenant.outbox.wait(seconds, to, kind, after)}

    async def get_settings(self, call: ControlCall) -> Any:
        """Every setting."""
        return msgspec.to_builtins(call.tenant.settings)

    async def patch_settings(self, call: ControlCall) -> Any:
        """Change some settings; an unknown name changes none."""
        call.tenant.settings = changed(call.tenant.settings, _members(call.body))
        return msgspec.to_builtins(call.tenant.settings)

    async def post_clock(self, call: ControlCall) -> Any:
        """`{"advance_seconds": n}`: move the tenant's present."""
        seconds = _members(call.body).get("advance_seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise WrongCallError('clock takes {"advance_seconds": number}')
        call.tenant.clock.advance(seconds)
        return {"now": call.tenant.clock.now()}

    async def post_reset(self, call: ControlCall) -> Any:
        """Forget everything in a tenant but its key, secret and settings."""
        fresh = self._tenancy.create(call.tenant.settings, call.tenant.key, call.tenant.secret)
        if call.tenant is self._tenancy.default:
            self._tenancy.default = fresh
        return {"apikey": fresh.key}

    async def post_tenants(self, call: ControlCall) -> Any:
        """`{"preset": name, "settings": {}}`: a new, empty tenant."""
        wanted = _members(call.body)
        settings: Settings = changed(preset(wanted.get("preset", "default")), wanted.get("settings", {}))
        return _keys(self._tenancy.create(settings))

    async def delete_tenants(self, call: ControlCall) -> Any:
        """Forget a tenant altogether; the default one stays."""
        self._tenancy.drop(call.tenant)
        return {"dropped": call.tenant is not self._tenancy.default}

    async def post_fork(self, call: ControlCall) -> Any:
        """A child tenant that starts with everything this one has."""
        return _keys(self._tenancy.fork(call.tenant))

    async def post_provider(self, call: ControlCall) -> Any:
        """Script somebody at a social provider (`provider.Script`); answers what the provider then hands out."""
        try:
            script = msgspec.convert(_members(call.body), Script)
        except msgspec.ValidationError as error:
            raise WrongCallError(f"provider takes a script: {error}") from None
        provider = call.tenant.provider
        return provider.hand_out(provider.script(script), script.client_guid)

    async def post_seed(self, call: ControlCall) -> Any:
        """`{"users": n, "password": text}`: verified accounts with one password, hashed once; gives their addresses."""
        wanted = _members(call.body)
        users, password = wanted.get("users"), wanted.get("password", SEED_PASSWORD)
        if not isinstance(users, int) or isinstance(users, bool) or users < 1 or not isinstance(password, str):
            raise WrongCallError('seed takes {"users": whole number above 0, "password": text}')
        return {"password": password, "emails": await seeding.seed(call.tenant, users, password)}

    async def get_snapshot(self, call: ControlCall) -> Any:
        """The tenant's whole state."""
        return snapshot.take(call.tenant)

    async def put_snapshot(self, call: ControlCall) -> Any:
        """Put a state in the place of the present one."""
        try:
            snapshot.restore(call.tenant, call.body)
        except snapshot.SnapshotError as error:
            raise WrongCallError(str(error)) from None
        return {"users": len(call.tenant.accounts)}

    async def get_jwks(self, call: ControlCall) -> Any:
        """The key that checks the tenant's access tokens where they are JWTs; the product publishes it elsewhere."""
        return {"keys": [call.tenant.sessions.tokens.key.public()]}

    async def get_deliveries(self, call: ControlCall) -> Any:
        """Webhook deliveries, oldest first: `?after=ID&wait=SECONDS`; with `wait` they have arrived or failed."""
        after = int(_number(call.query, "after", 0))
        await call.tenant.webhooks.settle(min(_number(call.query, "wait", 0), LONGEST_WAIT))
        return {"deliveries": [delivery for delivery in call.tenant.webhooks.deliveries if delivery.id > after]}

    async def get_journal(self, call: ControlCall) -> Any:
        """Requests: `?after=NUMBER` for the newer ones; counts by operation of all."""
        after = int(_number(call.query, "after", 0))
        entries = [entry for entry in call.tenant.journal.entries if entry.number > after]
        return {
            "count": call.tenant.journal.count,
            "by_operation": call.tenant.journal.by_operation,
            "entries": entries,
        }


def _keys(tenant: Tenant) -> dict[str, str]:
    return {"apikey": tenant.key, "apisecret": tenant.secret}


def _members(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise WrongCallError("the body must be a JSON object")
    return body


def _number(query: dict[str, str], name: str, default: float) -> float:
    try:
        return float(query.get(name) or default)
    except ValueError:
        raise WrongCallError(f"{name} must be a number") from None
