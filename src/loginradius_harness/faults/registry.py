"""Registers faults and switches them on and off."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from loginradius_harness.emulator.control.fault_switches import InvalidFaultError
from loginradius_harness.faults.source_patch import Change, FaultError, SourcePatch

Apply = Callable[[SourcePatch], None]
NEUTRAL = "neutral"  # the category of neutral variations


class UnknownFaultError(InvalidFaultError):
    """A name that no fault has; the message suggests the nearest."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A defect that can be switched on. `violates` is the id of a rule, or of an operation whose contract it violates.

    It is empty for a neutral variation: a test that fails on one is a false positive.
    """

    name: str
    violates: str
    apply: Apply

    @property
    def category(self) -> str:
        """Return the part of the name before the dot."""
        return self.name.partition(".")[0]


_known: dict[str, Fault] = {}
_on: dict[str, SourcePatch] = {}  # name -> the one patch that holds all that are on


class Faults:
    """Registers the faults of one category, named `<category>.<name>`."""

    def __init__(self, category: str) -> None:
        self._category = category

    def replace_source(  # name, rule, function, old and new text
        self, name: str, violates: str, function: Callable[..., Any], old: str, new: str, **names: Any
    ) -> None:
        """Register a fault that runs a function with other source text; see `SourcePatch.replace_source`."""
        self._add(name, violates, lambda patch: patch.replace_source(function, old, new, **names))

    def replace_entry(  # name, rule, table, key, value
        self, name: str, violates: str, table: dict[Any, Any], key: Any, value: Any
    ) -> None:
        """Register a fault that replaces a value in a table."""
        self._add(name, violates, lambda patch: patch.replace_entry(table, key, value))

    def alter_response(self, name: str, violates: str, *operations: str) -> Callable[[Change], Change]:
        """Register `change(data, call)` as a fault that changes the response bodies of operations.

        Without operations it changes those of the operation that it violates.
        """

        def register(change: Change) -> Change:
            self._add(name, violates, lambda patch: patch.alter_response(change, *(operations or (violates,))))
            return change

        return register

    def patch(self, name: str, violates: str) -> Callable[[Apply], Apply]:
        """Register a fault that makes any other change, or several."""

        def register(apply: Apply) -> Apply:
            self._add(name, violates, apply)
            return apply

        return register

    def _add(self, name: str, violates: str, apply: Apply) -> None:
        full = f"{self._category}.{name}"
        if full in _known:
            raise FaultError(f"two faults are named {full}")
        _known[full] = Fault(full, violates, apply)


@cache
def all_faults() -> dict[str, Fault]:
    """Return every fault by name, neutral variations included."""
    package = import_module("loginradius_harness.faults")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_known.items()))


def active_names() -> list[str]:
    """Return the names of the faults that are on, in every tenant of the process."""
    return list(_on)


def activate(names: Collection[str]) -> SourcePatch:
    """Switch exactly these faults on, and return the resulting changes.

    Raise UnknownFaultError and change nothing for an unknown name. Raise FaultError, e.g. for two faults of one line,
    and leave all faults off.
    """
    chosen = [find(name) for name in dict.fromkeys(names)]
    for before in set(_on.values()):
        before.undo()
    _on.clear()
    patch = SourcePatch()
    try:
        for fault in chosen:
            _apply(fault, patch)
    except FaultError:
        patch.undo()
        raise
    _on.update(dict.fromkeys((fault.name for fault in chosen), patch))
    return patch


def _apply(fault: Fault, patch: SourcePatch) -> None:
    try:
        fault.apply(patch)
    except FaultError as error:
        raise FaultError(f"{fault.name} cannot be switched on: {error}") from None


@contextmanager
def activated(*names: str) -> Iterator[SourcePatch]:
    """Switch exactly these faults on for as long as the block lasts, and all faults off after it."""
    try:
        yield activate(names)
    finally:
        activate(())


def find(name: str) -> Fault:
    """Return the fault of a name. Raise UnknownFaultError."""
    if name in all_faults():
        return all_faults()[name]
    near = get_close_matches(name, all_faults(), n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; GET /__emulator__/faults lists all"
    raise UnknownFaultError(f"no fault {name!r}{hint}")
