"""A tenant's whole state as one JSON file, and back."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from emulator.outbox import Message
from emulator.settings import Settings, SettingsError, changed
from emulator.store import Store
from emulator.tenant import Tenant

Json = Any

VERSION = 1


class SnapshotError(Exception):
    """A snapshot that this version cannot read. The message is for people; the tenant is as it was."""


def take(tenant: Tenant) -> dict[str, Json]:
    """Settings, time, messages and every store. Secrets of the tenant's users are in it: keep it like a database."""
    return {
        "snapshot": VERSION,
        "settings": msgspec.to_builtins(tenant.settings),
        "ahead_seconds": tenant.clock.ahead,
        "messages": msgspec.to_builtins(tenant.outbox.find()),
        "stores": {
            name: {key: msgspec.to_builtins(value) for key, value in store.scan()} for name, store in _stores(tenant)
        },
    }


def restore(tenant: Tenant, snapshot: Json) -> None:
    """Put a snapshot in the place of all that the tenant holds; nothing is changed where it cannot be read."""
    if not isinstance(snapshot, dict) or snapshot.get("snapshot") != VERSION:
        raise SnapshotError(f"not a snapshot of version {VERSION}: take one with GET /__emulator__/snapshot")
    stores = dict(_stores(tenant))
    try:
        settings = changed(Settings(), snapshot["settings"])
        messages = msgspec.convert(snapshot["messages"], list[Message])
        contents = {
            name: {key: msgspec.convert(value, stores[name].kind) for key, value in content.items()}
            for name, content in snapshot["stores"].items()
        }
        ahead = float(snapshot["ahead_seconds"])
    except (KeyError, TypeError, ValueError, SettingsError) as error:
        raise SnapshotError(f"the snapshot is damaged: {type(error).__name__} {error}") from None
    tenant.settings = settings
    tenant.clock.ahead = ahead
    tenant.outbox.replace(messages)
    for name, store in stores.items():
        store.replace(contents.get(name, {}))


def _stores(tenant: Tenant) -> Iterator[tuple[str, Store[Any]]]:
    """Every store of the tenant and of its parts, by a dotted name."""
    for name, part in vars(tenant).items():
        if isinstance(part, Store):
            yield name, part
        elif type(part).__module__.startswith("emulator.") and hasattr(part, "__dict__"):
            for inner, value in vars(part).items():
                if isinstance(value, Store):
                    yield f"{name}.{inner.lstrip('_')}", value


def save(tenant: Tenant, file: Path) -> None:
    """Write a snapshot; the file is the old or the new one, whatever happens meanwhile. OSError."""
    fresh = file.with_name(f".{file.name}.new")
    with fresh.open("wb") as out:
        out.write(msgspec.json.encode(take(tenant)))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def read(file: Path) -> Json:
    """A snapshot file's content; SnapshotError where it is none."""
    try:
        return msgspec.json.decode(file.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise SnapshotError(f"{file} cannot be read: {error}") from None
