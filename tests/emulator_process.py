"""Runs the emulator's command as users do."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def started(*options: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """Run an emulator, and yield its process and output: first word of a line -> rest."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said: dict[str, str] = {}
        assert process.stdout is not None
        for line in process.stdout:
            word, _, rest = line.strip().partition(" ")
            said[word] = rest
            if word == "ready":
                break
        try:
            yield process, said
        finally:
            process.kill()
