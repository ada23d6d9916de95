"""Where tests play: on an emulator a tenant of its own for each preset, on a real tenant that tenant."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from harness import inboxes
from harness.client import Client
from harness.control import Control
from harness.exchange import Exchange
from harness.journey import Journey
from harness.mailbox import Mailbox
from harness.secrets import Secret
from harness.settings import Target

Listener = Callable[[Exchange], None]


class NotOffered(Exception):  # noqa: N818  # named after what is the case, not after an error
    """The target does not offer what a test needs; the text names the setting that would."""


class Scene:
    """One tenant and what a test needs to act on it. `control` is there on an emulator only."""

    def __init__(self, target: Target, listener: Listener) -> None:
        self.target = target
        self.control = Control(target.api_url, target.api_key) if target.is_emulator else None
        self.client = Client(target)
        self.client.listeners.append(listener)

    @cached_property
    def mailbox(self) -> Mailbox:
        """Where the tenant's messages are read."""
        return inboxes.choose(self.target, self.client, self.control)

    @cached_property
    def journey(self) -> Journey:
        """The verbs of a story."""
        return Journey(self.client, self.mailbox, self.control)

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()
        if self.control is not None:
            self.control.close()


class Stage:
    """Gives the scene for a preset; the same one each time, so that preparation is shared.

    `offers` says of a preset why the target does not have it, or None where it does.
    """

    def __init__(
        self, target: Target, listener: Listener, offers: Callable[[str], str | None] = lambda _: None
    ) -> None:
        self._target = target
        self._listener = listener
        self._offers = offers
        self._scenes: dict[str, Scene] = {}

    def scene(self, preset: str = "default") -> Scene:
        """The shared scene of a preset; NotOffered where the target lacks what the preset has."""
        if preset not in self._scenes:
            self._scenes[preset] = self._open(preset)
        return self._scenes[preset]

    def fresh(self, preset: str = "default", **settings: Any) -> Scene:
        """A scene for one test alone: an empty tenant whose settings, clock and people nobody else sees.

        Only an emulator has that; on a real tenant NotOffered. The caller closes it.
        """
        if not self._target.is_emulator:
            raise NotOffered("needs a tenant of its own, whose clock and settings can be changed: an emulator")
        with Control(self._target.api_url) as control:
            key, secret = control.new_tenant(preset, **settings)
        return Scene(_as_tenant(self._target, key, secret), self._listener)

    def _open(self, preset: str) -> Scene:
        if self._target.is_emulator:
            return self.fresh(preset)
        missing = self._offers(preset)
        if missing:
            raise NotOffered(missing)
        return Scene(self._target, self._listener)

    def close(self) -> None:
        """Forget the tenants that were made, and let go of the connections."""
        for scene in self._scenes.values():
            if scene.control is not None:
                scene.control.drop()
            scene.close()


def _as_tenant(target: Target, key: Secret, secret: Secret) -> Target:
    return replace(target, api_key=key, api_secret=secret)
