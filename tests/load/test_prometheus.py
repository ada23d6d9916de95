import pytest
from prometheus_client.parser import text_string_to_metric_families

from loginradius_harness.load.analysis import prometheus
from loginradius_harness.load.analysis.slo import Row
from loginradius_harness.load.metrics.counters import RunMetrics

from .run_source import run_source

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scraped(metrics: RunMetrics | None) -> Samples:
    rows = (Row("*", "p95", 5, 20000, met=False), Row("*", "error_ratio", 0.1, 0, met=True))
    source = run_source(metrics, rows=rows, lost_workers=1)
    families = text_string_to_metric_families(prometheus.application(source)().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture
def samples() -> Samples:
    metrics = RunMetrics(scheduled=10, started=9, throttled=2, no_capacity=1, requests_sent=12, busy=1, elapsed=4)
    entry = metrics.operation("authentication.login_by_email")
    for micros in (800, 4_000, 20_000_000):
        entry.count("ok", micros, micros)
    entry.count("rate_limited", 1, 1)
    entry.violations = 2
    metrics.schedule_delay.record(30)
    return scraped(metrics)


OPERATION = ("operation", "authentication.login_by_email")


def test_requests_are_counted_by_outcome(samples: Samples) -> None:
    assert samples["loginradius_load_requests_total", (OPERATION, ("outcome", "ok"))] == 3
    assert samples["loginradius_load_requests_total", (OPERATION, ("outcome", "rate_limited"))] == 1


def test_violations_are_counted(samples: Samples) -> None:
    assert samples["loginradius_load_contract_violations_total", (OPERATION,)] == 2


def test_latencies_are_a_cumulative_histogram_in_seconds(samples: Samples) -> None:
    buckets = {
        bound: samples["loginradius_load_latency_seconds_bucket", (("le", bound), OPERATION)]
        for bound in ("0.001", "0.005", "10.0", "+Inf")
    }
    assert buckets == {"0.001": 1, "0.005": 2, "10.0": 2, "+Inf": 3}
    assert samples["loginradius_load_latency_seconds_sum", (OPERATION,)] == pytest.approx(20.0048, rel=1e-3)


def test_the_generators_own_figures_are_exported(samples: Samples) -> None:
    starts = {
        state: samples["loginradius_load_starts_total", (("state", state),)]
        for state in ("scheduled", "started", "throttled", "no_capacity")
    }
    assert starts == {"scheduled": 10, "started": 9, "throttled": 2, "no_capacity": 1}
    assert samples["loginradius_load_requests_sent_total", ()] == 12
    assert samples["loginradius_load_schedule_delay_seconds_count", ()] == 1
    assert samples["loginradius_load_generator_utilisation", ()] == 0.25
    assert samples["loginradius_load_lost_workers", ()] == 1
    assert samples["loginradius_load_running", ()] == 1


def test_percentiles_of_the_whole_run_are_exported(samples: Samples) -> None:
    quantiles = {
        share: samples["loginradius_load_latency_quantile_seconds", (OPERATION, ("quantile", share))]
        for share in ("0.5", "0.95", "0.99")
    }
    assert quantiles == pytest.approx({"0.5": 0.004, "0.95": 20, "0.99": 20}, rel=1e-3)
    assert samples["loginradius_load_schedule_delay_quantile_seconds", (("quantile", "0.99"),)] == 30e-6


def test_limits_and_validity_are_exported(samples: Samples) -> None:
    assert samples["loginradius_load_limit_met", (("limit", "p95"), ("operation", "*"))] == 0
    assert samples["loginradius_load_limit_met", (("limit", "error_ratio"), ("operation", "*"))] == 1
    assert samples["loginradius_load_valid", ()] == 1


def test_without_a_run_only_the_state_is_exported() -> None:
    assert scraped(None) == {("loginradius_load_running", ()): 1}
