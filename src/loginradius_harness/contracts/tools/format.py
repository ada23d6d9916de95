"""The one format of contract files: what fits on a line stays on one line."""

import json
from typing import Any

WIDTH = 120
INDENT = "  "


def formatted(value: Any) -> str:
    """Return the text of a file with this value; formatting twice changes nothing."""
    return _text(value, "", 0) + "\n"


def _text(value: Any, indent: str, taken: int) -> str:
    """Format a value on a line that starts with `indent` and has `taken` characters before the value."""
    flat = json.dumps(value, ensure_ascii=False)
    # One column is kept for the comma that may follow. The file's outermost value is always spread.
    if (indent or taken) and len(indent) + taken + len(flat) + 1 <= WIDTH:
        return flat
    if isinstance(value, dict) and value:
        inner = indent + INDENT
        lines = []
        for name, member in value.items():
            label = f"{json.dumps(name, ensure_ascii=False)}: "
            lines.append(f"{inner}{label}{_text(member, inner, len(label))}")
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + _items(value, indent + INDENT) + f"\n{indent}]"
    return flat


def _items(values: list[Any], indent: str) -> str:
    if any(isinstance(value, dict | list) for value in values):
        return ",\n".join(indent + _text(value, indent, 0) for value in values)
    return _wrapped([json.dumps(value, ensure_ascii=False) for value in values], indent)


def _wrapped(texts: list[str], indent: str) -> str:
    """Put as many items on a line as fit."""
    lines, line = [], ""
    for place, text in enumerate(texts):
        piece = text if place == len(texts) - 1 else f"{text},"
        if line and len(indent) + len(line) + 1 + len(piece) > WIDTH:
            lines.append(indent + line)
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    return "\n".join([*lines, indent + line])
