from loginradius_harness.load.analysis.abort import AbortMonitor
from loginradius_harness.load.config.profiles import Abort
from loginradius_harness.load.metrics.counters import RunMetrics


def second(outcome: str, micros: int = 1000, number: int = 10) -> RunMetrics:
    made = RunMetrics(wired=number, answered=0 if outcome in {"timeout", "connection"} else number)
    for _ in range(number):
        made.ledger("a.b").count(outcome, micros, micros)  # type: ignore[arg-type]  # a plain word
    return made


def test_a_run_ends_when_errors_last_as_long_as_the_profile_bears() -> None:
    watch = AbortMonitor(Abort(seconds=3, error_ratio=0.5))
    seen = [watch.see(second("refused"), at) for at in (1, 2, 3, 4)]
    assert seen == ["", "", "", "error ratio above 0.5 for 3 s"]


def test_a_good_second_in_between_starts_the_patience_again() -> None:
    watch = AbortMonitor(Abort(seconds=3, error_ratio=0.5))
    assert not any(watch.see(second(outcome), at) for at, outcome in enumerate(["refused", "refused", "ok"] * 4))


def test_slow_answers_end_a_run_too() -> None:
    watch = AbortMonitor(Abort(seconds=0, p99=100))
    assert watch.see(second("ok", 200_000), 1) == "p99 above 100 ms for 0 s"


def test_a_target_that_falls_silent_ends_the_run_whatever_the_profile_says() -> None:
    watch = AbortMonitor(Abort())
    assert watch.see(second("ok"), 1) == ""
    assert watch.see(second("connection"), 8) == ""
    assert watch.see(second("connection"), 12) == "no answer for 10 s"


def test_nothing_sent_is_no_silence() -> None:
    watch = AbortMonitor(Abort())
    assert not any(watch.see(RunMetrics(), at) for at in range(60))
