"""Whom an assertion is about: the name that an application knows the user by, and what it is told of them."""

import json
from hashlib import sha256
from typing import Any

from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.federation.records import HubSession
from loginradius_harness.emulator.state.federation.saml import EMAIL, PERSISTENT, TRANSIENT, Attribute, SamlApp
from loginradius_harness.emulator.state.profile import render
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any


def name_id(tenant: Tenant, app: SamlApp, account: Account, session: HubSession) -> str:
    """Return the user's name in the application's format; empty where the user has none.

    Persistent and transient names tell nothing of the user, and differ between applications (core 8.3.7, 8.3.8). An
    address counts if it is verified, and an unspecified name is the uid (inferred).
    """
    kind = app.settings.name_id_format
    if kind == EMAIL:
        address = account.primary
        return address.value if address is not None and address.verified else ""
    if kind == PERSISTENT:
        return _digest(tenant.secret, app.name, account.uid)
    if kind == TRANSIENT:
        return _digest(tenant.secret, app.name, account.uid, session.id)
    return account.uid


def session_index(app: SamlApp, session: HubSession) -> str:
    """Return the name by which an application knows a log-in; the cookie is not found out from it."""
    return f"_{_digest(app.name, session.id)}"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:40]


def attributes(app: SamlApp, account: Account, settings: Settings) -> dict[str, list[str]]:
    """Return the values of each attribute; one without any is left out."""
    profile = render(account, settings) if app.settings.attributes else {}
    told = {name: _values(attribute, profile) for name, attribute in app.settings.attributes.items()}
    return {name: values for name, values in told.items() if values}


def _values(attribute: Attribute, profile: dict[str, Json]) -> list[str]:
    if attribute.is_static:
        return [attribute.value]
    return _texts(profile.get(attribute.value)) or _texts(profile.get(attribute.alternative_mapping_key))


def _texts(value: Json) -> list[str]:
    """Return a member of a profile as texts: those of a list one by one, of an address or number its `Value`."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict) and isinstance(value.get("Value"), str):
        return [value["Value"]]
    return [value if isinstance(value, str) else json.dumps(value, default=str)]
