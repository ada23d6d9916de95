"""Start an emulator in a process of its own."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from loginradius_harness.client.errors import InfrastructureError

_STOP_SECONDS = 10.0


@contextmanager
def running(*options: str) -> Iterator[str]:
    """Yield the URL of an emulator that runs as long as the block; `options` are those of its command line.

    The child ignores modules of the working folder (`-P`) and stops when its standard input closes. The operating
    system closes it when this process ends, however that happens, so that no emulator is left behind.
    Raises InfrastructureError with the child's own message where it does not start.
    """
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0", "--exit-with-parent"]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(  # noqa: S603  # our own command
            [*command, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C in a terminal ends it only after what still asks it
        ) as process,
    ):
        try:
            yield _url(process, errors)
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def _url(process: subprocess.Popen[str], errors: IO[str]) -> str:
    assert process.stdout  # noqa: S101  # requested above
    for line in process.stdout:
        if line.startswith("ready "):
            return line.split()[1]
    code = process.wait(_STOP_SECONDS)
    errors.seek(0)
    said = errors.read().strip() or "no message"
    raise InfrastructureError("loginradius-harness emulator", f"the process ended with exit code {code}: {said}")
