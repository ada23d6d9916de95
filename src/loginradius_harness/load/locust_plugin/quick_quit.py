"""How a master ends: locust's own way takes up to two seconds, though its workers leave within a tenth of one."""

import time

import gevent
from locust.runners import MasterRunner

_QUIT_SECONDS = 0.5  # for all workers to leave
_POLL_SECONDS = 0.025


def install(runner: MasterRunner) -> None:
    """Make a master quit once, and wait no longer than its workers need to send their last reports and leave.

    Locust calls `quit` up to four times at the end of a process, and its own waits half a second each time.
    """

    def quit_runner() -> None:
        if not runner.greenlet:
            return  # nothing is left to end
        runner.stop(send_stop_to_client=False)
        runner.send_message("quit")
        deadline = time.monotonic() + _QUIT_SECONDS
        while runner.worker_count and time.monotonic() < deadline:
            gevent.sleep(_POLL_SECONDS)
        runner.greenlet.kill(block=True)

    runner.quit = quit_runner  # type: ignore[method-assign]  # locust makes the runner, of its own class
