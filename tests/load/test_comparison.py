import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from loginradius_harness import cli
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.analysis import run_result
from loginradius_harness.load.analysis.comparison import CANNOT_TELL, Change, compare
from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.analysis.slo import Result
from loginradius_harness.load.metrics.counters import RunMetrics


def run(seed: int, factor: float = 1.0, tail: float = 1.0) -> Run:
    """Return a minute of 60 answers a second around 20 ms; seconds differ more than answers within one do."""
    rng = random.Random(seed)  # noqa: S311 - a test's measurements
    made = Run(
        profile="test", target="x", environment="emulator", model="open", peak=60, planned=60, warm_up=0,
        started=datetime(2030, 1, 2, tzinfo=UTC), interval=1.0,
    )  # fmt: skip
    for second in range(60):
        level = rng.gauss(20_000, 800)
        metrics = RunMetrics()
        for _ in range(60):
            micros = max(1, rng.gauss(level, 3_000)) * factor
            metrics.operation("a.b").count("ok", int(micros * (tail if rng.random() < 0.05 else 1)), 1)
        made.add(metrics, second + 0.5)
    return made


def verdicts(before: Run, after: Run) -> dict[str, str]:
    return {change.percentile: change.verdict for change in compare(before, after)}


def test_two_runs_of_the_same_target_are_not_told_apart() -> None:
    found = [verdicts(run(seed), run(seed + 100)) for seed in range(3)]
    assert {verdict for by_percentile in found for verdict in by_percentile.values()} <= {"same", CANNOT_TELL}
    assert {by_percentile["p50"] for by_percentile in found} == {"same"}


def test_a_slower_target_is_detected() -> None:
    assert set(verdicts(run(1), run(2, factor=1.1)).values()) == {"slower"}


def test_a_faster_target_is_detected() -> None:
    assert set(verdicts(run(1), run(2, factor=0.9)).values()) == {"faster"}


def test_a_longer_tail_changes_the_tail_only() -> None:
    moved = verdicts(run(1), run(2, tail=2.0))
    assert (moved["p50"], moved["p99"]) == ("same", "slower")


def test_bounds_that_permit_a_change_and_none_cannot_tell_and_name_the_needed_length() -> None:
    change = Change("a.b", "p99", before=20, after=20, low=-0.2, high=0.2, seconds=60)
    assert change.verdict == CANNOT_TELL
    assert change.needed_seconds == pytest.approx(60 * 16)
    assert "two runs of 960 s would tell" in str(change)


def test_a_change_below_the_noticeable_is_the_same() -> None:
    assert Change("a.b", "p50", before=20, after=20.5, low=0.01, high=0.04, seconds=60).verdict == "same"


def test_too_few_intervals_give_no_comparison() -> None:
    short = run(1)
    short.intervals = {0: short.intervals[0]}
    assert list(compare(short, run(2))) == []


def test_a_run_is_read_as_written(tmp_path: Path) -> None:
    made = run(1)
    assert run_result.load(run_result.save(made, tmp_path)) == made


def compare_recorded(folder: Path, after: Run) -> int:
    """Compare a valid run with another on the command line."""
    for name, made in (("before", replace(run(1), seconds=60.0, result=Result.PASS)), ("after", after)):
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(made))
    return cli.main(["load", "compare", str(folder / "before.json"), str(folder / "after.json")])


def test_an_invalid_run_is_not_compared(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert compare_recorded(tmp_path, replace(run(2), seconds=60.0, result=Result.INVALID)) == 2
    out, err = capfd.readouterr()
    assert not out
    assert err == f"{tmp_path / 'after.json'} is an INVALID run, which proves nothing about the target: repeat it.\n"


@pytest.mark.parametrize(
    ("profile", "seconds", "difference"),
    [
        ("test", 60.2, ""),
        ("spike", 60.0, "profile test -> spike"),
        ("test", 20.0, "duration 60 s -> 20 s"),
        ("spike", 20.0, "profile test -> spike, duration 60 s -> 20 s"),
    ],
)
def test_runs_of_different_profile_or_duration_are_compared_with_a_warning(
    tmp_path: Path, profile: str, seconds: float, difference: str, capfd: pytest.CaptureFixture[str]
) -> None:
    after = replace(run(1), profile=profile, seconds=seconds, result=Result.PASS)
    assert compare_recorded(tmp_path, after) == 0
    out, err = capfd.readouterr()
    assert "same" in out
    assert err == (f"warning: the runs differ ({difference}), which may be the cause of a change\n" * bool(difference))


def test_a_file_that_is_not_a_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(ConfigurationError, match=r"x\.json is not a recorded load run"):
        run_result.load(tmp_path / "x.json")
