"""The `fields` parameter: a comma list, `*`, and sub-selection `a(b,c)` or `a/b`.

Source: product-facts.md#shaping-parameters.
"""

from typing import Any

Json = Any
Tree = dict[str, Any]  # lower-case name -> Tree; an empty one takes the whole member
DEEPEST = 10  # levels of sub-selection; no profile has more


def select_fields(data: Json, fields: str) -> Json:
    """Only the named members. Names are matched without regard to case; unknown ones are simply absent."""
    return _pick(data, _parse(fields.lower()))


def _parse(text: str, depth: int = 0) -> Tree:
    tree: Tree = {}
    for part in _split(text):
        name, inner = _head(part)
        if name:
            _merge(tree.setdefault(name, {}), _parse(inner, depth + 1) if inner and depth < DEEPEST else {})
    return tree


def _split(text: str) -> list[str]:
    """Split at commas outside parentheses."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth <= 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _head(part: str) -> tuple[str, str]:
    part = part.strip()
    cut = min((place for place in (part.find("("), part.find("/")) if place >= 0), default=len(part))
    inner = part[cut + 1 :]
    return part[:cut].strip(), inner[: inner.rfind(")")] if part[cut : cut + 1] == "(" and ")" in inner else inner


def _merge(into: Tree, more: Tree) -> None:
    for name, inner in more.items():
        _merge(into.setdefault(name, {}), inner)


def _pick(data: Json, tree: Tree) -> Json:
    if not tree or "*" in tree:
        return data
    if isinstance(data, list):
        return [_pick(item, tree) for item in data]
    if isinstance(data, dict):
        return {name: _pick(value, tree[name.lower()]) for name, value in data.items() if name.lower() in tree}
    return data
