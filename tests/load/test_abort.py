from loginradius_harness.load.analysis.abort import AbortMonitor
from loginradius_harness.load.config.profiles import Abort
from loginradius_harness.load.metrics.counters import RunMetrics


def second(outcome: str, micros: int = 1000, number: int = 10) -> RunMetrics:
    made = RunMetrics(requests_sent=number, answered=0 if outcome in {"timeout", "connection"} else number)
    for _ in range(number):
        made.operation("a.b").count(outcome, micros, micros)  # type: ignore[arg-type]  # a plain word
    return made


def test_a_run_ends_when_errors_last_as_long_as_the_profile_allows() -> None:
    monitor = AbortMonitor(Abort(seconds=3, error_ratio=0.5))
    seen = [monitor.observe(second("api_error"), at) for at in (1, 2, 3, 4)]
    assert seen == ["", "", "", "error ratio above 0.5 for 3 s"]


def test_a_good_second_restarts_the_error_window() -> None:
    monitor = AbortMonitor(Abort(seconds=3, error_ratio=0.5))
    assert not any(
        monitor.observe(second(outcome), at) for at, outcome in enumerate(["api_error", "api_error", "ok"] * 4)
    )


def test_slow_answers_end_a_run() -> None:
    monitor = AbortMonitor(Abort(seconds=0, p99=100))
    assert monitor.observe(second("ok", 200_000), 1) == "p99 above 100 ms for 0 s"


def test_a_target_without_answers_ends_the_run_with_any_profile() -> None:
    monitor = AbortMonitor(Abort())
    assert monitor.observe(second("ok"), 1) == ""
    assert monitor.observe(second("connection"), 8) == ""
    assert monitor.observe(second("connection"), 12) == "no answer for 10 s"


def test_a_pause_in_sending_is_not_silence() -> None:
    monitor = AbortMonitor(Abort())
    assert not any(monitor.observe(RunMetrics(), at) for at in range(60))
