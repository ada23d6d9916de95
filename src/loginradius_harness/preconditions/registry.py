"""Prepare what a contract's example names: `{person.email}`, `{token}`, `{password_reset.token}` ...

`contracts/preconditions.json` describes each name; the modules of this package hold a function for each. Only what an
example names is prepared, when it is first needed, and once for each Preconditions object.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Self

from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.contracts import Operation
from loginradius_harness.journey.journey import Journey

Json = Any
Prepare = Callable[["Preconditions"], Any]

TOKENS = {"access_token": "token", "machine_token": "federation.machine_token"}  # credential -> what provides it

_PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)*)\}")


class PreconditionUnavailable(UnsupportedByTarget):
    """The tenant cannot provide something that an example needs."""


@dataclass(frozen=True)
class Precondition:
    """How a name is prepared. `needs` are the names that must be prepared before."""

    name: str
    prepare: Prepare
    needs: frozenset[str] = field(default=frozenset())


_REGISTERED: dict[str, Precondition] = {}


def precondition(name: str, *, needs: Iterable[str] = ()) -> Callable[[Prepare], Prepare]:
    """Register the function that prepares a name; ValueError for a second one."""

    def register(prepare: Prepare) -> Prepare:
        if name in _REGISTERED:
            former = _REGISTERED[name].prepare
            raise ValueError(f"{name} is prepared by {former.__module__} and by {prepare.__module__}")
        _REGISTERED[name] = Precondition(name, prepare, frozenset(needs))
        return prepare

    return register


@cache
def preconditions() -> Mapping[str, Precondition]:
    """Return name -> how it is prepared."""
    for module in iter_modules([str(Path(__file__).parent)]):
        import_module(f"{__package__}.{module.name}")  # they register themselves, and import this module
    return _REGISTERED


class Preconditions:
    """The prepared values of one example. Leaving its context removes scarce resources, such as webhooks."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.client = journey.client
        self.preset = "default"  # of the operation to prepare
        self.wanted: set[str] = set()  # every name that the example mentions, and the names that those need
        self._values: dict[str, Any] = {}
        self._afterwards: list[Callable[[], object]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        while self._afterwards:
            self._afterwards.pop()()

    def afterwards(self, undo: Callable[[], object]) -> None:
        """Register a function to call at the end; the last one registered is called first."""
        self._afterwards.append(undo)

    def prepare(self, operation: Operation, example: Mapping[str, Json] | None = None) -> dict[str, Json]:
        """Return the keyword arguments of `client.call` that send the operation's example, or `example` instead of it.

        Raises PreconditionUnavailable where the tenant cannot provide the state.
        """
        example = operation.example if example is None else example
        self.preset = operation.preset
        tokens = [TOKENS[credential] for credential in operation.auth if credential in TOKENS]
        self.want(*names_in(example), *tokens)
        for name in example.get("preconditions", ()):
            self.value(name)
        parts = {part: self.fill(example[part]) for part in ("path", "query", "body", "token") if part in example}
        return parts | ({"token": self.value(tokens[0])} if tokens else {})

    def want(self, *names: str) -> None:
        """Announce names before their values are needed: an account is created with everything it will need."""
        for name in names:
            if name not in self.wanted:
                self.wanted.add(name)
                known = preconditions().get(name)
                self.want(*(known.needs if known else ()))

    def value(self, name: str) -> Json:
        """Return the value of a name; `person.email` is the member `email` of what `person` prepares."""
        if name in self._values:
            return self._values[name]
        known = preconditions().get(name)
        if known is not None:
            self.want(name)
            return self._values.setdefault(name, known.prepare(self))
        owner, dot, member = name.rpartition(".")
        if not dot:
            raise KeyError(f"nothing prepares {{{name}}}")
        whole = self.value(owner)
        return self._values[name] if name in self._values else _member(whole, member)

    def put(self, name: str, value: Json) -> None:
        """Set the value of another name that a preparation provides or changes as well."""
        self._values[name] = value

    def emulator_setting(self, name: str, what: str) -> Json:
        """Return a setting of the emulator; PreconditionUnavailable on any other tenant."""
        if self.journey.control is None:
            raise PreconditionUnavailable(f"{what} is only known on the emulator")
        return self.journey.control.settings()[name]

    def fill(self, template: Json) -> Json:
        """Replace the placeholders of a template. One that is the whole string keeps the type of its value."""
        if isinstance(template, dict):
            return {self.fill(key): self.fill(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.fill(item) for item in template]
        if not isinstance(template, str):
            return template
        whole = _PLACEHOLDER.fullmatch(template)
        if whole:
            return self.value(whole[1])
        return _PLACEHOLDER.sub(lambda match: str(self.value(match[1])), template)


def names_in(template: Json) -> Iterator[str]:
    """Yield the names that a template mentions in its placeholders and in `preconditions`."""
    if isinstance(template, dict):
        yield from template.get("preconditions", ())
        for key, value in template.items():
            yield from names_in(key)
            yield from names_in(value)
    elif isinstance(template, list):
        for item in template:
            yield from names_in(item)
    elif isinstance(template, str):
        yield from _PLACEHOLDER.findall(template)


def _member(owner: Any, member: str) -> Json:
    if isinstance(owner, Mapping):
        return owner[member]
    return getattr(owner, member)
