"""Runs another system as a process that can connect to this machine only."""

import os
import re
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, Timer

START_TIMEOUT = 180.0  # seconds
STOP_TIMEOUT = 20.0  # seconds
DISCARD_PROXY = "http://127.0.0.1:9"  # the discard port, so that connections to other hosts fail
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class NotStarted(Exception):  # noqa: N818  # the table prints "NOT STARTED"
    """A system cannot be installed or started; the text says why."""


@contextmanager
def running(command: Sequence[str | Path], ready: str, home: Path, **settings: str) -> Iterator[None]:
    """Run a process during the block, which begins when the process has printed `ready`.

    Raises:
        NotStarted: The process ended or timed out before that.

    """
    process = subprocess.Popen(
        command,
        cwd=home,
        env={**_environment(home), **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    try:
        _await(process, ready)
        Thread(target=deque, args=(process.stdout, 0), daemon=True).start()  # a full pipe would stop it
        yield
    finally:
        _stop(process)


@contextmanager
def home_folder() -> Iterator[Path]:
    """Provide an empty folder as the home folder of a process."""
    with tempfile.TemporaryDirectory(prefix="peer-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _environment(home: Path) -> dict[str, str]:
    """Return an environment with nothing of the caller's but PATH, and with proxies that refuse connections."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "CI": "1",
        "NO_UPDATE_NOTIFIER": "1",
        **dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], DISCARD_PROXY),
        **dict.fromkeys(["NO_PROXY", "no_proxy"], "127.0.0.1,localhost"),
    }


def _await(process: subprocess.Popen[str], ready: str) -> None:
    late = Timer(START_TIMEOUT, process.kill)
    late.start()
    said: deque[str] = deque(maxlen=3)
    try:
        for line in process.stdout or ():
            if ready in line:
                return
            said.append(COLOURS.sub("", line).strip())
    finally:
        late.cancel()
    raise NotStarted(f"ended without {ready!r}: {' / '.join(said)}")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
