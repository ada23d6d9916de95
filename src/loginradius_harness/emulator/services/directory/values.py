"""Values of a row by the name of a member, and how they compare (product-facts.md#directory)."""

import math
import re
from collections.abc import Iterator
from typing import Any

from loginradius_harness.emulator.core.clock import seconds

Json = Any
Span = tuple[float, float]  # first and last moment of a day; a number or a moment twice

_ISO = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")
_MONTH_FIRST = re.compile(r"(\d\d)-(\d\d)-(\d{4})")  # as birth dates are written
_TERM = re.compile(r"\w+(?:['.]\w+)*")
DAY = 86_400
_INSTANT = 1e-6


def values(row: Json, name: str) -> list[Json]:
    """Return what a row has under a dotted name, in any case, and is not null; lists are entered."""
    found = [row]
    for part in name.lower().split("."):
        found = [value for inner in found for value in _members(inner, part)]
    return found


def _members(value: Json, name: str) -> Iterator[Json]:
    if isinstance(value, dict):
        yield from (item for key, inner in value.items() if key.lower() == name for item in _items(inner))


def _items(value: Json) -> Iterator[Json]:
    if isinstance(value, list):
        for inner in value:
            yield from _items(inner)
    elif value is not None:
        yield value


def terms(text: str) -> set[str]:
    """Return the words of a text, in lower case: `i_am-the@api's` has `i_am`, `the` and `api's`."""
    return set(_TERM.findall(text.lower()))


def span(value: Json) -> Span | None:
    """Return what a number, a moment or a day covers; None for any other value."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value, value
    return _date_span(value) if isinstance(value, str) else None


def _date_span(text: str) -> Span | None:
    month_first = _MONTH_FIRST.fullmatch(text)
    iso = "{2}-{0}-{1}".format(*month_first.groups()) if month_first else text
    try:
        return day_or_moment(iso) if _ISO.fullmatch(iso) else None
    except ValueError:
        return None


def day_or_moment(text: str) -> Span:
    """Return what an ISO 8601 text covers. Raise ValueError."""
    begin = seconds(text)
    return begin, begin if "T" in text else begin + DAY - _INSTANT


def number(value: Json) -> float | None:
    """Return a number, also one that a profile holds as text; None for any other value."""
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):  # an integer may have thousands of digits
        return None
    return found if math.isfinite(found) else None


def like(value: Json, other: Json) -> Json:
    """Return a value as a number where the other is one: `Age` is a text in a profile."""
    if isinstance(other, int | float) and not isinstance(other, bool) and isinstance(value, str):
        return number(value)
    return value
