"""The settings as their source explains them: the comments of `settings.py` are the only explanation there is."""

import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from loginradius_harness.emulator.core.settings import Settings

KINDS: dict[type, str] = {
    msgspec.inspect.BoolType: "switch",
    msgspec.inspect.IntType: "number",
    msgspec.inspect.StrType: "text",
    msgspec.inspect.LiteralType: "choice",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One setting: its heading, what its comment says, its default, and how a form asks for it.

    `kind` is switch, number, text, choice (one of `choices`) or json (a list or an object).
    """

    name: str
    heading: str
    says: str
    default: Any
    kind: str
    choices: tuple[str, ...]


@cache
def notes() -> dict[str, Note]:
    """Every setting by name, in the order of the source."""
    defaults, types = msgspec.to_builtins(Settings()), _types()
    return {name: Note(name, heading, says, defaults[name], *_form(types[name])) for name, heading, says in _comments()}


def _types() -> dict[str, msgspec.inspect.Type]:
    struct = msgspec.inspect.type_info(Settings)
    assert isinstance(struct, msgspec.inspect.StructType)  # noqa: S101  # tells the type checker what Settings is
    return {field.name: field.type for field in struct.fields}


def _form(kind: msgspec.inspect.Type) -> tuple[str, tuple[str, ...]]:
    return KINDS.get(type(kind), "json"), getattr(kind, "values", ())


def _comments() -> Iterator[tuple[str, str, str]]:
    """Name, heading and trailing comment of each member. A comment on a line of its own is a heading."""
    heading, name, says = "general", "", ""
    for token in tokenize.generate_tokens(io.StringIO(inspect.getsource(Settings)).readline):
        if token.type == tokenize.NAME and not name and token.string in Settings.__struct_fields__:
            name = token.string
        elif token.type == tokenize.COMMENT and name:
            says = _text(token.string)
        elif token.type == tokenize.COMMENT:
            heading = _text(token.string)
        elif token.type == tokenize.NEWLINE and name:
            yield name, heading, says
            name = says = ""


def _text(comment: str) -> str:
    """A comment without its sign, and without what it tells a linter."""
    return re.sub(r"^(# noqa: \w+ *)?#\s*", "", comment)
