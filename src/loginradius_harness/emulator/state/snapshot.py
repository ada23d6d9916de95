"""A tenant's whole state as one JSON file, and back."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec

from loginradius_harness.emulator.core.settings import Settings, SettingsError, changed
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any

VERSION = 1
LONGEST = 250_000_000_000.0  # seconds that a clock may be ahead or behind: dates end in the year 9999


class SnapshotError(Exception):
    """A snapshot that this version cannot read. The message is one sentence; the tenant is unchanged."""


class Snapshot(msgspec.Struct, kw_only=True):
    """A tenant's state: its settings, how far its clock is ahead, its messages, and its stores by name."""

    snapshot: int = VERSION
    settings: dict[str, Json]
    ahead_seconds: Annotated[float, msgspec.Meta(ge=-LONGEST, le=LONGEST)]
    messages: list[Message]
    stores: dict[str, dict[str, Json]]


def take(tenant: Tenant) -> dict[str, Json]:
    """Return settings, time, messages and every store. It holds the secrets of users: protect it like a database."""
    taken: dict[str, Json] = msgspec.to_builtins(
        Snapshot(
            settings=msgspec.to_builtins(tenant.settings),
            ahead_seconds=tenant.clock.ahead,
            messages=tenant.outbox.find(),
            stores={name: dict(store.scan()) for name, store in _stores(tenant)},
        )
    )
    return taken


def restore(tenant: Tenant, snapshot: Json) -> None:
    """Replace the tenant's state by a snapshot. Raise SnapshotError, without a change, where it cannot be read."""
    if not isinstance(snapshot, dict) or snapshot.get("snapshot") != VERSION:
        raise SnapshotError(f"not a snapshot of version {VERSION}: take one with GET /__emulator__/snapshot")
    stores = dict(_stores(tenant))
    try:
        kept = msgspec.convert(snapshot, Snapshot)
        settings = changed(Settings(), kept.settings)
        contents = {
            name: msgspec.convert(content, dict[str, stores[name].kind])  # type: ignore[misc]  # known at run time
            for name, content in kept.stores.items()
        }
    except (KeyError, msgspec.ValidationError, SettingsError) as error:
        raise SnapshotError(f"the snapshot is damaged: {type(error).__name__} {error}") from None
    tenant.settings = settings
    tenant.clock.ahead = kept.ahead_seconds
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


def save(tenant: Tenant, file: Path) -> None:
    """Write a snapshot atomically. Raise OSError."""
    fresh = file.with_name(f".{file.name}.new")
    with fresh.open("wb") as out:
        out.write(msgspec.json.encode(take(tenant)))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def read(file: Path) -> Json:
    """Return the content of a snapshot file. Raise SnapshotError where it is none."""
    try:
        return msgspec.json.decode(file.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise SnapshotError(f"{file} cannot be read: {error}") from None
