import random
from itertools import pairwise

import pytest

from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.workload.arrival_schedule import WorkerShare


def sends(governor: RateLimiter, seconds: float, asked: float) -> list[float]:
    """Moments at which requests leave when `asked` a second want to, each as soon as it may."""
    now, left = 0.0, []
    while now < seconds:
        slot = governor.reserve(now)
        left.append(slot)
        now = max(slot, now + 1 / asked)
    return [moment for moment in left if moment < seconds]


def busiest_second(moments: list[float]) -> int:
    ordered = sorted(moments)
    return max(sum(start <= moment < start + 1 for moment in ordered) for start in ordered)


@pytest.mark.parametrize("allowance", [5, 50, 100])
@pytest.mark.parametrize("workers", [1, 3, 8])
def test_asked_for_ten_times_as_much_the_allowance_is_used_and_never_exceeded(allowance: int, workers: int) -> None:
    moments = [
        moment
        for index in range(workers)
        for moment in sends(RateLimiter(allowance, WorkerShare(index, workers)), 60, 10 * allowance / workers)
    ]
    assert busiest_second(moments) <= allowance
    assert len(moments) >= 0.97 * allowance * 60


def test_requests_that_are_up_to_fifteen_milliseconds_late_still_keep_the_allowance() -> None:
    dice = random.Random(1)  # noqa: S311 - delays, no secrets
    moments = [moment + dice.uniform(0, 0.015) for moment in sends(RateLimiter(100), 30, 1000)]
    assert busiest_second(moments) <= 100


def test_a_quiet_time_is_not_made_up_for() -> None:
    governor = RateLimiter(10)
    governor.reserve(0)
    assert busiest_second([governor.reserve(50) for _ in range(20)]) <= 10


def test_retry_after_is_waited_for() -> None:
    governor = RateLimiter(10)
    governor.back_off(3, 7)
    assert governor.silent(9.9)
    assert governor.reserve(3) >= 10


def test_each_pause_without_retry_after_is_longer_than_the_one_before() -> None:
    governor, now, pauses = RateLimiter(100), 0.0, []
    for _ in range(4):
        governor.back_off(now, None)
        resumed = governor.reserve(now)
        pauses.append(resumed - now)
        now = resumed + 0.001
    assert all(later > 1.5 * earlier for earlier, later in pairwise(pauses))


def test_several_429_of_one_moment_are_one_pause() -> None:
    governor = RateLimiter(100)
    for _ in range(10):
        governor.back_off(0, None)
    assert governor.reserve(0) < 1.1


def test_an_answer_that_was_let_through_ends_the_growth_of_pauses() -> None:
    governor = RateLimiter(100)
    governor.back_off(0, None)
    governor.accepted()
    governor.back_off(5, None)
    assert governor.reserve(5) < 6.1


def test_a_worker_that_takes_over_all_slots_uses_the_whole_allowance() -> None:
    governor = RateLimiter(50, WorkerShare(1, 2))
    governor.deal(WorkerShare(0, 1), 0)
    assert len(sends(governor, 10, 500)) >= 0.97 * 500


def test_waiting_time_is_known_without_taking_the_slot() -> None:
    governor = RateLimiter(10)
    governor.reserve(0)
    assert governor.wait(0) == governor.wait(0) == pytest.approx(0.1, rel=0.02)
