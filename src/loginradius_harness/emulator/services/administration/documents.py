"""What management reads and writes of a tenant: documents, whose members are settings where there is such a setting.

A member without a setting is stored as it was sent. A member that a request leaves out keeps its value (inferred).

Source: product-facts.md#administration.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import SettingsError, changed
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any


@dataclass(frozen=True)
class Document:
    """One document of a tenant. `settings` names the setting of a member, `stored` the other members' first values.

    Members of `secret` are kept and never shown.
    """

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    stored: Mapping[str, Json] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()

    def read(self, tenant: Tenant) -> dict[str, Json]:
        """Return the document as the tenant is configured now."""
        kept = {**self.stored, **(tenant.configuration.get(self.name) or {})}
        shown = {name: value for name, value in kept.items() if name not in self.secret}
        return shown | {name: getattr(tenant.settings, setting) for name, setting in self.settings.items()}

    def write(self, call: RequestContext, changes: Mapping[str, Json] = {}) -> dict[str, Json]:
        """Change what the request names, and further settings; return the document. Raise BODY_MALFORMED."""
        tenant, sent = call.tenant, known_members(call.operation.body, call.body)
        named = {self.settings[name]: value for name, value in sent.items() if name in self.settings}
        change_settings(call, {**named, **changes})
        others = {name: value for name, value in sent.items() if name not in self.settings}
        tenant.configuration.put(self.name, {**(tenant.configuration.get(self.name) or {}), **others})
        return self.read(tenant)


def change_settings(call: RequestContext, changes: Mapping[str, Json]) -> None:
    """Change settings of the tenant. Raise BODY_MALFORMED where one does not take its value."""
    try:
        call.tenant.settings = changed(call.settings, dict(changes))
    except SettingsError as error:
        raise ApiError(ErrorCode.BODY_MALFORMED, f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
