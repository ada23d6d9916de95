from loginradius_harness.load.analysis.slo import Result, evaluate
from loginradius_harness.load.config.profiles import Limits
from loginradius_harness.load.metrics.counters import RunMetrics


def metrics(milliseconds: int = 100, outcome: str = "ok", violations: int = 0) -> RunMetrics:
    made = RunMetrics()
    row = made.operation("a.b")
    for _ in range(100):
        row.count(outcome, milliseconds * 1000, milliseconds * 1000)  # type: ignore[arg-type]  # a plain word
    row.violations = violations
    return made


def met(made: RunMetrics, limits: Limits, name: str = "a.b", seconds: float = 10) -> list[bool]:
    return [row.met for row in evaluate(made, {name: limits}, seconds)]


def test_a_percentile_meets_its_limit_up_to_equality() -> None:
    assert met(metrics(100), Limits(p95=100)) == [True]
    assert met(metrics(101), Limits(p95=100)) == [False]


def test_every_kind_of_limit_can_be_exceeded() -> None:
    bad = metrics(900, "api_error", violations=3)
    limits = Limits(p50=1, p90=1, p95=1, p99=1, p999=1, max=1, error_ratio=0.5, contract_violations=0, throughput=1)
    assert met(bad, limits) == [False] * 9


def test_throughput_counts_ok_answers_only() -> None:
    assert met(metrics(), Limits(throughput=10)) == [True]
    assert met(metrics(outcome="api_error"), Limits(throughput=10)) == [False]


def test_limits_of_an_operation_without_requests_are_exceeded() -> None:
    assert met(metrics(), Limits(p95=100, error_ratio=1), name="never.called") == [False, False]


def test_a_star_limits_all_operations_together() -> None:
    made = metrics(100)
    made.operation("c.d").count("ok", 10_000_000, 10_000_000)
    assert met(made, Limits(max=5000), name="*") == [False]


def test_a_row_is_printed_with_both_figures_and_the_unit() -> None:
    (row,) = evaluate(metrics(120), {"a.b": Limits(p95=100)}, 10)
    assert str(row) == "FAIL a.b p95 120 <= 100 ms"


def test_only_a_pass_ends_with_exit_code_zero() -> None:
    assert {result.name: result.exit_code for result in Result} == {
        "PASS": 0, "FAIL": 1, "UNREACHABLE": 3, "INVALID": 4, "PARTIAL": 4,
    }  # fmt: skip
    assert all(result.meaning for result in Result)
