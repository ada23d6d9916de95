import random
from itertools import pairwise

import pytest

from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.workload.arrival_schedule import WorkerShare


def sends(rate_limiter: RateLimiter, seconds: float, asked: float) -> list[float]:
    """Return the moments of sending when `asked` requests a second want to start, each as soon as permitted."""
    now, left = 0.0, []
    while now < seconds:
        slot = rate_limiter.reserve(now)
        left.append(slot)
        now = max(slot, now + 1 / asked)
    return [moment for moment in left if moment < seconds]


def busiest_second(moments: list[float]) -> int:
    ordered = sorted(moments)
    return max(sum(start <= moment < start + 1 for moment in ordered) for start in ordered)


@pytest.mark.parametrize("rate_limit", [5, 50, 100])
@pytest.mark.parametrize("workers", [1, 3, 8])
def test_at_ten_times_the_demand_the_rate_limit_is_used_and_never_exceeded(rate_limit: int, workers: int) -> None:
    moments = [
        moment
        for index in range(workers)
        for moment in sends(RateLimiter(rate_limit, WorkerShare(index, workers)), 60, 10 * rate_limit / workers)
    ]
    assert busiest_second(moments) <= rate_limit
    assert len(moments) >= 0.97 * rate_limit * 60


def test_requests_up_to_fifteen_milliseconds_late_keep_the_rate_limit() -> None:
    rng = random.Random(1)  # noqa: S311 - delays, no secrets
    moments = [moment + rng.uniform(0, 0.015) for moment in sends(RateLimiter(100), 30, 1000)]
    assert busiest_second(moments) <= 100


def test_unused_slots_are_not_saved_up() -> None:
    rate_limiter = RateLimiter(10)
    rate_limiter.reserve(0)
    assert busiest_second([rate_limiter.reserve(50) for _ in range(20)]) <= 10


def test_retry_after_is_respected() -> None:
    rate_limiter = RateLimiter(10)
    rate_limiter.back_off(3, 7)
    assert rate_limiter.is_paused(9.9)
    assert rate_limiter.reserve(3) >= 10


def test_each_pause_without_retry_after_is_longer_than_the_one_before() -> None:
    rate_limiter, now, pauses = RateLimiter(100), 0.0, []
    for _ in range(4):
        rate_limiter.back_off(now, None)
        resumed = rate_limiter.reserve(now)
        pauses.append(resumed - now)
        now = resumed + 0.001
    assert all(later > 1.5 * earlier for earlier, later in pairwise(pauses))


def test_several_429_at_once_cause_one_pause() -> None:
    rate_limiter = RateLimiter(100)
    for _ in range(10):
        rate_limiter.back_off(0, None)
    assert rate_limiter.reserve(0) < 1.1


def test_an_accepted_answer_resets_the_pause() -> None:
    rate_limiter = RateLimiter(100)
    rate_limiter.back_off(0, None)
    rate_limiter.accepted()
    rate_limiter.back_off(5, None)
    assert rate_limiter.reserve(5) < 6.1


def test_a_worker_that_takes_over_all_slots_uses_the_whole_rate_limit() -> None:
    rate_limiter = RateLimiter(50, WorkerShare(1, 2))
    rate_limiter.set_share(WorkerShare(0, 1), 0)
    assert len([moment for moment in sends(rate_limiter, 11, 500) if moment >= 1]) >= 0.97 * 500


def test_a_change_of_shares_does_not_use_slots_that_others_have_reserved() -> None:
    limiters = [RateLimiter(50, WorkerShare(index, 2)) for index in range(2)]
    before = [limiter.reserve(0) for limiter in limiters for _ in range(25)]  # a second ahead
    limiters.append(RateLimiter(50, WorkerShare(2, 3)))
    for index, limiter in enumerate(limiters):
        limiter.set_share(WorkerShare(index, 3), 0.01)
    after = [limiter.reserve(0.01) for limiter in limiters for _ in range(25)]
    assert busiest_second(before + after) <= 50


def test_workers_that_prepared_at_different_moments_share_one_time_line() -> None:
    limiters = [RateLimiter(5, WorkerShare(index, 3), epoch=index * 0.07) for index in range(3)]
    for limiter in limiters:
        limiter.align(10, 10)
    assert busiest_second([limiter.reserve(10) for limiter in limiters for _ in range(20)]) <= 5


def test_wait_reserves_no_slot() -> None:
    rate_limiter = RateLimiter(10)
    rate_limiter.reserve(0)
    assert rate_limiter.wait(0) == rate_limiter.wait(0) == pytest.approx(0.1, rel=0.02)
