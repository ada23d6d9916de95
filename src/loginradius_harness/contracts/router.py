"""Find the operation that a request belongs to: the only place that distinguishes siblings."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.aliases import Alias
from loginradius_harness.contracts.operation import Operation

ANY = "\0"  # a parameter in the shape of a path; no request's path holds it, an escaped NUL included
Condition = bool | str | int  # present or absent, or this very value
Owner = Callable[[str, str], str | None]  # (parameter, value) -> flow that created the value


@dataclass(frozen=True, slots=True)
class Match:
    """The operation that a request belongs to, the values of its path parameters, and the alias that was used."""

    operation: Operation
    path_values: Mapping[str, str]
    alias: Alias | None = None

    def query(self, query: Mapping[str, str]) -> Mapping[str, str]:
        """Return the request's query as the operation takes it."""
        moved = self.alias.from_path if self.alias is not None else ()
        return {**query, **{name: self.path_values[name] for name in moved}} if moved else query

    def body(self, query: Mapping[str, Any], body: Any) -> Any:
        """Return the request's body as the operation takes it."""
        return body if self.alias is None else self.alias.body(query, body)


class Routes:
    """Path templates of a set of operations. Literals win over parameters; case does not matter in literals."""

    def __init__(self, operations: Iterable[Operation], aliases: Iterable[tuple[Alias, Operation]] = ()) -> None:
        self._siblings: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        self._templates: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        self._methods: dict[str, set[str]] = defaultdict(set)
        for operation in operations:
            for path in operation.paths:
                self._add(operation.method, path, Candidate(operation))
        for alias, operation in aliases:
            self._add(alias.method, alias.path, Candidate(operation, alias))
        for siblings in self._siblings.values():
            siblings.sort(key=lambda sibling: -sibling.weight)
        for templates in self._templates.values():
            templates.sort(key=lambda parts: [part.startswith("{") for part in parts])

    def _add(self, method: str, path: str, candidate: "Candidate") -> None:
        shape = _shape(path)
        self._siblings[method, shape].append(candidate)
        self._methods[shape].add(method)
        parts = tuple(path.split("/"))
        if "{" in path and not any(_shape("/".join(known)) == shape for known in self._templates[len(parts)]):
            self._templates[len(parts)].append(parts)

    def siblings(self) -> Iterable[list[Operation]]:
        """Return the operations of each route, the one with most conditions first."""
        return [[sibling.operation for sibling in siblings] for siblings in self._siblings.values()]

    def allowed(self, path: str) -> frozenset[str]:
        """Return the methods that operations have on a path; empty for an unknown path."""
        shapes = {path.lower(), *(_shape("/".join(parts)) for parts in self._fitting(path))}
        return frozenset(method for shape in shapes for method in self._methods.get(shape, ()))

    def resolve(
        self, method: str, path: str, query: Mapping[str, Any], body: Any, owner: Owner | None = None
    ) -> Match | None:
        """Return the operation of a request, or None if no operation has this method and path."""
        siblings = self._siblings.get((method, path.lower()))
        if siblings:
            return _choose(siblings, query, body, owner).match(path)
        for parts in self._fitting(path):
            siblings = self._siblings.get((method, _shape("/".join(parts))))
            if siblings:
                return _choose(siblings, query, body, owner).match(path)
        return None

    def _fitting(self, path: str) -> Iterable[tuple[str, ...]]:
        given = path.split("/")
        for parts in self._templates.get(len(given), ()):
            if _fits(parts, given) and all(given[1:]):
                yield parts


def _shape(path: str) -> str:
    """Replace each parameter of a path template by one mark, so that `/x/{a}` and `/x/{b}` are one route."""
    return "/".join(ANY if part.startswith("{") else part for part in path.split("/"))


def _fits(parts: Sequence[str], given: Sequence[str]) -> bool:
    return all(part[:1] == "{" or part == value.lower() for part, value in zip(parts, given, strict=True))


def _values(templates: Iterable[str], path: str) -> dict[str, str]:
    given = path.split("/")
    for template in templates:
        parts = template.split("/")
        if len(parts) == len(given) and _fits(parts, given):
            return {part[1:-1]: value for part, value in zip(parts, given, strict=True) if part[:1] == "{"}
    raise AssertionError(f"{path} was matched to {templates}, none of which it fits")  # pragma: no cover


class Candidate:
    """An operation of a route and its conditions, with names in lower case and alternatives split."""

    __slots__ = ("alias", "body", "operation", "others", "owner", "query", "weight")

    def __init__(self, operation: Operation, alias: Alias | None = None) -> None:
        when = operation.when if alias is None else alias.when
        self.operation = operation
        self.alias = alias
        self.weight = when.weight
        self.query = _ready(when.query)
        self.body = _ready({names: wanted for names, wanted in when.body.items() if names != "*"})
        self.owner = [(name.lower(), flow) for name, flow in when.owner.items()]
        named = frozenset(name for names, _ in self.body for name in names) | _credentials()
        self.others = None if "*" not in when.body else named  # with `*`: the only members that may be there

    def match(self, path: str) -> Match:
        """Return the match of a request with this path."""
        templates = self.operation.paths if self.alias is None else (self.alias.path,)
        values = _values(templates, path) if any("{" in template for template in templates) else {}
        return Match(self.operation, values, self.alias)

    def holds(self, query: Mapping[str, Any], body: Mapping[str, Any], owner: Owner | None) -> bool:
        """Whether a request with names in lower case meets every condition."""
        for names, wanted in self.query:  # loops, not all(): this is asked several times for every log-in
            if not _met(names, wanted, query):
                return False
        for names, wanted in self.body:
            if not _met(names, wanted, body):
                return False
        if self.others is not None and not self.others.issuperset(body):
            return False
        return all(_owned(name, flow, query, owner) for name, flow in self.owner)


def _credentials() -> frozenset[str]:
    """Return the credentials that may be sent in a body: no condition concerns them."""
    return frozenset(known.body for known in reference_data.credentials().values() if known.body)


def _ready(conditions: Mapping[str, Condition]) -> list[tuple[tuple[str, ...], Condition]]:
    return [(tuple(names.lower().split("|")), wanted) for names, wanted in conditions.items()]


def _choose(siblings: list[Candidate], query: Mapping[str, Any], body: Any, owner: Owner | None) -> Candidate:
    if len(siblings) == 1:
        return siblings[0]
    query = _lowered(query)
    body = _lowered(body) if isinstance(body, Mapping) else {}
    for sibling in siblings:  # heaviest first
        if sibling.holds(query, body, owner):
            return sibling
    return next((sibling for sibling in siblings if sibling.operation.default), siblings[-1])


def _lowered(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in names.items()}


def _met(names: tuple[str, ...], wanted: Condition, given: Mapping[str, Any]) -> bool:
    """Whether one of several names meets a condition. Empty and null count as absent."""
    for name in names:
        value = given.get(name)
        if value is None or value == "":
            continue
        if isinstance(wanted, bool):
            return wanted
        if value == wanted:
            return True
    return wanted is False


def _owned(name: str, flow: str, query: Mapping[str, Any], owner: Owner | None) -> bool:
    value = query.get(name)
    return owner is not None and isinstance(value, str) and owner(name, value) == flow
