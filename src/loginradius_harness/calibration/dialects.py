"""Recognise the forms of a tenant's answers that the emulator has as points of its dialects."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = Any
Object = Mapping[str, Json]

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?Z")
_KNOWN_FRACTIONS = frozenset({3, 7})  # digits; a date of a person's entry has none


def _has_trimmed_fraction(data: Object) -> bool:
    dates = (_DATE.fullmatch(value) for value in data.values() if isinstance(value, str))
    return any(found and found[1] and len(found[1]) not in _KNOWN_FRACTIONS for found in dates)


POINTS: Mapping[str, Callable[[Object], bool]] = {
    "trimmed_fractions": _has_trimmed_fraction,
    "utc_no_date": lambda data: data.get("LastLoginDate") == "0001-01-01T00:00:00Z",
    "null_last_login": lambda data: "LastLoginDate" in data and data["LastLoginDate"] is None,
    "refusal_status": lambda data: {"ErrorCode", "Code", "ExtraInfo"} <= data.keys(),
    "camel_case_refusals": lambda data: {"errorCode", "message", "description"} <= data.keys(),
}
"""Dialect point -> whether an object of an answer shows it."""


def points_of(answer: Json) -> frozenset[str]:
    """Return the points that an answer shows."""
    return frozenset(name for data in _objects(answer) for name, shows in POINTS.items() if shows(data))


def _objects(answer: Json) -> Iterator[Object]:
    if isinstance(answer, dict):
        yield answer
    for value in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        yield from _objects(value)
