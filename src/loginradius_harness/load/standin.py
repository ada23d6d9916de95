"""An emulator in a process of its own, for runs that bring their tenant with them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from loginradius_harness.client.errors import InfrastructureError

_PATIENCE = 10  # seconds to stop


@contextmanager
def emulator(*options: str) -> Iterator[str]:
    """The URL of an emulator that lives as long as the block; `options` as on its command line."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own command
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout  # noqa: S101  # asked for above
    for line in process.stdout:
        if line.startswith("ready "):
            return line.split()[1]
    raise InfrastructureError(
        "loginradius-harness emulator", f"ended with {process.wait(_PATIENCE)} before it was ready"
    )
