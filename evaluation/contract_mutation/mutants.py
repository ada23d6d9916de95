"""Wrong instances, made from valid ones without regard to a schema."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.contract_mutation.samples import Pointer

Json = Any

KINDS: Mapping[str, str] = {
    "dropped": "a member is left out",
    "null": "null stands for a value",
    "type": "a value has another type",
    "text": "a number or a flag is written as text",
    "form": "characters that no value with a form contains stand before or behind it",
    "cut": "the last character is missing",
    "empty": "a text is empty",
    "value": "an unknown word, a negative number, the other flag",
    "extra": "an object has one member more",
    "case": "a member's name starts with the other case",
}
REQUEST_BODY = frozenset(KINDS) - {"extra", "case"}  # requests are open, and names are matched without regard to case
QUERY = frozenset(
    {"dropped", "form", "cut", "value", "type"}
)  # all values are texts, none is null, an empty one absent
STRANGE = " ~ "  # in no token, date, address or enumerated word
WHOLE = 7
OF_EACH_TYPE: tuple[Json, ...] = ("text", WHOLE, 1.5, True, [], {})


@dataclass(frozen=True, slots=True)
class Mutant:
    """An instance that is wrong at one place."""

    kind: str
    at: Pointer
    value: Json


def mutants(value: Json, kinds: Collection[str], focus: Pointer = ()) -> Iterator[Mutant]:
    """Return every mutant of a valid instance at and below a place."""
    return (mutant for mutant in _below(value, (), focus) if mutant.kind in kinds)


def query_mutants(query: Mapping[str, Json], focus: Pointer = ()) -> Iterator[Mutant]:
    """Yield mutants of a query: its values are texts on the wire, and none is null."""
    for name, value in query.items():
        if focus and focus[0] != name:
            continue
        yield Mutant("dropped", (name,), {key: kept for key, kept in query.items() if key != name})
        for kind, wrong in _wrong(value):
            if kind in QUERY and (kind == "value" or isinstance(wrong, str)):
                yield Mutant(kind, (name,), {**query, name: wrong})


def _below(value: Json, at: Pointer, focus: Pointer) -> Iterator[Mutant]:
    if not focus:
        yield from (Mutant(kind, at, wrong) for kind, wrong in _wrong(value))
    if isinstance(value, dict):
        yield from _members(value, at, focus)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if not focus or focus[0] == number:
                for inner in _below(item, (*at, number), focus[1:]):
                    yield Mutant(inner.kind, inner.at, [*value[:number], inner.value, *value[number + 1 :]])


def _members(value: dict[str, Json], at: Pointer, focus: Pointer) -> Iterator[Mutant]:
    if not focus:
        yield Mutant("extra", at, {**value, "unknownMember": "text"})
    for name, member in value.items():
        here = (*at, name)
        if focus and focus[0] != name:
            continue
        if len(focus) <= 1:
            rest = {key: kept for key, kept in value.items() if key != name}
            yield Mutant("dropped", here, rest)
            yield Mutant("case", here, {**rest, name[:1].swapcase() + name[1:]: member})
        for inner in _below(member, here, focus[1:]):
            yield Mutant(inner.kind, inner.at, {**value, name: inner.value})


def _wrong(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield wrong values in place of a value. An integer is a number too."""
    if value is not None:
        yield "null", None
    for other in OF_EACH_TYPE:
        if type(other) is not type(value) and not (isinstance(value, float) and other == WHOLE):
            yield "type", other
    if isinstance(value, str):
        yield from (("form", STRANGE + value), ("form", value + STRANGE), ("value", "Unlisted"))
        if value:
            yield from (("cut", value[:-1]), ("empty", ""))
    elif isinstance(value, bool):
        yield from (("text", str(value).lower()), ("value", not value))
    elif isinstance(value, int | float):
        yield from (("text", str(value)), ("value", -1))
