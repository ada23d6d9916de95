"""Where tests play: on an emulator a tenant of its own for each preset, on a tenant that others use that tenant."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.client.secrets import Secret
from loginradius_harness.journey.journey import Journey
from loginradius_harness.mailbox import adapters
from loginradius_harness.mailbox.mailbox import Mailbox
from loginradius_harness.target import capabilities
from loginradius_harness.target.capabilities import Capabilities
from loginradius_harness.target.shared_tenant.protection import STATE, SharedTenantProtection
from loginradius_harness.target.target import Target

__all__ = ["TenantContext", "TenantProvider", "UnsupportedByTarget"]

Listener = Callable[[Exchange], None]


class TenantContext:
    """One tenant and what a test needs to act on it. `control` is there on an emulator of our own only."""

    def __init__(self, target: Target, listener: Listener) -> None:
        self.target = target
        self._outbox = EmulatorClient(target.api_url, target.api_key) if target.is_emulator else None
        self.control = None if target.is_shared else self._outbox  # nobody moves a clock that others live by
        self.client = Client(target)
        self.client.listeners.append(listener)

    @cached_property
    def mailbox(self) -> Mailbox:
        """Where the tenant's messages are read."""
        return adapters.select_mailbox(self.target, self.client, self._outbox)

    @cached_property
    def journey(self) -> Journey:
        """The verbs of a story."""
        return Journey(self.client, self.mailbox, self.control)

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()
        if self._outbox is not None:
            self._outbox.close()


class TenantProvider:
    """Gives the scene for a preset; the same one each time, so that preparation is shared.

    On a shared tenant every call is guarded, counted and paced (`safety`), and what it offers is found out first.
    `allow` may hold the effects `destroy` and `tenant`.
    """

    def __init__(
        self, target: Target, listener: Listener, *, allow: frozenset[str] = frozenset(), state: Path = STATE
    ) -> None:
        self._target = target
        self._listener = listener
        self._scenes: dict[str, TenantContext] = {}
        self._complaints: list[str] = []
        self.safety = SharedTenantProtection(target, allow=allow, state=state) if target.is_shared else None

    def scene(self, preset: str = "default") -> TenantContext:
        """The shared scene of a preset; UnsupportedByTarget where the target lacks what the preset has."""
        if self._target.is_shared or not self._target.is_emulator:
            if missing := self.capabilities.missing(preset):
                raise UnsupportedByTarget(missing)
            return self._tenant
        if preset not in self._scenes:
            self._scenes[preset] = self.fresh(preset)
        return self._scenes[preset]

    def fresh(self, preset: str = "default", **settings: Any) -> TenantContext:
        """A scene for one test alone: an empty tenant whose settings, clock and people nobody else sees.

        Only an emulator of our own has that; elsewhere UnsupportedByTarget. The caller closes it.
        """
        if self._target.is_shared or not self._target.is_emulator:
            raise UnsupportedByTarget("needs a tenant of its own, whose clock and settings can be changed: an emulator")
        with EmulatorClient(self._target.api_url) as control:
            key, secret = control.new_tenant(preset, **settings)
        return TenantContext(_as_tenant(self._target, key, secret), self._listener)

    @cached_property
    def capabilities(self) -> Capabilities:
        """What the tenant offers, found out once."""
        return capabilities.discover(self._tenant.client)

    @cached_property
    def _tenant(self) -> TenantContext:
        scene = TenantContext(self._target, self._listener)
        if self.safety is not None:
            self._complaints += self.safety.finish_dead_runs()
            self.safety.protect(scene.client)
        return scene

    def close(self) -> list[str]:
        """Leave nothing behind; one line for each thing that could not be removed."""
        for scene in self._scenes.values():
            if scene.control is not None:
                scene.control.drop()
            scene.close()
        if "_tenant" in vars(self):
            self._tenant.close()
        if self.safety is not None:
            self._complaints += self.safety.close()
        return self._complaints


def _as_tenant(target: Target, key: Secret, secret: Secret) -> Target:
    return replace(target, api_key=key, api_secret=secret)
