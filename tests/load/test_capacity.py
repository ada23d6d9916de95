import pytest

from loginradius_harness.load.analysis.capacity import Trial, judge, search
from loginradius_harness.load.config.profiles import load
from loginradius_harness.load.metrics.counters import RunMetrics


@pytest.mark.parametrize("truth", [7, 60, 333, 1234, 9999])
def test_the_knee_is_found_within_three_per_cent(truth: float) -> None:
    found = search(lambda rate: Trial(rate, rate <= truth, "p99 300"), 5, 20_000)
    assert truth * 0.97 <= found.low <= truth
    assert "kept in 3 of 3 trials" in found.statement


def test_a_target_that_bears_everything_is_reported_as_such() -> None:
    found = search(lambda rate: Trial(rate, kept=True), 50, 1000)
    assert (found.low, found.high) == (1000, None)
    assert found.statement.startswith("at least 1000.0/s")


def test_a_target_that_bears_nothing_is_reported_with_the_limit_that_broke() -> None:
    found = search(lambda rate: Trial(rate, kept=False, why="p99 900"), 50, 1000)
    assert found.statement == "the limits break already at 50.0/s: p99 900"


def test_a_generator_that_can_not_follow_ends_the_search_without_a_figure() -> None:
    found = search(lambda rate: Trial(rate, rate < 300, doubt="" if rate < 300 else "sent late"), 50, 1000)
    assert found.statement == "no capacity found: at 400.0/s sent late"


def test_a_rate_that_was_kept_by_luck_is_given_up() -> None:
    tries: dict[float, int] = {}

    def lucky(rate: float) -> Trial:
        tries[rate] = tries.get(rate, 0) + 1
        return Trial(rate, rate <= 200 or (rate < 210 and tries[rate] == 1), "p99 300")

    assert search(lucky, 50, 1000).low == 200


def passed(outcome: str, milliseconds: int = 1) -> RunMetrics:
    books = RunMetrics(offered=100, delivered=100)
    for _ in range(100):
        books.ledger("a.b").count(outcome, milliseconds * 1000, 1000)  # type: ignore[arg-type]  # a plain word
    return books


def test_a_refusal_by_a_rate_limiter_breaks_a_trial() -> None:
    assert judge(100, passed("limited"), load("capacity")).why == "100 of 100 answers were 429"


def test_a_broken_limit_breaks_a_trial_and_is_named() -> None:
    trial = judge(100, passed("ok", 900), load("capacity"))
    assert not trial.kept
    assert trial.why.startswith("* p99 ")


def test_a_trial_that_kept_the_limits_is_kept() -> None:
    assert judge(100, passed("ok"), load("capacity")).kept
