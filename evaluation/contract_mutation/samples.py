"""Valid instances of a schema: every member present, every alternative taken once.

A text with a `pattern` is taken from the `examples` of its schema.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

Json = Any
Pointer = tuple[str | int, ...]
Alternation = tuple[Pointer, str]  # where in the instance, and at which address a schema lets it choose

PLAIN = {"string": ("text",), "integer": (1, 7), "number": (1.5, 1), "boolean": (False, True), "null": ()}
ANY_TYPE = frozenset({*PLAIN, "object", "array"})


class NoSampleError(Exception):
    """No valid instance of a schema is known; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An instance, and the schemas that apply to its places.

    `focus` is the place at and below which it differs from the samples before it. `origins` holds, for a place, the
    addresses of the schemas that apply there: `session.json`, `values.json#/$defs/uid`, empty for the given one.
    """

    value: Json
    focus: Pointer
    origins: Mapping[Pointer, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Part:
    """A schema object at its address: file, `#`, JSON pointer."""

    keywords: Mapping[str, Json]
    address: str

    def below(self, *steps: str | int) -> Iterator["_Part"]:
        """Yield the schema under some keywords, if there is one."""
        schema: Json = self.keywords
        for step in steps:
            present = step in schema if isinstance(schema, Mapping) else isinstance(step, int)
            if not present:
                return
            schema = schema[step]
        if isinstance(schema, Mapping):
            yield _Part(schema, _joined(self.address, *steps))


def _joined(address: str, *steps: str | int) -> str:
    file, _, pointer = address.partition("#")
    return f"{file}#{pointer}" + "".join(f"/{step}" for step in steps)


def samples(schema: Json, shared: Mapping[str, Json]) -> Iterator[Sample]:
    """Instances that take each alternative of a schema once; the first takes the first everywhere."""
    waiting: list[tuple[dict[Alternation, int], Pointer, frozenset[Alternation]]] = [({}, (), frozenset())]
    while waiting:
        choices, focus, known = waiting.pop(0)
        draw = _Draw(shared, choices)
        value = draw.value([_Part(schema, "")], ())
        yield Sample(value, focus, draw.origins)
        for met, count in draw.met.items():
            if met not in known:
                waiting += [({**choices, met: place}, met[0], known | draw.met.keys()) for place in range(1, count)]


class _Draw:
    """One pass over a schema, with one choice among its alternatives at each place."""

    def __init__(self, shared: Mapping[str, Json], choices: Mapping[Alternation, int]) -> None:
        self.shared = shared
        self.choices = choices
        self.met: dict[Alternation, int] = {}
        self.origins: dict[Pointer, list[str]] = {}

    def value(self, parts: Sequence[_Part], at: Pointer) -> Json:
        """Return an instance that fits all the parts."""
        speaking = [found for part in parts for found in self._applying(part, at)]
        kind = self._type(speaking, at)
        if kind == "object":
            return self._object(speaking, at)
        if kind == "array":
            return self._array(speaking, at)
        return self._plain(speaking, kind, at)

    def _applying(self, part: _Part, at: Pointer) -> Iterator[_Part]:
        """Yield the part itself, and all that it refers to or chooses among."""
        self.origins.setdefault(at, []).append(part.address.removesuffix("#"))
        yield part
        if "$ref" in part.keywords:
            yield from self._applying(self._referred(part), at)
        for number in range(len(part.keywords.get("allOf", ()))):
            for member in part.below("allOf", number):
                yield from self._applying(member, at)
        for branch in self._chosen(part, at):
            yield from self._applying(branch, at)

    def _referred(self, part: _Part) -> _Part:
        name, _, pointer = part.keywords["$ref"].partition("#")
        name = name or part.address.partition("#")[0]
        steps = pointer.strip("/").split("/") if pointer else ()
        target = next(_Part(self.shared[name], name).below(*steps))
        return _Part(target.keywords, f"{name}#{pointer}" if pointer else name)

    def _chosen(self, part: _Part, at: Pointer) -> Iterator[_Part]:
        for keyword in ("anyOf", "oneOf"):
            branches = [
                branch
                for number, schema in enumerate(part.keywords.get(keyword, ()))
                if schema != {"type": "null"}
                for branch in part.below(keyword, number)
            ]
            if branches:
                yield branches[self._choice(at, f"{part.address}/{keyword}", len(branches))]
        if "if" in part.keywords:
            yield from self._branch(part, at)

    def _branch(self, part: _Part, at: Pointer) -> Iterator[_Part]:
        if self._choice(at, f"{part.address}/if", 2) == 1:
            yield from (*part.below("if"), *part.below("then"))
        elif "else" in part.keywords:
            yield from part.below("else")
        else:
            yield _Part({}, _joined(part.address, "else"))

    def _choice(self, at: Pointer, address: str, count: int) -> int:
        if count > 1:
            self.met[at, address] = count
        return self.choices.get((at, address), 0)

    def _type(self, parts: Sequence[_Part], at: Pointer) -> str:
        allowed = frozenset(ANY_TYPE)
        for part in parts:
            allowed &= _types(part.keywords)
        if allowed == ANY_TYPE:
            return "string"
        doubled = {"null", "number"} if "integer" in allowed else {"null"}  # an integer is a number, too
        named = sorted(allowed - doubled) or ["null"]
        return named[self._choice(at, f"{parts[0].address}/type", len(named))]

    def _object(self, parts: Sequence[_Part], at: Pointer) -> Json:
        names = {name: None for part in parts for name in part.keywords.get("properties", {})}
        value = {}
        for name in names:
            members = [member for part in parts for member in part.below("properties", name)]
            value[name] = self.value(members, (*at, name))
        for members in ([member] for part in parts for member in part.below("additionalProperties")):
            named = [name for part in parts for name in part.below("propertyNames")]
            key = self._plain(named, "string", at)
            value[key] = self.value(members, (*at, key))
        return value

    def _array(self, parts: Sequence[_Part], at: Pointer) -> Json:
        items = [member for part in parts for member in part.below("items")]
        count = max([1, *(part.keywords.get("minItems", 1) for part in parts)])
        return [self.value(items, (*at, number)) for number in range(count)] if items else []

    def _plain(self, parts: Sequence[_Part], kind: str, at: Pointer) -> Json:
        if kind == "null":  # also where one part rules out what another has chosen
            return None
        fitting = _fitting(json.dumps([dict(part.keywords) for part in parts]), kind)
        if not fitting:
            where = ", ".join(part.address for part in parts)
            raise NoSampleError(f"no {kind} is known that fits {where}; give the schema `examples`")
        turn = at[-1] if at and isinstance(at[-1], int) else 0
        return fitting[turn % len(fitting)]


def _types(keywords: Mapping[str, Json]) -> frozenset[str]:
    if "type" in keywords:
        named = keywords["type"]
        return frozenset([named] if isinstance(named, str) else named)
    values = [keywords["const"]] if "const" in keywords else keywords.get("enum", ())
    if values:
        return frozenset(
            kind for kind in PLAIN if any(jsonschema_rs.is_valid({"type": kind}, value) for value in values)
        )
    return frozenset({"object"}) if "properties" in keywords else ANY_TYPE


@cache
def _fitting(schemas: str, kind: str) -> tuple[Json, ...]:
    """Return known values of a plain type that fit all of some schemas (JSON text), the named ones first."""
    keywords = json.loads(schemas)
    named = [value for schema in keywords for value in _named_values(schema)]
    shortest = max([0, *(schema.get("minLength", 0) for schema in keywords)])
    least = max([0, *(schema.get("minimum", 0) for schema in keywords)])
    known = [*named, *PLAIN[kind], "x" * shortest, least]
    plain = [{key: value for key, value in schema.items() if not _leads_away(key)} for schema in keywords]
    validator = jsonschema_rs.Draft202012Validator({"allOf": [{"type": kind}, *plain]})
    return tuple(value for value in known if validator.is_valid(value))


def _named_values(schema: Mapping[str, Json]) -> Sequence[Json]:
    """Return the values that a schema itself names."""
    return [schema["const"]] if "const" in schema else [*schema.get("examples", ()), *schema.get("enum", ())]


def _leads_away(keyword: str) -> bool:
    """Whether `_applying` has followed the keyword already, or it does not concern plain values."""
    followed = {"$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "$defs", "$schema"}
    return keyword in followed | {"items", "properties", "additionalProperties"}
