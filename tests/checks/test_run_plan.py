"""Tiers keep their limits, and a week of standard runs asks every test."""

from datetime import date, timedelta

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.support import run_plan
from loginradius_harness.checks.support.run_plan import DAYS, EXAMPLE, LIMITS, PlannedTest, Tier, select, total

MONDAY = date(2026, 11, 30)
JOURNEYS = [PlannedTest(f"suites/journeys/test_{file}.py::test_{number}") for file in range(30) for number in range(3)]
TESTS = [
    *(PlannedTest(f"{EXAMPLE}[{operation.id}]", operation.id) for operation in contracts.operations()),
    *JOURNEYS,
    PlannedTest("suites/journeys/test_webhooks.py::test_delivery", obstacle="need an emulator"),
]


@pytest.mark.parametrize("tier", ["smoke", "standard"])
def test_tier_stays_within_its_requests(tier: Tier) -> None:
    for day in range(DAYS):
        assert 0 < total(select(TESTS, tier, MONDAY + timedelta(day))).requests <= LIMITS[tier]


def test_smoke_has_every_group_and_twenty_journeys() -> None:
    chosen = select(TESTS, "smoke", MONDAY)
    groups = {test.group for test in chosen if test.operation}
    assert groups == {operation.group for operation in contracts.operations()}
    assert sum(test.is_journey for test in chosen) == run_plan.JOURNEYS


def test_week_of_standard_runs_covers_every_runnable_test() -> None:
    week = {test.id for day in range(DAYS) for test in select(TESTS, "standard", MONDAY + timedelta(day))}
    assert week == {test.id for test in TESTS if not test.obstacle}


def test_same_day_selects_the_same_tests() -> None:
    assert select(TESTS, "standard", MONDAY) == select(TESTS, "standard", MONDAY)
    assert select(TESTS, "standard", MONDAY) != select(TESTS, "standard", MONDAY + timedelta(1))


def test_tests_of_an_operation_share_their_day() -> None:
    tests = [
        PlannedTest(f"suites/contract/test_x.py::test_y[role.list_roles-{n}]", "role.list_roles") for n in range(9)
    ]
    days = [len(select(tests, "standard", MONDAY + timedelta(day))) for day in range(DAYS)]
    assert sorted(days) == [0] * (DAYS - 1) + [9]


def test_deep_tier_selects_everything() -> None:
    assert select(TESTS, "deep", MONDAY) == TESTS


def test_plan_names_cost_time_and_reasons() -> None:
    chosen = select(TESTS, "smoke", MONDAY)
    text = run_plan.describe(TESTS, chosen, "smoke", rate=5.0)
    assert f"smoke: {len(chosen)} of {len(TESTS)} tests" in text
    assert "minutes at 5 requests/s" in text
    assert "not run: 1 need an emulator" in text
