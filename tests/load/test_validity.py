import pytest

from loginradius_harness.load.analysis.slo import Row
from loginradius_harness.load.analysis.validity import assess_validity
from loginradius_harness.load.metrics.counters import RunMetrics


def metrics(**changes: object) -> RunMetrics:
    made = RunMetrics(scheduled=1000, started=1000, requests_sent=1000, answered=1000, busy=1.0, elapsed=10.0)
    made.schedule_delay.record(100)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def late(micros: int) -> RunMetrics:
    made = metrics()
    for _ in range(99):
        made.schedule_delay.record(micros)
    return made


def test_a_clean_run_is_valid() -> None:
    assert assess_validity(metrics(), "open", 10, served=1000).problems == ()


@pytest.mark.parametrize(
    ("made", "model", "word"),
    [
        (metrics(started=990), "open", "never sent"),
        (late(50_000), "open", "requests late"),
        (metrics(no_capacity=20), "open", "no free connection"),
        (metrics(busy=9.9), "closed", "busy 99%"),
    ],
)
def test_a_generator_that_could_not_keep_up_makes_the_run_invalid(made: RunMetrics, model: str, word: str) -> None:
    (problem,) = assess_validity(made, model, 10).problems
    assert word in problem


@pytest.mark.parametrize("served", [999, 1001])
def test_a_target_with_another_count_makes_the_run_invalid(served: int) -> None:
    (problem,) = assess_validity(metrics(), "open", 10, served=served).problems
    assert str(served) in problem


def test_a_target_that_counted_more_requests_than_were_sent_is_used_by_something_else() -> None:
    (problem,) = assess_validity(metrics(), "open", 10, served=1001).problems
    assert "something else uses the same emulator" in problem
    assert "--port" in problem
    (problem,) = assess_validity(metrics(), "open", 10, served=999).problems
    assert "something else" not in problem


def test_unanswered_requests_may_or_may_not_have_been_served() -> None:
    made = metrics(answered=990)
    assert [assess_validity(made, "open", 10, served=served).problems for served in (990, 995, 1000)] == [(), (), ()]


def test_after_the_loss_of_a_worker_the_counts_may_differ() -> None:
    assert assess_validity(metrics(), "open", 10, served=1500, lost_workers=1).problems == ()


def test_an_open_generator_may_be_busy() -> None:
    assert assess_validity(metrics(busy=10.0), "open", 10).problems == ()


def row(measured: float, allowed: float, limit: str = "p95") -> Row:
    return Row("*", limit, allowed, measured, measured <= allowed)


def test_a_late_start_leaves_a_limit_that_was_met_valid() -> None:
    assert assess_validity(late(50_000), "open", 10, [row(120, 200)]).problems == ()


def test_a_late_start_that_may_explain_an_exceeded_limit_makes_the_run_invalid() -> None:
    (problem,) = assess_validity(late(50_000), "open", 10, [row(230, 200)]).problems
    assert "* p95 230 ms may be due to it" in problem


def test_a_late_start_too_small_to_explain_an_exceeded_limit_leaves_the_run_valid() -> None:
    assert assess_validity(late(50_000), "open", 10, [row(900, 200)]).problems == ()


def test_starts_later_than_a_limit_at_its_percentile_make_the_run_invalid() -> None:
    (problem,) = assess_validity(late(300_000), "open", 10, [row(120, 200)]).problems
    assert "299.9 ms at p95, more than the limit * p95 200 ms" in problem


def test_some_starts_later_than_the_limit_of_a_median_leave_the_run_valid() -> None:
    made = metrics()
    for micros in (100, 100, 300_000):
        made.schedule_delay.record(micros)
    assert assess_validity(made, "open", 10, [row(120, 200, "p50")]).problems == ()
    assert assess_validity(made, "open", 10, [row(120, 200, "p50"), row(150, 200, "p99")]).problems != ()


def test_late_starts_do_not_matter_to_a_run_without_limits_of_latency_that_met_its_limits() -> None:
    assert assess_validity(late(300_000), "open", 10, [row(0, 0.01, "error_ratio")]).problems == ()
    assert assess_validity(late(300_000), "open", 10, [row(3, 0, "contract_violations")]).problems == ()


def test_errors_that_bursts_of_late_starts_may_have_caused_make_the_run_invalid() -> None:
    (problem,) = assess_validity(late(300_000), "open", 10, [row(0.5, 0.01, "error_ratio")]).problems
    assert "requests late" in problem
