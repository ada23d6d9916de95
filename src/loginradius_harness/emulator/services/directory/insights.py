"""Figures about users: how many have which value, and what the values come to (product-facts.md#directory)."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.services.directory.values import number, span, values

Json = Any

_STEPS: dict[str, Callable[[datetime], datetime]] = {
    "year": lambda day: day.replace(month=1, day=1, hour=0, minute=0, second=0),
    "quarter": lambda day: day.replace(month=day.month - (day.month - 1) % 3, day=1, hour=0, minute=0, second=0),
    "month": lambda day: day.replace(day=1, hour=0, minute=0, second=0),
    "week": lambda day: (day - timedelta(days=day.weekday())).replace(hour=0, minute=0, second=0),
    "day": lambda day: day.replace(hour=0, minute=0, second=0),
    "hour": lambda day: day.replace(minute=0, second=0),
    "minute": lambda day: day.replace(second=0),
    "second": lambda day: day,
}
_COMPUTED: dict[str, Callable[[list[float]], float]] = {
    "avg": lambda numbers: sum(numbers) / len(numbers),
    "sum": sum,
    "min": min,
    "max": max,
}
DATES = frozenset({"birthdate", "createddate", "modifieddate"})


def figure(aggregation: Json, rows: Iterable[Json]) -> Json:
    """Return one aggregation over rows."""
    kind, field = aggregation["type"].lower(), aggregation["field"]
    found = [value for row in rows for value in values(row, field)]
    if kind == "group":
        return dict(Counter(str(value).lower() if isinstance(value, bool) else str(value) for value in found))
    dated = field.lower() in DATES
    numbers = [measure for value in found if (measure := _measure(value, dated=dated)) is not None]
    if kind in ("range", "daterange"):
        return {name: _count(numbers, limits, dated=dated) for name, limits in aggregation["ranges"].items()}
    if kind == "histogram":
        width = aggregation["interval"]
        return _counted(str(int(value // width * width)) for value in sorted(numbers))
    if kind == "datehistogram":
        step = _STEPS[aggregation["interval"].lower()]
        days = (datetime.fromtimestamp(value, UTC).replace(microsecond=0) for value in sorted(numbers))
        return _counted(iso(step(day).timestamp()) for day in days)
    computed = _COMPUTED[kind](numbers) if numbers else None
    return iso(computed) if dated and computed is not None else computed


def _measure(value: Json, *, dated: bool) -> float | None:
    covered = span(value) if dated else None
    return covered[0] if covered else number(value)


def _count(numbers: list[float], limits: Json, *, dated: bool) -> int:
    """Count what a range holds: its start, and not its end (inferred)."""
    begin, end = (_measure(limits[name], dated=dated) if name in limits else None for name in ("from", "to"))
    return sum((begin is None or begin <= value) and (end is None or value < end) for value in numbers)


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names))
