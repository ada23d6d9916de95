"""What the control API and the console need of seeded faults; whoever starts the emulator passes them in."""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol


class InvalidFaultError(Exception):
    """A fault that does not exist or cannot be switched on. The message is for the caller."""


class KnownFault(Protocol):
    """A fault: its name, its category, and the rule or operation that it violates (empty for a neutral variation)."""

    @property
    def name(self) -> str:
        """Return `category.name`."""

    @property
    def category(self) -> str:
        """Return the first part of the name."""

    @property
    def violates(self) -> str:
        """Return the id of a rule or an operation, or an empty text."""


class FaultSwitches(Protocol):
    """The seeded faults of this process. `loginradius_harness.faults` is one."""

    def all_faults(self) -> Mapping[str, KnownFault]:
        """Return every fault by name."""

    def active_names(self) -> list[str]:
        """Return the names of the faults that are on."""

    def activate(self, names: Collection[str], /) -> object:
        """Switch exactly these faults on. Raise InvalidFaultError for one that cannot be."""


class NoFaults:
    """An emulator without seeded faults."""

    def all_faults(self) -> Mapping[str, KnownFault]:
        """Return none."""
        return {}

    def active_names(self) -> list[str]:
        """Return none."""
        return []

    def activate(self, names: Collection[str], /) -> object:
        """Accept an empty list only."""
        if names:
            raise InvalidFaultError("this emulator was started without seeded faults")
        return None


LoadFaults = Callable[[], FaultSwitches]  # called on first use: most runs never need the faults


def no_faults() -> FaultSwitches:
    """Return what an emulator without seeded faults offers."""
    return NoFaults()
