"""The emulator of a run ends with its run, however the run ends; where it does not start, it says why."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.target import emulator_process
from tests.pytest_plugin import user_project
from tests.pytest_plugin.user_project import Run

SECONDS = 20  # for a process to end on a busy machine

ENDS = {
    "os._exit": "os._exit(1)",
    "os._exit in a thread, as pytest-timeout does": (
        "thread = threading.Thread(target=os._exit, args=(1,))\n    thread.start()\n    thread.join()"
    ),
    "SIGKILL": "os.kill(os.getpid(), signal.SIGKILL)",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM)",
    "SIGINT": "os.kill(os.getpid(), signal.SIGINT)",
}


def write_test(folder: Path, end: str) -> Path:
    """Write a test that notes the processes of its run, and ends its own process."""
    noted = folder / "emulator.pid"
    (folder / "test_application.py").write_text(
        "import os, signal, threading\n"
        "from pathlib import Path\n"
        "import psutil\n"
        "def test_ends(loginradius):\n"
        "    children = psutil.Process().children()\n"
        f"    Path({str(noted)!r}).write_text(str(children[0].pid))\n"
        f"    {end}\n",
        encoding="utf-8",
    )
    return noted


@contextlib.contextmanager
def ending(pid: int) -> Iterator[psutil.Process | None]:
    """Yield the process, None where it has ended already; make sure that none is left behind by a failed test."""
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        yield None
        return
    try:
        yield process
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def has_ended(pid: int) -> bool:
    with ending(pid) as process:
        return process is None or bool(psutil.wait_procs([process], timeout=SECONDS)[0])


@pytest.mark.parametrize("end", ENDS)
def test_emulator_ends_with_its_run(tmp_path: Path, run_pytest: Run, end: str) -> None:
    noted = write_test(tmp_path, ENDS[end])
    finished = run_pytest("-q")
    assert finished.returncode != 0
    assert has_ended(int(noted.read_text(encoding="utf-8")))


@pytest.mark.parametrize("end", ["os._exit", "SIGKILL"])
def test_emulator_ends_with_a_crashed_worker(tmp_path: Path, run_pytest: Run, end: str) -> None:
    noted = write_test(tmp_path, ENDS[end])
    finished = run_pytest("-q", "-n", "1", "--max-worker-restart", "0")
    assert finished.returncode != 0
    assert has_ended(int(noted.read_text(encoding="utf-8")))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_emulators_of_workers_end_with_a_killed_controller(tmp_path: Path, number: int) -> None:
    noted = write_test(tmp_path, "os.write(2, b'READY\\n'); signal.pause()")
    with subprocess.Popen(
        user_project.command("-q", "-s", "-n", "1"),
        cwd=tmp_path,
        env=user_project.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stderr
        assert any(line == "READY\n" for line in run.stderr)
        workers = psutil.Process(run.pid).children()
        run.send_signal(number)
        run.wait(SECONDS)
    try:
        assert has_ended(int(noted.read_text(encoding="utf-8")))
    finally:
        for worker in workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.kill()


def test_emulator_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(InfrastructureError, match=r"exit code 2: .*no preset 'nope'") as failure,
        emulator_process.running("--preset", "nope"),
    ):
        pass
    assert "Traceback" not in str(failure.value)


def test_run_whose_emulator_does_not_start_ends_with_exit_code_3(tmp_path: Path, run_pytest: Run) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho 'the disk is on fire' >&2\nexit 7\n", encoding="utf-8")
    broken.chmod(0o755)
    (tmp_path / "conftest.py").write_text(f"import sys\nsys.executable = {str(broken)!r}\n", encoding="utf-8")
    (tmp_path / "test_application.py").write_text("def test_own(loginradius): pass\n", encoding="utf-8")
    finished = run_pytest()
    assert finished.returncode == 3
    assert "the process ended with exit code 7: the disk is on fire" in finished.stdout + finished.stderr
    assert "StopIteration" not in finished.stdout


def test_emulator_ignores_modules_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loginradius_harness.py").write_text("raise ImportError('not this one')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with emulator_process.running() as url:
        assert url.startswith("http://127.0.0.1:")


def test_ctrl_c_in_a_terminal_does_not_reach_the_emulator() -> None:
    before = set(psutil.Process().children())
    with emulator_process.running():
        (started,) = set(psutil.Process().children()) - before
        assert os.getpgid(started.pid) != os.getpgrp()


@contextlib.contextmanager
def emulator_with_input() -> Iterator["subprocess.Popen[str]"]:
    """Run an emulator that ends with its parent, as the plug-in does."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0", "--exit-with-parent"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout
        assert any(line.startswith("ready ") for line in process.stdout)
        yield process


def test_emulator_ends_when_its_input_closes() -> None:
    with emulator_with_input() as process:
        assert process.stdin
        process.stdin.close()
        assert process.wait(SECONDS) == 0


def test_emulator_whose_input_is_open_ends_at_a_signal_without_an_error() -> None:
    with emulator_with_input() as process:
        process.terminate()
        assert process.wait(SECONDS) == 0
        assert process.stderr
        assert process.stderr.read() == ""
