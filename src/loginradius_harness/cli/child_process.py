"""Run a long command in a process of its own, which is stopped in order when this one is."""

import signal
import subprocess
from collections.abc import Callable
from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

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
