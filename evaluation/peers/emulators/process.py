"""A foreign system in a process of its own, which reaches nothing but this machine."""

import os
import re
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, Timer

START = 180.0  # seconds
STOP = 20.0
NOWHERE = "http://127.0.0.1:9"  # the discard port: what wants to leave this machine ends here
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class NotStarted(Exception):  # noqa: N818  # the word that the table prints
    """A system is not there; the text says why."""


@contextmanager
def running(command: Sequence[str | Path], ready: str, home: Path, **settings: str) -> Iterator[None]:
    """A process while the block lasts; it has said `ready` when the block begins. NotStarted where it never does."""
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
def household() -> Iterator[Path]:
    """An empty folder that a process takes for its user's home."""
    with tempfile.TemporaryDirectory(prefix="foreign-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _environment(home: Path) -> dict[str, str]:
    """Nothing of the caller's but the search path: no credentials, no proxies that lead anywhere."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "CI": "1",
        "NO_UPDATE_NOTIFIER": "1",
        **dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], NOWHERE),
        **dict.fromkeys(["NO_PROXY", "no_proxy"], "127.0.0.1,localhost"),
    }


def _await(process: subprocess.Popen[str], ready: str) -> None:
    late = Timer(START, process.kill)
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
        process.wait(STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
