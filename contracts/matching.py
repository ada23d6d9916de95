"""Which operation a request belongs to: the only place that tells siblings apart."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.operation import Operation, When

Condition = bool | str | int  # present or absent, or this very value
Owner = Callable[[str, str], str | None]  # (parameter, value) -> flow that created the value


@dataclass(frozen=True, slots=True)
class Match:
    """The operation that a request belongs to, and the values of its path parameters."""

    operation: Operation
    path_values: Mapping[str, str]


class Routes:
    """Path templates of a set of operations. Literals win over parameters; case does not matter in literals."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._siblings: dict[tuple[str, str], list[Operation]] = defaultdict(list)
        self._templates: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        self._methods: dict[str, set[str]] = defaultdict(set)
        for operation in operations:
            for path in operation.paths:
                self._add(operation, path)
        for siblings in self._siblings.values():
            siblings.sort(key=lambda operation: -operation.when.weight)
        for templates in self._templates.values():
            templates.sort(key=lambda parts: [part.startswith("{") for part in parts])

    def _add(self, operation: Operation, path: str) -> None:
        shape = _shape(path)
        self._siblings[operation.method, shape].append(operation)
        self._methods[shape].add(operation.method)
        parts = tuple(path.split("/"))
        if "{" in path and not any(_shape("/".join(known)) == shape for known in self._templates[len(parts)]):
            self._templates[len(parts)].append(parts)

    def siblings(self) -> Iterable[list[Operation]]:
        """The operations of each route, heaviest `when` first."""
        return self._siblings.values()

    def allowed(self, path: str) -> frozenset[str]:
        """Methods that some operation answers on a path; empty for a path that nobody knows."""
        shapes = {path.lower(), *(_shape("/".join(parts)) for parts in self._fitting(path))}
        return frozenset(method for shape in shapes for method in self._methods.get(shape, ()))

    def resolve(
        self, method: str, path: str, query: Mapping[str, Any], body: Any, owner: Owner | None = None
    ) -> Match | None:
        """The operation of a request, or None where no operation has this method and path."""
        siblings = self._siblings.get((method, path.lower()))
        if siblings:
            return Match(_choose(siblings, query, body, owner), {})
        for parts in self._fitting(path):
            siblings = self._siblings.get((method, _shape("/".join(parts))))
            if siblings:
                chosen = _choose(siblings, query, body, owner)
                return Match(chosen, _values(chosen, path))
        return None

    def _fitting(self, path: str) -> Iterable[tuple[str, ...]]:
        given = path.split("/")
        for parts in self._templates.get(len(given), ()):
            if _fits(parts, given) and all(given[1:]):
                yield parts


def _shape(path: str) -> str:
    """A path template with its parameters made nameless, so that `/x/{a}` and `/x/{b}` are one route."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _fits(parts: Sequence[str], given: Sequence[str]) -> bool:
    return all(part[:1] == "{" or part == value.lower() for part, value in zip(parts, given, strict=True))


def _values(operation: Operation, path: str) -> dict[str, str]:
    given = path.split("/")
    for template in operation.paths:
        parts = template.split("/")
        if len(parts) == len(given) and _fits(parts, given):
            return {part[1:-1]: value for part, value in zip(parts, given, strict=True) if part[:1] == "{"}
    raise AssertionError(f"{operation.id} was matched to {path}, which fits none of its paths")  # pragma: no cover


def _choose(siblings: list[Operation], query: Mapping[str, Any], body: Any, owner: Owner | None) -> Operation:
    if len(siblings) == 1:
        return siblings[0]
    query = _lowered(query)
    body = _lowered(body) if isinstance(body, Mapping) else {}
    for operation in siblings:  # heaviest first
        if _holds(operation.when, query, body, owner):
            return operation
    return next((operation for operation in siblings if operation.default), siblings[-1])


def _lowered(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in names.items()}


def _holds(when: When, query: Mapping[str, Any], body: Mapping[str, Any], owner: Owner | None) -> bool:
    return (
        all(_condition(names, wanted, query) for names, wanted in when.query.items())
        and all(_condition(names, wanted, body) for names, wanted in when.body.items() if names != "*")
        and ("*" not in when.body or _nothing_else(when.body, body))
        and all(_owned(name, flow, query, owner) for name, flow in when.owner.items())
    )


def _condition(names: str, wanted: Condition, given: Mapping[str, Any]) -> bool:
    """`names` may list alternatives: `a|b` is present when one of them is. Empty and null count as absent."""
    present = [given[name] for name in names.lower().split("|") if given.get(name) not in (None, "")]
    if isinstance(wanted, bool):
        return bool(present) is wanted
    return wanted in present


def _nothing_else(conditions: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    named = {name for names in conditions for name in names.lower().split("|")}
    return set(given) <= named


def _owned(name: str, flow: str, query: Mapping[str, Any], owner: Owner | None) -> bool:
    value = query.get(name.lower())
    return owner is not None and isinstance(value, str) and owner(name, value) == flow
