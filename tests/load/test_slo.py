from loginradius_harness.load.analysis.slo import Result, judge
from loginradius_harness.load.config.profiles import Limits
from loginradius_harness.load.metrics.counters import RunMetrics


def books(milliseconds: int = 100, outcome: str = "ok", violations: int = 0) -> RunMetrics:
    made = RunMetrics()
    row = made.ledger("a.b")
    for _ in range(100):
        row.count(outcome, milliseconds * 1000, milliseconds * 1000)  # type: ignore[arg-type]  # a plain word
    row.violations = violations
    return made


def kept(made: RunMetrics, limits: Limits, name: str = "a.b", seconds: float = 10) -> list[bool]:
    return [row.kept for row in judge(made, {name: limits}, seconds)]


def test_a_percentile_at_its_limit_is_kept_and_above_it_broken() -> None:
    assert kept(books(100), Limits(p95=100)) == [True]
    assert kept(books(101), Limits(p95=100)) == [False]


def test_every_kind_of_limit_can_break() -> None:
    bad = books(900, "refused", violations=3)
    limits = Limits(p50=1, p90=1, p95=1, p99=1, p999=1, max=1, error_ratio=0.5, contract_violations=0, throughput=1)
    assert kept(bad, limits) == [False] * 9


def test_throughput_counts_good_answers_only() -> None:
    assert kept(books(), Limits(throughput=10)) == [True]
    assert kept(books(outcome="refused"), Limits(throughput=10)) == [False]


def test_a_limit_of_an_operation_that_was_never_called_is_broken() -> None:
    assert kept(books(), Limits(p95=100, error_ratio=1), name="never.called") == [False, False]


def test_the_star_stands_for_all_operations_together() -> None:
    made = books(100)
    made.ledger("c.d").count("ok", 10_000_000, 10_000_000)
    assert kept(made, Limits(max=5000), name="*") == [False]


def test_a_row_reads_as_a_sentence() -> None:
    (row,) = judge(books(120), {"a.b": Limits(p95=100)}, 10)
    assert str(row) == "FAIL a.b p95 120 <= 100 ms"


def test_every_result_has_an_exit_code_of_its_own() -> None:
    assert {result.name: result.value for result in Result} == {"PASS": 0, "FAIL": 1, "UNREACHABLE": 3, "INVALID": 4}
    assert all(result.meaning for result in Result)
