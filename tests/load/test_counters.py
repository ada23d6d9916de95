import msgspec
import pytest

from loginradius_harness.load.metrics.counters import OperationMetrics, RunMetrics, Sample


def sample(pointer: str) -> Sample:
    return Sample("broken", pointer, "responses/200", "a string", "7", "200 {}")


def entry(*outcomes: str) -> OperationMetrics:
    made = OperationMetrics()
    for outcome in outcomes:
        made.count(outcome, 1000, 500)  # type: ignore[arg-type]  # plain words read better here
    return made


def test_a_429_is_neither_an_error_nor_in_the_percentiles() -> None:
    made = entry("ok", "rate_limited", "rate_limited")
    assert (made.requests, made.error_ratio, made.corrected.count) == (3, 0.0, 1)


def test_timeouts_enter_the_percentiles_and_failed_connections_do_not() -> None:
    assert entry("timeout", "connection").corrected.count == 1


@pytest.mark.parametrize("outcome", ["contract_violation", "api_error", "server_error", "timeout", "connection"])
def test_each_failing_outcome_counts_as_an_error(outcome: str) -> None:
    assert entry("ok", outcome).error_ratio == 0.5


def test_repeated_findings_are_counted_and_samples_are_bounded() -> None:
    made = OperationMetrics()
    for number in range(100):
        made.keep(sample(f"/{number % 50}"))
    assert len(made.samples) == 20
    assert {kept.count for kept in made.samples} == {2}


def test_metrics_of_four_workers_add_up_to_those_of_one() -> None:
    whole, total = RunMetrics(), RunMetrics()
    for worker in range(4):
        part = RunMetrics(scheduled=10, started=9, requests_sent=12)
        for micros in range(worker, 4000, 4):
            part.operation("a.b").count("ok", micros, micros)
            whole.operation("a.b").count("ok", micros, micros)
        total.add(msgspec.msgpack.decode(msgspec.msgpack.encode(part), type=RunMetrics))
    assert total.operation("a.b") == whole.operation("a.b")
    assert (total.scheduled, total.started, total.requests_sent) == (40, 36, 48)


def test_adding_metrics_leaves_the_added_ones_unchanged() -> None:
    first, second = RunMetrics(), RunMetrics()
    second.operation("a.b").keep(sample("/x"))
    first.add(second)
    first.operation("a.b").samples[0].count = 99
    assert second.operation("a.b").samples[0].count == 1
