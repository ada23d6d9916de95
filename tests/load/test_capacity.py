import pytest

from loginradius_harness.load.analysis.capacity import Trial, evaluate_trial, search
from loginradius_harness.load.config.profiles import load
from loginradius_harness.load.metrics.counters import RunMetrics


@pytest.mark.parametrize("truth", [7, 60, 333, 1234, 9999])
def test_capacity_is_found_within_three_per_cent(truth: float) -> None:
    found = search(lambda rate: Trial(rate, rate <= truth, "p99 300"), 5, 20_000)
    assert truth * 0.97 <= found.low <= truth
    assert "met in 3 of 3 trials" in found.statement


def test_a_target_that_meets_the_limits_up_to_the_ceiling_is_reported_as_such() -> None:
    found = search(lambda rate: Trial(rate, met=True), 50, 1000)
    assert (found.low, found.high) == (1000, None)
    assert found.statement.startswith("capacity of at least 1000.0/s")


def test_a_target_that_meets_the_limits_at_no_rate_is_reported_with_the_limit() -> None:
    found = search(lambda rate: Trial(rate, met=False, exceeded="p99 900"), 50, 1000)
    assert found.statement == "the limits are exceeded already at 50.0/s: p99 900"


def test_an_invalid_trial_ends_the_search_without_a_figure() -> None:
    found = search(lambda rate: Trial(rate, rate < 300, invalid="" if rate < 300 else "sent late"), 50, 1000)
    assert found.statement == "no capacity found: at 400.0/s sent late"


def test_a_rate_that_met_the_limits_once_by_chance_is_given_up() -> None:
    tries: dict[float, int] = {}

    def lucky(rate: float) -> Trial:
        tries[rate] = tries.get(rate, 0) + 1
        return Trial(rate, rate <= 200 or (rate < 210 and tries[rate] == 1), "p99 300")

    assert search(lucky, 50, 1000).low == 200


def passed(outcome: str, milliseconds: int = 1) -> RunMetrics:
    metrics = RunMetrics(scheduled=100, started=100)
    for _ in range(100):
        metrics.operation("a.b").count(outcome, milliseconds * 1000, 1000)  # type: ignore[arg-type]  # a plain word
    return metrics


def test_a_429_fails_a_trial() -> None:
    assert evaluate_trial(100, passed("rate_limited"), load("capacity")).exceeded == "100 of 100 answers were 429"


def test_an_exceeded_limit_fails_a_trial_and_is_named() -> None:
    trial = evaluate_trial(100, passed("ok", 900), load("capacity"))
    assert not trial.met
    assert trial.exceeded.startswith("* p99 ")


def test_a_trial_within_the_limits_is_met() -> None:
    assert evaluate_trial(100, passed("ok"), load("capacity")).met
