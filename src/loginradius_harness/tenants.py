"""Tenants for tests: on an emulator one for each preset, elsewhere the one tenant of the target."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError, UnsupportedByTarget
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.client.response import OnHint, ignore_hint
from loginradius_harness.client.secrets import Secret
from loginradius_harness.journey.journey import Journey
from loginradius_harness.mailbox import adapters
from loginradius_harness.mailbox.mailbox import Mailbox
from loginradius_harness.target import capabilities
from loginradius_harness.target.capabilities import Capabilities
from loginradius_harness.target.feature_gate import FeatureGate
from loginradius_harness.target.shared_tenant.protection import STATE, SharedTenantProtection
from loginradius_harness.target.target import Target

__all__ = ["TenantContext", "TenantProvider", "UnsupportedByTarget"]

Listener = Callable[[Exchange], None]

_CLIENT_ERRORS = range(400, 500)


class TenantContext:
    """A tenant with client, mailbox and journey. `control` is None unless the tenant is emulated and not shared."""

    def __init__(self, target: Target, on_exchange: Listener, on_hint: OnHint = ignore_hint) -> None:
        self.target = target
        self._outbox = EmulatorClient(target.api_url, target.api_key) if target.is_emulator else None
        self.control = None if target.is_shared else self._outbox  # other users rely on a shared tenant's clock
        self.client = Client(target)
        self.client.listeners.append(on_exchange)
        self.client.hint_listeners.append(on_hint)

    @cached_property
    def mailbox(self) -> Mailbox:
        """The mailbox that receives the tenant's messages."""
        return adapters.select_mailbox(self.target, self.client, self._outbox)

    @cached_property
    def journey(self) -> Journey:
        """User actions on the tenant, one call each."""
        return Journey(self.client, self.mailbox, self.control)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        if self._outbox is not None:
            self._outbox.close()


class TenantProvider:
    """Gives the tenant context for a preset, the same one each time, so that tests share what they prepare.

    On a shared tenant `protection` guards, counts and delays every call. `allow` may hold the effects `destroy` and
    `tenant`; `state` is the folder of its files. `known` are the target's capabilities where they are known already.
    """

    def __init__(  # noqa: PLR0913  # each has a default; callers name what they change
        self,
        target: Target,
        on_exchange: Listener,
        *,
        on_hint: OnHint = ignore_hint,
        allow: frozenset[str] = frozenset(),
        state: Path = STATE,
        known: Capabilities | None = None,
    ) -> None:
        self._known = known
        self._target = target
        self._on_exchange = on_exchange
        self._on_hint = on_hint
        self._contexts: dict[str, TenantContext] = {}
        self._not_removed: list[str] = []
        self.protection = SharedTenantProtection(target, allow=allow, state=state) if target.is_shared else None

    def for_preset(self, preset: str = "default", needs: Iterable[str] = ()) -> TenantContext:
        """Return the tenant context that all tests of a preset share.

        `needs` are capabilities beside those that the preset stands for; on the emulator the preset has them.
        Raises ConfigurationError for an unknown preset, UnsupportedByTarget where the target lacks a capability.
        """
        if preset not in capabilities.NEEDS:
            near = get_close_matches(preset, capabilities.NEEDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(capabilities.NEEDS)}."
            raise ConfigurationError(f"there is no preset {preset!r}; {hint}")
        if self._target.is_shared or not self._target.is_emulator:
            if missing := self.capabilities.missing_for(preset, needs):
                raise UnsupportedByTarget(missing)
            self._gate.preset = preset
            return self._tenant
        if preset not in self._contexts:
            self._contexts[preset] = self.create(preset)
        return self._contexts[preset]

    def for_refusals(self) -> TenantContext:
        """Return a tenant for requests that it refuses whatever its features.

        Raises UnsupportedByTarget without an API secret.
        """
        if not self._target.is_shared and self._target.is_emulator:
            return self.for_preset()
        if missing := self.capabilities.missing(["management"]):
            raise UnsupportedByTarget(missing)
        self._gate.preset = None
        return self._tenant

    def create(self, preset: str = "default", **settings: Any) -> TenantContext:
        """Return a new, empty tenant for one test, which closes it.

        Raises UnsupportedByTarget unless the target is an emulator of this run, ConfigurationError for a preset or a
        setting that the emulator does not know.
        """
        if self._target.is_shared or not self._target.is_emulator:
            raise UnsupportedByTarget("needs a tenant of its own, whose clock and settings can be changed: an emulator")
        with EmulatorClient(self._target.api_url) as control:
            try:
                key, secret = control.new_tenant(preset, **settings)
            except InfrastructureError as error:
                if error.status in _CLIENT_ERRORS:
                    raise ConfigurationError(error.trouble) from None
                raise
        return TenantContext(_with_credentials(self._target, key, secret), self._on_exchange, self._on_hint)

    @cached_property
    def capabilities(self) -> Capabilities:
        """What the target's tenant offers; discovered once. From then on, requests for what it lacks are not sent."""
        found = self._known or capabilities.discover(self._tenant.client)
        self._gate, sender = FeatureGate(self._target, found), self._tenant.client.sender
        sender.before_request.insert(0, self._gate.check_request)  # before the guard logs what would be created
        sender.after_response.append(self._gate.check_answer)
        return found

    @cached_property
    def _tenant(self) -> TenantContext:
        context = TenantContext(self._target, self._on_exchange, self._on_hint)
        if self.protection is not None:
            self._not_removed += self.protection.finish_dead_runs()
            self.protection.protect(context.client)
        return context

    def close(self, *, remove: bool = True) -> list[str]:
        """Remove what the run created; return one line for each thing that could not be removed.

        Without `remove` a later call of `clean_up` removes it.
        """
        for context in self._contexts.values():
            if context.control is not None:
                context.control.drop()
            context.close()
        if "_tenant" in vars(self):
            self._tenant.close()
        if self.protection is not None:
            if remove:
                self._not_removed += self.protection.close()
            else:
                self.protection.hand_over()
        return self._not_removed


def _with_credentials(target: Target, key: Secret, secret: Secret) -> Target:
    return replace(target, api_key=key, api_secret=secret)
