"""Choose the tests of a run, and estimate what they cost, without sending a request.

A tier is a share of the suites: `smoke` is one example of each group and some journeys, `standard` adds the share of
the day, `deep` is everything. Seven days together ask about each operation and ask each question; the other tests take
turns, and more days cover all that can run. The costs are those measured on the
emulator (`test_costs.json`); they are estimates for any other tenant.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

Tier = Literal["smoke", "standard", "deep"]

TIERS: tuple[Tier, ...] = ("smoke", "standard", "deep")
LIMITS: Mapping[Tier, int] = {"smoke": 300, "standard": 3_000}  # requests of a run, cleanup included
WEEK = 7  # days
JOURNEYS = 20  # of the smoke tier
EXAMPLE = "suites/contract/test_valid_requests.py::test_documented_example_succeeds"
OAUTH_EXAMPLE = "suites/contract/test_oauth_endpoints.py::test_documented_example_succeeds"
OTHER_DAYS = "belong to other days or tiers"
COSTS = Path(__file__).with_name("test_costs.json")


class Cost(NamedTuple):
    """Requests, users created, mails and SMS sent; averages, hence no whole numbers."""

    requests: float = 0.0
    users: float = 0.0
    mails: float = 0.0
    sms: float = 0.0


UNKNOWN_COST = Cost(requests=5.0, users=1.0)  # of a test that is newer than the table


@dataclass(frozen=True)
class PlannedTest:
    """A test as far as a plan needs it. `obstacle` is why it cannot run on the target, as far as is known before."""

    id: str
    operation: str = ""  # that it is parametrised with
    operations: frozenset[str] = frozenset()  # that it is about
    obstacle: str = ""

    @property
    def function(self) -> str:
        """The id without its parameters."""
        return self.id.partition("[")[0]

    @property
    def group(self) -> str:
        """The group of its operation; for others, their file."""
        return self.operation.partition(".")[0] or self.id.partition("::")[0]

    @property
    def is_journey(self) -> bool:
        """Whether it is a journey."""
        return self.id.startswith("suites/journeys/")

    @property
    def cost(self) -> Cost:
        """What it probably costs, including the deletion of the users it creates."""
        known = _costs().get(self.function, {})
        cost = Cost(*(known.get(self.operation) or known.get("") or UNKNOWN_COST))
        return cost._replace(requests=cost.requests + cost.users)


@cache
def _costs() -> Mapping[str, Mapping[str, Sequence[float]]]:
    """Return function of a test -> operation, or "" for all others -> requests, users, mails, SMS of one test."""
    table: Mapping[str, Mapping[str, Sequence[float]]] = json.loads(COSTS.read_bytes())
    return table


def select(tests: Sequence[PlannedTest], tier: Tier, day: date) -> list[PlannedTest]:
    """Return the tests of a tier, in their order: the same for the same day. What cannot run is not chosen."""
    if tier == "deep":
        return list(tests)
    runnable = [test for test in tests if not test.obstacle]
    chosen = _smoke(runnable)
    if tier == "standard":
        week = _week(runnable)
        known = {test.id for test in (*chosen, *chain(*week))}
        rest = [test for test in runnable if test.id not in known]
        left = LIMITS[tier] - LIMITS["smoke"] - max(total(share).requests for share in week)
        shares = daily_shares(rest, left)
        chosen += week[day.toordinal() % len(week)] + shares[day.toordinal() % len(shares)]
    wanted = {test.id for test in chosen}
    return [test for test in tests if test.id in wanted]


def _week(tests: Sequence[PlannedTest]) -> list[list[PlannedTest]]:
    """Return seven shares: together the cheapest test of each operation and of each function."""
    cheapest: dict[str, PlannedTest] = {}
    for test in sorted(tests, key=lambda test: (test.cost.requests, test.id)):
        cheapest.setdefault(test.function, test)
        cheapest.setdefault(test.operation or test.function, test)
    chosen = sorted({test.id: test for test in cheapest.values()}.values(), key=_digest)
    return [chosen[day::WEEK] for day in range(WEEK)]


def _smoke(tests: Sequence[PlannedTest]) -> list[PlannedTest]:
    """Return the cheapest example of each group, and the cheapest journeys of as many files as there is room for."""
    examples = _cheapest([test for test in tests if test.function in {EXAMPLE, OAUTH_EXAMPLE}])
    journeys = _cheapest([test for test in tests if test.is_journey])
    return _within(LIMITS["smoke"], [*examples, *journeys[:JOURNEYS]])


def _cheapest(tests: Iterable[PlannedTest]) -> list[PlannedTest]:
    """Return the cheapest test of each group, the cheapest first."""
    by_group: dict[str, PlannedTest] = {}
    for test in sorted(tests, key=lambda test: (test.cost.requests, test.id)):
        by_group.setdefault(test.group, test)
    return list(by_group.values())


def _within(requests: int, tests: Iterable[PlannedTest]) -> list[PlannedTest]:
    """Return the first tests that together stay within a number of requests."""
    chosen, spent = [], 0.0
    for test in tests:
        if spent + test.cost.requests <= requests:
            chosen.append(test)
            spent += test.cost.requests
    return chosen


def daily_shares(tests: Iterable[PlannedTest], requests: float) -> list[list[PlannedTest]]:
    """Divide tests, well mixed, into shares that stay within a number of requests; a single costly test may exceed it.

    What shares its preparation, such as the tests of an operation, stays together as far as it fits.
    """
    shares: list[list[PlannedTest]] = [[]]
    spent = 0.0
    for test in sorted(tests, key=lambda test: (_digest(test), test.id)):
        if shares[-1] and spent + test.cost.requests > requests:
            shares.append([])
            spent = 0.0
        shares[-1].append(test)
        spent += test.cost.requests
    return shares


def shard(tests: Iterable[PlannedTest], number: int, of: int) -> list[PlannedTest]:
    """Return one of several parts of the tests; together the parts are all tests. `number` counts from 1.

    What shares its preparation, such as the tests of an operation, is in one part.
    """
    return [test for test in tests if int.from_bytes(_digest(test)) % of == number - 1]


def left_out(tests: Iterable[PlannedTest], chosen: Iterable[PlannedTest]) -> dict[str, str]:
    """Return why each test is not chosen, by its id."""
    ids = {test.id for test in chosen}
    return {test.id: test.obstacle or OTHER_DAYS for test in tests if test.id not in ids}


def _digest(test: PlannedTest) -> bytes:
    shared = f"{test.operation} {test.id.partition('::')[0]}" if test.operation else test.function
    return sha256(shared.encode()).digest()


def total(tests: Iterable[PlannedTest]) -> Cost:
    """Return the estimated cost of tests."""
    costs = [test.cost for test in tests]
    return Cost(*map(sum, zip(*costs, strict=True))) if costs else Cost()


def describe(tests: Sequence[PlannedTest], chosen: Sequence[PlannedTest], name: str, rate: float) -> str:
    """Return the plan as text. `rate` is the target's limit in requests per second, 0 without one."""
    running = [test for test in chosen if not test.obstacle]
    cost = total(running)
    minutes = f"{cost.requests / rate / 60:,.1f} minutes at {rate:g} requests/s" if rate else "no rate limit"
    lines = [
        f"{name}: {len(running):,} of {len(tests):,} tests",
        f"about {cost.requests:,.0f} requests (cleanup included), {minutes}",
        f"about {cost.users:,.0f} users, {cost.mails:,.0f} mails, {cost.sms:,.0f} SMS",
    ]
    skipped = Counter(test.obstacle for test in tests if test.obstacle)
    lines += [f"not run: {count:,} {reason}" for reason, count in skipped.most_common()]
    left = len(tests) - len(running) - sum(skipped.values())
    if left:
        lines.append(f"not run: {left:,} {OTHER_DAYS}")
    lines.append("The costs were measured on the emulator. What the tenant lacks is found out by the run, and skipped.")
    return "\n".join(lines)


def about(tests: Sequence[PlannedTest], wanted: Callable[[str], bool]) -> list[PlannedTest]:
    """Return the tests about any operation that is wanted."""
    return [test for test in tests if any(map(wanted, test.operations | ({test.operation} - {""})))]
