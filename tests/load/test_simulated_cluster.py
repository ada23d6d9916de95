"""Coordination, merging and pacing with fifty workers that come and go, in simulated time."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from loginradius_harness.load.analysis import run_result
from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.analysis.slo import Result

ROOT = Path(__file__).parents[2]
WORKERS, RATE, SECONDS, WARM_UP = 50, 1000, 30, 2


@dataclass
class Played:
    """What came of a scene: the recorded run, the requests sent in each second of it, and what was printed."""

    run: Run
    per_second: Counter[int]
    output: str


Play = Callable[..., Played]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Return a function that plays a scene of `simulated_cluster`."""

    def run(scene: str, rate_limit: int = 0) -> Played:
        command = [sys.executable, "-m", "tests.load.simulated_cluster", scene, str(rate_limit)]
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        (path,) = (tmp_path / run_result.FOLDER).glob("*.json")
        sent = json.loads((tmp_path / "sent.json").read_text())
        return Played(run_result.load(path), Counter(int(at + 1e-6) for at in sent), done.stdout)

    return run


def test_fifty_workers_carry_the_planned_rate_in_every_second(play: Play) -> None:
    played = play("steady")
    assert played.per_second == dict.fromkeys(range(WARM_UP + SECONDS), RATE)
    assert played.run.result is Result.PASS
    assert not played.run.notes


def test_workers_that_leave_after_the_end_of_a_run_are_not_missed(play: Play) -> None:
    output = play("steady").output
    assert "PASS" in output
    assert "left" not in output


def test_the_figures_of_fifty_workers_are_merged_without_loss(play: Play) -> None:
    run = play("steady").run
    assert run.metrics.scheduled == run.metrics.started == run.metrics.total.requests == RATE * SECONDS
    assert run.metrics.requests_sent == run.metrics.answered == RATE * (WARM_UP + SECONDS)
    latencies = run.metrics.total.corrected  # worker number N answers after N ms
    assert set(latencies.counts.values()) == {RATE * SECONDS // WORKERS}
    assert latencies.milliseconds(0.5) == pytest.approx(WORKERS / 2 - 1, rel=0.001)
    assert latencies.milliseconds(1) == WORKERS - 1


@pytest.mark.parametrize(
    ("scene", "note"),
    [
        ("one_leaves", "1 of 50 workers left"),
        ("one_lost", "1 of 50 workers left"),
        ("one_joins", "a worker joined"),
        ("one_joins_in_the_midst_of_its_test", "a worker joined"),
    ],
)
def test_after_a_worker_came_or_went_the_rate_is_the_planned_one(play: Play, scene: str, note: str) -> None:
    played = play(scene)
    assert [played.per_second[second] for second in range(15, 32)] == pytest.approx([RATE] * 17, abs=2)
    assert note in played.run.notes[0]
    assert played.run.result is Result.PASS


def test_a_worker_that_was_out_of_reach_takes_its_share_again(play: Play) -> None:
    played = play("one_returns")
    assert [played.per_second[second] for second in range(17, 32)] == pytest.approx([RATE] * 15, abs=2)
    assert "a worker is back" in played.run.notes[1]


def test_a_loss_that_leaves_the_planned_rate_uncarried_makes_the_run_invalid(play: Play) -> None:
    run = play("half_lost").run
    assert run.result is Result.INVALID
    assert run.lost_workers == WORKERS // 2
    assert run.missing_starts == pytest.approx(RATE / 2 * 4, rel=0.25)
    assert run.metrics.scheduled + run.missing_starts == pytest.approx(RATE * SECONDS, rel=0.01)
    assert run.validity
    assert "planned starts are missing because workers left" in run.validity.problems[0]


def test_a_changed_rate_is_carried_by_all_workers(play: Play) -> None:
    played = play("rate_doubled")
    assert [played.per_second[second] for second in range(11, 32)] == pytest.approx([2 * RATE] * 21, abs=2)


@pytest.mark.parametrize("scene", ["steady", "one_joins"])
def test_fifty_workers_keep_a_tenants_rate_limit_in_every_second(play: Play, scene: str) -> None:
    played = play(scene, rate_limit=40)
    assert max(played.per_second.values()) <= 40
    assert sum(played.per_second.values()) >= 0.9 * 40 * (SECONDS + WARM_UP)
