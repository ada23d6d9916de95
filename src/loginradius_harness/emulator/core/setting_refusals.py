"""Sentences for settings that are refused."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

import msgspec


def refusal(error: msgspec.ValidationError, settings: type[msgspec.Struct]) -> str:
    """Return a sentence for what msgspec says as `Expected ... - at `$.name``."""
    reason, _, place = str(error).partition(" - at `$.")
    name = place.rstrip("`")
    choices: tuple[str, ...] = ()
    if "enum" in reason:
        choices = _choices(name, settings)
    elif "unknown field" in reason:
        choices = _members(name, settings)
    offer = f", choose from {', '.join(choices)}" if choices else ""
    return f"setting {name!r} is refused: {reason[:1].lower()}{reason[1:]}{offer}" if name else reason


def _choices(name: str, settings: type[msgspec.Struct]) -> tuple[str, ...]:
    kinds = {field.name: get_args(field.type)[0] for field in msgspec.structs.fields(settings)}
    return get_args(kinds[name]) if get_origin(kinds.get(name)) is Literal else ()


def _members(place: str, settings: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the members of what stands at a place, e.g. at `jwt_apps[0]` or `oauth_integrations[0].client`."""
    record: Any = settings
    for step in re.sub(r"\[.*?\]", "", place).split("."):
        kinds = {field.name: field.type for field in msgspec.structs.fields(record)}
        record = next(_records(kinds.get(step)), None)
        if record is None:
            return ()
    return tuple(record.__struct_fields__)


def _records(kind: Any) -> Iterator[Any]:
    """Yield each type inside of a type that has members."""
    if hasattr(kind, "__struct_fields__"):
        yield kind
    for part in get_args(kind):
        yield from _records(part)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'near'?` for a name that is close to a known one, else nothing."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
