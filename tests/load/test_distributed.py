"""One master, three workers, four processes; one worker is killed during the run.

Where the system allows it, also with each worker in a network namespace of its own.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loginradius_harness import emulator
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.load.analysis import run_result
from loginradius_harness.load.analysis.run_result import Run
from tests.free_ports import free_ports

from . import namespaces

ROOT = Path(__file__).parents[2]

PROFILE = """
description = "A test with three workers"
warm_up = 1
accounts = 600
max_start_delay_ms = 10000
spacing = "even"
[mix]
login_by_email = 1
validate_token = 2
[[stage]]
seconds = 10
rate = 60
[slo."*"]
error_ratio = 0
contract_violations = 0
p99 = 10000
"""


class Cluster:
    """A master and its workers, each as started by hand."""

    def __init__(self, folder: Path, url: str, port: int, *options: str, apart: bool) -> None:
        (folder / "own.toml").write_text(PROFILE)
        self._folder = folder
        self._common = [
            sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests/locustfile.py"), "--headless", "--only-summary",
            "--host", url, "--load-profile", str(folder / "own.toml"), "--pool", str(folder / "pool.jsonl"),
            "--loglevel", "WARNING", *options,
        ]  # fmt: skip
        self.master = self._process(
            [*self._common, "--master", "--master-bind-port", str(port), "--expect-workers", "3"]
        )
        worker = [*self._common, "--worker", "--master-port", str(port)]
        if apart:
            worker = namespaces.isolated(folder, [port, int(url.rpartition(":")[2])], worker)
        self._worker = worker
        self.workers = [self._process(worker) for _ in range(3)]

    def join(self) -> None:
        """Start one more worker."""
        self.workers.append(self._process(self._worker))

    def wait_for(self, *words: str) -> None:
        """Wait until the master has printed lines with all of these words."""
        assert self.master.stdout
        said = ""
        for line in self.master.stdout:
            said += line
            if all(word in said for word in words):
                return
        raise AssertionError(said)

    def _process(self, command: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, cwd=self._folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def wait(self) -> tuple[int, str, Run]:
        """Return the master's exit code, its output, and the run that it recorded."""
        said, _ = self.master.communicate(timeout=120)
        for worker in self.workers:
            worker.communicate(timeout=30)
        (path,) = (self._folder / run_result.FOLDER).glob("*.json")
        return self.master.returncode, said, run_result.load(path)

    def end(self) -> None:
        """Kill every process."""
        for process in (self.master, *self.workers):
            process.kill()
            process.communicate()


@pytest.fixture(params=["together", "apart"])
def cluster(tmp_path: Path, running: emulator.Running, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    apart, [port] = request.param == "apart", free_ports(1)
    if apart and not namespaces.possible():
        pytest.skip("this system does not let us make network namespaces")
    with namespaces.bridge(tmp_path, [port, int(running.url.rpartition(":")[2])] if apart else []):
        started = Cluster(tmp_path, running.url, port, apart=apart)
        yield started
        started.end()


def test_three_workers_share_load_accounts_and_metrics(cluster: Cluster) -> None:
    code, said, run = cluster.wait()
    assert code == 0, said
    assert run.metrics.scheduled == run.metrics.started == run.metrics.total.requests == 600
    assert run.served == run.metrics.requests_sent == run.metrics.answered
    assert run.metrics.total.corrected.count == 600
    assert run.lost_workers == 0


def served(url: str) -> int:
    """Return the requests that the target has answered."""
    with EmulatorClient(url) as control:
        return int(control.journal(after=10**9)["count"])


def wait_for_requests(cluster: Cluster, url: str, requests: int) -> None:
    """Wait until the target has answered so many more requests."""
    goal = served(url) + requests
    while served(url) < goal:
        assert cluster.master.poll() is None, cluster.master.communicate()[0]


@pytest.fixture
def endless(tmp_path: Path, running: emulator.Running) -> Iterator[Cluster]:
    """Yield a cluster whose run lasts until it is stopped."""
    started = Cluster(tmp_path, running.url, free_ports(1)[0], "--duration", "600", apart=False)
    yield started
    started.end()


def test_workers_that_come_one_after_the_other_take_their_share(endless: Cluster, running: emulator.Running) -> None:
    wait_for_requests(endless, running.url, 100)
    for _ in range(2):
        endless.join()
        endless.wait_for("a worker joined")
    wait_for_requests(endless, running.url, 120)
    assert_that_all_was_carried(endless)


def test_a_worker_that_leaves_hands_its_share_to_the_one_that_comes_instead(
    endless: Cluster, running: emulator.Running
) -> None:
    wait_for_requests(endless, running.url, 100)
    endless.workers[0].terminate()
    endless.join()
    endless.wait_for("workers left", "a worker joined")
    wait_for_requests(endless, running.url, 120)
    assert_that_all_was_carried(endless)


def assert_that_all_was_carried(endless: Cluster) -> None:
    """Stop the run; a machine that stands still for seconds may have made the master lose a worker for a while."""
    endless.master.terminate()
    code, said, run = endless.wait()
    assert code == 4, said
    assert run.partial == "stopped by SIGTERM"
    assert run.lost_workers or run.served == run.metrics.requests_sent == run.metrics.answered
    assert run.metrics.scheduled + run.missing_starts == pytest.approx(60 * run.seconds, rel=0.25)


def test_a_lost_third_of_a_short_run_makes_it_invalid_and_the_others_take_over(
    cluster: Cluster, running: emulator.Running
) -> None:
    wait_for_requests(cluster, running.url, 200)
    cluster.workers[0].send_signal(signal.SIGKILL)
    code, said, run = cluster.wait()
    assert code == 4, said
    assert run.lost_workers == 1
    assert "1 of 3 workers left" in run.notes[0]
    assert f"note: {run.notes[0]}" in said
    assert "planned starts are missing because workers left: the planned rate was not carried" in said
    assert run.metrics.scheduled + run.missing_starts == pytest.approx(600, abs=20 * 2)
    assert run.served is not None
    missing = run.served - run.metrics.requests_sent
    assert 0 <= missing <= 2 * 20 * 2  # what the lost worker sent in its last seconds: 20 starts a second
    assert run.metrics.total.requests == run.metrics.total.corrected.count
    assert 0 <= run.metrics.started - run.metrics.total.requests <= 20  # under way when the worker was killed
    assert run.metrics.started >= 600 - 20 * 8  # its third of the load is missing until the loss is noticed
    assert run.metrics.total.errors == 0
