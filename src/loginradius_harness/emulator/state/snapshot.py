"""A tenant's whole state as JSON, and back; the state of all tenants as one file."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec

from loginradius_harness.emulator.core.ids import RandomState
from loginradius_harness.emulator.core.settings import Settings, SettingsError, changed
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

Json = Any

VERSION = 1
LONGEST = 250_000_000_000.0  # seconds that a clock may be ahead or behind: dates end in the year 9999


class SnapshotError(Exception):
    """A snapshot that this version cannot read. The message is one sentence; the tenant is unchanged."""


class Snapshot(msgspec.Struct, kw_only=True):
    """A tenant's state: settings, clock, key of its JWTs, random source, messages, and stores by name."""

    snapshot: int = VERSION
    settings: dict[str, Json]
    ahead_seconds: Annotated[float, msgspec.Meta(ge=-LONGEST, le=LONGEST)]  # of the clock before the wall clock
    frozen_at: Annotated[float, msgspec.Meta(ge=0, le=LONGEST)] | None = None
    signing_key: dict[str, str] | None = None
    random: RandomState | None = None  # of a tenant with a seed
    messages: list[Message]
    stores: dict[str, dict[str, Json]]
    tenants: list["SavedTenant"] = []  # in a file: those beside the default one
    random_keys: RandomState | None = None  # in a file: what the keys of further tenants are drawn from


class SavedTenant(msgspec.Struct, kw_only=True):
    """A tenant beside the default one, in a file."""

    apikey: str
    apisecret: str
    state: dict[str, Json]

    def __repr__(self) -> str:
        """Return the key without secret and state."""
        return f"SavedTenant({self.apikey!r})"


def take(tenant: Tenant) -> dict[str, Json]:
    """Return settings, time, messages and every store. It holds the secrets of users: protect it like a database."""
    taken: dict[str, Json] = msgspec.to_builtins(
        Snapshot(
            settings=msgspec.to_builtins(tenant.settings),
            ahead_seconds=tenant.clock.ahead,
            frozen_at=tenant.clock.frozen_at,
            signing_key=tenant.sessions.tokens.saved_key(),
            random=tenant.identifiers.saved(),
            messages=tenant.outbox.find(),
            stores={name: dict(store.scan()) for name, store in _stores(tenant)},
        )
    )
    return taken


def restore(tenant: Tenant, snapshot: Json) -> None:
    """Replace the tenant's state by a snapshot. Raise SnapshotError, without a change, where it cannot be read."""
    if not isinstance(snapshot, dict) or snapshot.get("snapshot") != VERSION:
        raise SnapshotError(f"not a snapshot of version {VERSION}: take one with GET /__emulator__/snapshot")
    if snapshot.get("tenants"):
        raise SnapshotError("this file holds further tenants: restore it with the command's option --snapshot")
    stores = dict(_stores(tenant))
    try:
        kept = msgspec.convert(snapshot, Snapshot)
        settings = changed(Settings(), kept.settings)
        contents = {
            name: msgspec.convert(content, dict[str, stores[name].kind])  # type: ignore[misc]  # known at run time
            for name, content in kept.stores.items()
        }
        tenant.sessions.tokens.restore_key(kept.signing_key)
    except (KeyError, ValueError, SettingsError) as error:
        raise SnapshotError(f"the snapshot is damaged: {type(error).__name__} {error}") from None
    tenant.identifiers.restore(kept.random)
    tenant.settings = settings
    tenant.clock.ahead, tenant.clock.frozen_at = kept.ahead_seconds, kept.frozen_at
    tenant.outbox.replace(kept.messages)
    for name, store in stores.items():
        store.replace(contents.get(name, {}))


def _stores(tenant: Tenant) -> Iterator[tuple[str, Store[Any]]]:
    """Yield every store of the tenant and of its parts, by a dotted name."""
    for name, part in vars(tenant).items():
        if isinstance(part, Store):
            yield name, part
        elif type(part).__module__.startswith("loginradius_harness.emulator.") and hasattr(part, "__dict__"):
            for inner, value in vars(part).items():
                if isinstance(value, Store):
                    yield f"{name}.{inner.lstrip('_')}", value


def take_all(registry: TenantRegistry) -> dict[str, Json]:
    """Return the default tenant's snapshot with those of all others under `tenants`."""
    others = (tenant for tenant in registry.tenants.values() if tenant is not registry.default)
    saved = [{"apikey": one.key, "apisecret": one.secret, "state": take(one)} for one in others]
    keys = msgspec.to_builtins(registry.identifiers.saved())
    return {**take(registry.default), "tenants": saved, "random_keys": keys}


def restore_all(registry: TenantRegistry, snapshot: Json) -> None:
    """Replace the default tenant's state and create all others. Raise SnapshotError, SettingsError."""
    others = snapshot.get("tenants", []) if isinstance(snapshot, dict) else []
    try:
        saved_tenants = msgspec.convert(others, list[SavedTenant])
    except msgspec.ValidationError as error:
        raise SnapshotError(f"the snapshot is damaged: `tenants`: {error}") from None
    restore(registry.default, {**snapshot, "tenants": []} if others else snapshot)
    for saved in saved_tenants:
        restore(registry.create(Settings(), saved.apikey, saved.apisecret), saved.state)
    registry.identifiers.restore(msgspec.convert(snapshot, Snapshot).random_keys)


def save(registry: TenantRegistry, file: Path) -> None:
    """Write the state of all tenants to a file, atomically. Raise OSError."""
    fresh = _beside(file)
    with fresh.open("wb") as out:
        out.write(msgspec.json.encode(take_all(registry)))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def check_writable(file: Path) -> None:
    """Raise OSError where `save` could not write the file."""
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    fresh = _beside(file)
    fresh.touch()
    fresh.unlink()


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}.new")


def read(file: Path) -> Json:
    """Return the content of a snapshot file. Raise SnapshotError where it is none."""
    try:
        return msgspec.json.decode(file.read_bytes())
    except FileNotFoundError:
        raise SnapshotError(f"{file} does not exist; add --create to start empty") from None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{file} cannot be read: {error}") from None
