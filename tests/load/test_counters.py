import msgspec
import pytest

from loginradius_harness.load.metrics.counters import OperationMetrics, RunMetrics, Sample


def sample(pointer: str) -> Sample:
    return Sample("broken", pointer, "responses/200", "a string", "7", "200 {}")


def ledger(*outcomes: str) -> OperationMetrics:
    made = OperationMetrics()
    for outcome in outcomes:
        made.count(outcome, 1000, 500)  # type: ignore[arg-type]  # plain words read better here
    return made


def test_a_rate_limiter_is_neither_an_error_nor_in_the_percentiles() -> None:
    made = ledger("ok", "limited", "limited")
    assert (made.requests, made.error_ratio, made.corrected.count) == (3, 0.0, 1)


def test_timeouts_are_in_the_percentiles_and_failed_connections_are_not() -> None:
    assert ledger("timeout", "connection").corrected.count == 1


@pytest.mark.parametrize("outcome", ["contract", "refused", "server_error", "timeout", "connection"])
def test_everything_that_ends_badly_counts_as_an_error(outcome: str) -> None:
    assert ledger("ok", outcome).error_ratio == 0.5


def test_repeated_findings_are_counted_and_their_number_is_bounded() -> None:
    made = OperationMetrics()
    for number in range(100):
        made.keep(sample(f"/{number % 50}"))
    assert len(made.samples) == 20
    assert {kept.count for kept in made.samples} == {2}


def test_books_of_four_workers_add_up_to_those_of_one() -> None:
    whole, total = RunMetrics(), RunMetrics()
    for worker in range(4):
        part = RunMetrics(offered=10, delivered=9, wired=12)
        for micros in range(worker, 4000, 4):
            part.ledger("a.b").count("ok", micros, micros)
            whole.ledger("a.b").count("ok", micros, micros)
        total.add(msgspec.msgpack.decode(msgspec.msgpack.encode(part), type=RunMetrics))
    assert total.ledger("a.b") == whole.ledger("a.b")
    assert (total.offered, total.delivered, total.wired) == (40, 36, 48)


def test_adding_books_leaves_the_added_ones_alone() -> None:
    first, second = RunMetrics(), RunMetrics()
    second.ledger("a.b").keep(sample("/x"))
    first.add(second)
    first.ledger("a.b").samples[0].count = 99
    assert second.ledger("a.b").samples[0].count == 1
