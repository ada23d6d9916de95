"""The settings as forms and documents show them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from loginradius_harness.emulator.core.settings import Settings

KINDS: dict[type, str] = {
    inspect.BoolType: "switch",
    inspect.IntType: "number",
    inspect.StrType: "text",
    inspect.LiteralType: "choice",
}


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting: its group, description and default, and how a form asks for it.

    `kind` is switch, number (from `low` to `high`), text, choice (one of `choices`) or json (a list or an object).
    `inferred`: no source states the default.
    """

    name: str
    group: str
    description: str
    inferred: bool
    default: Any
    kind: str
    choices: tuple[str, ...]
    low: int | None
    high: int | None


@cache
def setting_fields() -> dict[str, SettingField]:
    """Return every setting by name, in the order of its declaration."""
    struct = inspect.type_info(Settings)
    assert isinstance(struct, inspect.StructType)  # noqa: S101  # tells the type checker what Settings is
    defaults = msgspec.to_builtins(Settings())
    return {field.name: _field(field.name, field.type, defaults[field.name]) for field in struct.fields}


def _field(name: str, described: inspect.Type, default: Any) -> SettingField:
    assert isinstance(described, inspect.Metadata)  # noqa: S101  # every setting is annotated
    known, kind = described.extra or {}, described.type
    return SettingField(
        name=name,
        group=known["group"],
        description=(described.extra_json_schema or {})["description"],
        inferred=known["inferred"],
        default=default,
        kind=KINDS.get(type(kind), "json"),
        choices=getattr(kind, "values", ()),
        low=getattr(kind, "ge", None),
        high=getattr(kind, "le", None),
    )
