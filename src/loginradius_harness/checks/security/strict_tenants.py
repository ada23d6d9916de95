"""Provide the tenants that are attacked: on an emulator, tenants as strict as the product allows."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import httpx

from loginradius_harness.checks.security.request_budget import RequestMeter
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.request import call_of
from loginradius_harness.contracts import api_operations
from loginradius_harness.target.target import Target
from loginradius_harness.tenants import TenantContext, TenantProvider

STRICT = "strict-security"
# Presets that stand in for the strict one on a shared tenant, which is attacked as it is configured.
FALLBACK_PRESETS = ("mfa-optional", "mfa-required", "default")  # the strict one has MFA


class StrictTenants:
    """Tenants by preset. On a shared tenant: that tenant as it is, or UnsupportedByTarget."""

    def __init__(self, provider: TenantProvider, target: Target, meter: RequestMeter) -> None:
        self._provider = provider
        self._is_own = target.is_emulator and not target.is_shared
        self._target = target
        self._meter = meter
        self._tenants: dict[str, TenantContext] = {}

    def for_preset(self, preset: str = STRICT, needs: Iterable[str] = ()) -> TenantContext:
        """Return the shared tenant that offers what a preset is for and `needs`; by default the strictest one."""
        if not self._is_own:
            return self._found(preset, needs)
        if preset not in self._tenants:
            self._tenants[preset] = self.create(preset)
        return self._tenants[preset]

    def _found(self, preset: str, needs: Iterable[str]) -> TenantContext:
        refusals = []
        for name in FALLBACK_PRESETS if preset in {STRICT, "jwt-tokens"} else (preset,):
            try:
                return self._metered(self._provider.for_preset(name, needs))
            except UnsupportedByTarget as reason:
                refusals.append(str(reason))
        raise UnsupportedByTarget(refusals[-1])

    def create(self, preset: str = STRICT, **settings: Any) -> TenantContext:
        """Create an empty tenant for one test, whose clock may be moved; the caller closes it."""
        wanted = {**self._offered(preset), **settings} if self._is_own else settings
        return self._provider.create(STRICT, **wanted)

    @cache  # noqa: B019  # lives as long as its process
    def _offered(self, preset: str) -> dict[str, Any]:
        """Return the settings in which a preset differs from the default, and its MFA mode."""
        if preset == STRICT:
            return {}
        default, other = (self._settings(name) for name in ("default", preset))
        return {name: value for name, value in other.items() if name == "mfa" or value != default[name]}

    def relevant_settings(self, preset: str) -> dict[str, Any]:
        """Return a preset's value of every setting in which any operation's preset differs from the default."""
        features = {name for operation in api_operations() for name in self._offered(operation.preset)}
        wanted = self._settings(preset)
        return {name: wanted[name] for name in features}

    @cache  # noqa: B019  # as above
    def _settings(self, preset: str) -> dict[str, Any]:
        control = self._provider.for_preset(preset).control
        if control is None:
            raise UnsupportedByTarget("needs a tenant whose settings can be read: an emulator")
        return control.settings()

    def _metered(self, tenant: TenantContext) -> TenantContext:
        """Count the requests of the shared tenant, once."""
        sender = tenant.client.sender
        if self._count not in sender.before_request:
            sender.before_request.append(self._count)
            sender.before_attempt.append(self._meter.count_request)
        return tenant

    def _count(self, request: httpx.Request) -> None:
        call = call_of(request, self._target)
        if call is not None:
            self._meter.count(call)

    def close(self) -> None:
        """Close the connections made here."""
        for tenant in self._tenants.values():
            tenant.close()
