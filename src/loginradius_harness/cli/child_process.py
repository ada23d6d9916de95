"""Run a long command in a process of its own, which is stopped in order when this one is."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_POLL_SECONDS = 0.5

Process = subprocess.Popen[bytes]


def run(words: list[str], stop: Callable[[Process], None], stdin: int | None = None) -> int:
    """Run a command in a session of its own; a signal that would end this process stops the command instead.

    In the session of this process a terminal would send Ctrl-C to both, and a command that is stopped twice does not
    clean up. `stop` is called for each signal.

    Returns the command's exit code, after it has written its report.
    """
    started: list[Process] = []

    def forward(_number: int, _frame: FrameType | None) -> None:
        for process in started:
            stop(process)

    # Before the start: a command inherits signals that are ignored, as in the background of a script, but no handlers.
    before = {number: signal.signal(number, forward) for number in _SIGNALS}
    try:
        with subprocess.Popen(words, stdin=stdin, start_new_session=True) as process:  # noqa: S603  # our own commands
            started.append(process)
            return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_with_parent() -> None:
    """Interrupt this process group, as Ctrl-C does, when the process that started this one has ended."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:  # on Windows it stays the same, and the run goes on to its end
        time.sleep(_POLL_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGINT)
