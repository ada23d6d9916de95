"""Every signal to every process of a run ends the load, writes the report and leaves no process behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from loginradius_harness import emulator
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.load.analysis import run_result
from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.analysis.slo import Result
from loginradius_harness.load.workload import account_pool
from tests.free_ports import free_ports

from . import namespaces

ROOT = Path(__file__).parents[2]
RATE = 30  # starts a second
STOP_SECONDS = 2  # within which a signal ends the load
BUSY = 2  # times as long when other tests keep the machine busy

PROFILE = f"""
description = "A run that is stopped"
warm_up = 0
accounts = 60
max_start_delay_ms = 5000
spacing = "even"
[mix]
validate_unknown = 1
[[stage]]
seconds = 600
rate = {RATE}
[slo."*"]
error_ratio = 0.01
"""
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

COMMAND = (sys.executable, "-m", "loginradius_harness", "load", "run")
LOCUST = (sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests/locustfile.py"), "--headless", "--only-summary")
ISOLATED = (
    *namespaces.UNSHARE[:-1],
    "--pid",
    "--fork",
    "--mount-proc",
)  # the command becomes process 1, as in a container


QUIT_FOUR_TIMES = """
import sys
from locust.env import Environment
from locust.runners import WorkerNode
from loginradius_harness.load.locust_plugin import quick_quit
runner = Environment().create_master_runner("127.0.0.1", int(sys.argv[1]))
quick_quit.install(runner)
told = []
for name in ("one", "two"):
    runner.clients[name] = WorkerNode(name)
runner.server.send_to_client = lambda message: told.append(message.type)
for _ in range(4):
    runner.quit()
print(*told, len(runner.greenlet))
"""


def can_isolate() -> bool:
    """Return whether this system permits namespaces of processes."""
    try:
        return subprocess.run([*ISOLATED, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


@dataclass
class Load:
    """A run in progress."""

    process: subprocess.Popen[str]
    control: EmulatorClient
    folder: Path
    workers: Sequence[subprocess.Popen[str]] = ()  # that were started apart from it

    @property
    def served(self) -> int:
        """Return the requests that the target has answered."""
        return int(self.control.journal(after=sys.maxsize)["count"])

    def wait_for_requests(self, number: int) -> None:
        """Wait until the target has answered so many more requests."""
        goal = self.served + number
        while self.served < goal:
            assert self.process.poll() is None, self.process.communicate()[0]

    @property
    def children(self) -> list[psutil.Process]:
        """Return all processes below the one that was started, and the workers."""
        workers = [psutil.Process(worker.pid) for worker in self.workers]
        return [*psutil.Process(self.process.pid).children(recursive=True), *workers]

    def send(self, number: int, *, group: bool = False, child: int | None = None) -> str:
        """Send a signal; return the output, once the load and all processes have ended as they must.

        The process that was started receives it, or its whole group, or one child.
        """
        children, before = self.children, self.served
        receiver = self.process.pid if child is None else children[child].pid
        (os.killpg if group else os.kill)(receiver, number)
        output, _ = self.process.communicate(timeout=60)
        _, alive = psutil.wait_procs(children, timeout=30)
        assert not alive
        assert self.served - before <= RATE * STOP_SECONDS * BUSY
        return output

    def recorded(self) -> Run:
        """Return the run that was recorded."""
        (path,) = (self.folder / run_result.FOLDER).glob("*.json")
        return run_result.load(path)


Start = Callable[..., Load]


@pytest.fixture
def start(running: emulator.Running, tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a run and waits until it is in progress."""
    started: list[subprocess.Popen[str]] = []
    (tmp_path / "own.toml").write_text(PROFILE)
    with EmulatorClient(running.url) as control:
        made = control.seed(60)
        accounts = [{"email": email, "password": made["password"]} for email in made["emails"]]
        account_pool.save(tmp_path / "pool.jsonl", accounts)

        def run(*words: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [*words, "--pool", str(tmp_path / "pool.jsonl")], cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
            )  # fmt: skip
            started.append(process)
            return process

        def begin(command: Sequence[str], *options: str, workers: Sequence[str] = ()) -> Load:
            """Start a command and, with options for them, two workers apart from it."""
            apart = [run(*command, *workers) for _ in range(2 if workers else 0)]
            load = Load(run(*command, *options), control, tmp_path, apart)
            load.wait_for_requests(RATE)
            return load

        yield begin
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_to_the_command_stops_the_run(start: Start, running: emulator.Running, number: int) -> None:
    load = start(COMMAND, running.url, "--profile", "own.toml")
    output = load.send(number)
    assert load.process.returncode == 4, output
    assert load.recorded().result is Result.PARTIAL
    assert "PARTIAL: " in output
    assert (load.folder / "reports/out/index.html").exists()


def test_ctrl_c_in_a_terminal_stops_the_command_and_its_workers(start: Start, running: emulator.Running) -> None:
    load = start(COMMAND, running.url, "--profile", "own.toml", "--", "--processes", "2", *own_port())
    output = load.send(signal.SIGINT, group=True)
    assert load.process.returncode == 4, output
    assert load.recorded().result is Result.PARTIAL


@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["process", "terminal"])
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_to_a_smoke_run_ends_its_emulator_too(
    tmp_path: Path, number: int, send: Callable[[int, int], None]
) -> None:
    command = [sys.executable, "-m", "loginradius_harness", "load", "smoke"]
    with subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout
        next(line for line in process.stdout if line.startswith("accounts"))  # the plan of the run is printed
        children = psutil.Process(process.pid).children(recursive=True)
        send(process.pid, number)
        output = process.stdout.read()
        process.wait(60)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert len(children) >= 2
    assert not alive
    assert "stopped by SIGTERM" in output
    assert process.returncode in {1, 4}, output  # PARTIAL unless a busy machine has exceeded the limits of smoke
    assert "PASS: " not in output


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_to_locust_stops_the_run(start: Start, running: emulator.Running, number: signal.Signals) -> None:
    load = start(LOCUST, "--host", running.url, "--load-profile", "own.toml")
    output = load.send(number)
    assert load.process.returncode == 4, output
    assert load.recorded().partial == f"stopped by {number.name}"


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_to_the_master_stops_its_workers(start: Start, running: emulator.Running, number: int) -> None:
    load = start(LOCUST, "--host", running.url, "--load-profile", "own.toml", "--processes", "2", *own_port())
    output = load.send(number)
    assert load.process.returncode == 4, output
    run = load.recorded()
    assert run.result is Result.PARTIAL
    assert run.served == run.metrics.requests_sent == run.metrics.answered


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_to_a_master_ends_workers_that_were_started_apart(
    start: Start, running: emulator.Running, number: int
) -> None:
    port, common = str(free_ports(1)[0]), ["--host", running.url, "--load-profile", "own.toml"]
    master = ["--master", "--master-bind-port", port, "--expect-workers", "2"]
    load = start(LOCUST, *common, *master, workers=[*common, "--worker", "--master-port", port])
    output = load.send(number)
    assert load.process.returncode == 4, output
    run = load.recorded()
    assert run.result is Result.PARTIAL
    assert run.served == run.metrics.requests_sent == run.metrics.answered


@pytest.mark.skipif(not can_isolate(), reason="this system does not let us make process namespaces")
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_to_the_entry_process_of_a_container_stops_the_run(
    start: Start, running: emulator.Running, number: signal.Signals
) -> None:
    load = start(
        (*ISOLATED, *LOCUST), "--host", running.url, "--load-profile", "own.toml", "--processes", "2", *own_port()
    )
    output = load.send(number, child=0)
    assert load.process.returncode == 4, output
    assert load.recorded().partial == f"stopped by {number.name}"


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_to_a_worker_hands_its_load_to_the_other(start: Start, running: emulator.Running, number: int) -> None:
    load = start(LOCUST, "--host", running.url, "--load-profile", "own.toml", "--processes", "2", *own_port())
    worker = load.children[0]
    worker.send_signal(number)
    worker.wait(30)
    load.wait_for_requests(RATE * 3)
    load.send(signal.SIGTERM)
    run = load.recorded()
    assert "1 of 2 workers left" in run.notes[0]
    assert run.lost_workers == 0
    assert run.served == run.metrics.requests_sent


def test_run_with_closed_output_can_be_stopped(start: Start, running: emulator.Running) -> None:
    load = start(LOCUST, "--host", running.url, "--load-profile", "own.toml")
    assert load.process.stdout
    load.process.stdout.close()
    load.process.terminate()
    load.process.wait(60)
    assert load.recorded().result is Result.PARTIAL


def test_a_killed_command_leaves_no_load_and_no_process(start: Start, running: emulator.Running) -> None:
    load = start(COMMAND, running.url, "--profile", "own.toml")
    load.send(signal.SIGKILL)
    assert load.recorded().partial == "the parent process has ended"


def test_a_killed_master_leaves_no_load_and_no_process(start: Start, running: emulator.Running) -> None:
    load = start(LOCUST, "--host", running.url, "--load-profile", "own.toml", "--processes", "2", *own_port())
    load.send(signal.SIGKILL)
    assert load.process.returncode == -signal.SIGKILL


def test_a_master_tells_its_workers_to_quit_once_however_often_locust_calls_quit() -> None:
    command = [sys.executable, "-c", QUIT_FOUR_TIMES, str(free_ports(1)[0])]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == ["quit", "quit", "0"]


def test_workers_that_do_not_come_are_an_infrastructure_error(running: emulator.Running, tmp_path: Path) -> None:
    expected = ["--expect-workers", "1", "--expect-workers-max-wait", "1"]
    done = subprocess.run(
        [*LOCUST, "--host", running.url, "--master", *own_port(), *expected],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr
    assert "0 of 1 workers came within 1 s" in done.stdout


def own_port() -> list[str]:
    """Return the options of a master and its workers that meet at a free port."""
    port = str(free_ports(1)[0])
    return ["--master-bind-port", port, "--master-port", port]
