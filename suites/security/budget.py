"""What each check may spend, kept in `checks.json`: on a tenant that others use nothing is sent beyond it."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.budget import Cost
from harness.failures import ConfigurationError

FILE = Path(__file__).with_name("checks.json")


@dataclass(frozen=True)
class Check:
    """A row of the checklist: what it asks, what all its tests together may cost, and why it is not for shared tenants.

    `shared` is empty where the check may run on a tenant that others use.
    """

    row: int
    asks: str
    cost: Cost
    shared: str = ""


@cache
def checks() -> dict[int, Check]:
    """Row -> check."""
    entries = json.loads(FILE.read_bytes())
    return {
        int(row): Check(int(row), entry["asks"], Cost(**entry["cost"]), entry.get("shared", ""))
        for row, entry in entries.items()
    }


def plan(rows: Iterable[int]) -> Cost:
    """What some checks may cost together."""
    return sum((checks()[row].cost for row in rows if not checks()[row].shared), Cost())


class Meter:
    """Counts the requests of the check that is running, its preparations included."""

    def __init__(self) -> None:
        self.row: int | None = None
        self.spent: Counter[int] = Counter()

    def count(self) -> None:
        """A request is about to leave. ConfigurationError where the check has none left."""
        if self.row is None:
            return
        self.spent[self.row] += 1
        allowed = checks()[self.row].cost.requests
        if self.spent[self.row] > allowed:
            raise ConfigurationError(f"Check {self.row} may send {allowed} requests and needs more: see {FILE.name}.")
