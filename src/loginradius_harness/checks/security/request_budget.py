"""Limit what each check of `checklist.json` may spend on a shared tenant."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.request import Call
from loginradius_harness.target.shared_tenant.budget import Cost, cost
from loginradius_harness.target.target import Limits

FILE = Path(__file__).with_name("checklist.json")


@dataclass(frozen=True)
class ChecklistRow:
    """A row of the checklist: its title, and what all its tests together may cost on a shared tenant."""

    row: int
    title: str
    cost: Cost


@cache
def checks() -> dict[int, ChecklistRow]:
    """Return the checklist by row."""
    entries = json.loads(FILE.read_bytes())
    return {int(row): ChecklistRow(int(row), entry["title"], Cost(**entry["cost"])) for row, entry in entries.items()}


def affordable(rows: Iterable[int], limits: Limits) -> set[int]:
    """Return the rows that limits allow together: as many as possible, those with few accounts first."""
    chosen, total = set(), Cost()
    for row in sorted(rows, key=lambda row: checks()[row].cost.users):
        after = total + checks()[row].cost
        if all(amount <= getattr(limits, name) for name, amount in asdict(after).items()):
            chosen.add(row)
            total = after
    return chosen


class RequestMeter:
    """Counts what the running check spends, its preparations included."""

    def __init__(self) -> None:
        self.row: int | None = None
        self.spent: defaultdict[int, Cost] = defaultdict(Cost)

    def count(self, call: Call) -> None:
        """Count what a call is about to create and send; requests are counted one by one."""
        price = cost(call.operation)
        self._spend(Cost(0, price.users, price.mails, price.sms))

    def count_request(self) -> None:
        """Count a request that is about to be sent, a retry as well."""
        self._spend(Cost(1))

    def _spend(self, price: Cost) -> None:
        """Add a cost; raise ConfigurationError where the check exceeds its budget."""
        if self.row is None:
            return
        self.spent[self.row] += price
        allowed = checks()[self.row].cost
        for name, amount in asdict(self.spent[self.row]).items():
            if amount > getattr(allowed, name):
                raise ConfigurationError(f"Check {self.row} may use {getattr(allowed, name)} {name} and needs more.")
