"""Tiers keep their limits, and standard runs of consecutive days ask every test."""

from collections import Counter
from datetime import date, timedelta

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.support import run_plan
from loginradius_harness.checks.support.run_plan import EXAMPLE, LIMITS, PlannedTest, Tier, select, total

DAYS = 30  # more than a cycle of standard runs takes
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


def test_consecutive_standard_runs_cover_every_runnable_test() -> None:
    asked = {test.id for day in range(DAYS) for test in select(TESTS, "standard", MONDAY + timedelta(day))}
    assert asked == {test.id for test in TESTS if not test.obstacle}


@pytest.mark.parametrize("first", [MONDAY, MONDAY + timedelta(3)])
def test_seven_standard_runs_ask_about_each_operation_and_ask_each_question(first: date) -> None:
    more = [
        PlannedTest(f"suites/contract/test_{file}.py::test_{number}[{operation.id}]", operation.id)
        for operation in contracts.operations()
        for file in range(4)
        for number in range(4)
    ]
    tests = [*TESTS[:-1], *more]
    chosen = [test for day in range(7) for test in select(tests, "standard", first + timedelta(day))]
    assert {test.operation for test in chosen} == {test.operation for test in tests}
    assert {test.function for test in chosen} == {test.function for test in tests}
    assert len({test.id for test in chosen}) < len(tests)


def test_same_day_selects_the_same_tests() -> None:
    assert select(TESTS, "standard", MONDAY) == select(TESTS, "standard", MONDAY)


def test_daily_shares_divide_the_tests_within_the_limit() -> None:
    shares = run_plan.daily_shares(TESTS, 100)
    assert sorted(test.id for share in shares for test in share) == sorted(test.id for test in TESTS)
    assert all(total(share).requests <= 100 for share in shares)


def test_shards_divide_the_tests() -> None:
    shards = [run_plan.shard(TESTS, number, of=4) for number in (1, 2, 3, 4)]
    assert all(shards)
    assert sorted(test.id for shard in shards for test in shard) == sorted(test.id for test in TESTS)


def test_deep_tier_selects_everything() -> None:
    assert select(TESTS, "deep", MONDAY) == TESTS


def test_tests_left_out_have_a_reason() -> None:
    chosen = select(TESTS, "smoke", MONDAY)
    reasons = run_plan.left_out(TESTS, chosen)
    assert len(reasons) == len(TESTS) - len(chosen)
    assert reasons[TESTS[-1].id] == "need an emulator"
    assert Counter(reasons.values())[run_plan.OTHER_DAYS] == len(reasons) - 1
    assert run_plan.left_out(TESTS, select(TESTS, "deep", MONDAY)) == {}


def test_plan_names_cost_time_and_reasons() -> None:
    chosen = select(TESTS, "smoke", MONDAY)
    text = run_plan.describe(TESTS, chosen, "smoke", rate=5.0)
    assert f"smoke: {len(chosen)} of {len(TESTS)} tests" in text
    assert "minutes at 5 requests/s" in text
    assert "not run: 1 need an emulator" in text
