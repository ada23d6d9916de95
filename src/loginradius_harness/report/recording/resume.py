"""Go on with a run that was stopped or killed: what it has answered is not asked again."""

import shlex
import time
from collections import Counter
from pathlib import Path

import pytest

from loginradius_harness.report.recording import event_stream, events

OPTION = "--resume"


class CannotResume(Exception):  # noqa: N818  # named after what is the case, as the client's failures are
    """There is no run to go on with, or it asked something else."""

    exit_code = 2


def last_run(out: Path, now: events.RunStarted) -> events.RunStarted:
    """Return the run in a report folder. Raises CannotResume where it was not started as the present one."""
    stream = out / event_stream.STREAM
    run = event_stream.read(stream).run if stream.exists() else None
    if run is None:
        raise CannotResume(f"{OPTION}: {out} holds no run to go on with")
    if difference := _difference(run.command, now.command):
        raise CannotResume(f"{OPTION} needs the options of the run that it goes on with, which had {difference}")
    if run.contracts != now.contracts:
        raise CannotResume(f"{OPTION}: the contracts have changed since that run: start a new one")
    return run


def _difference(before: str, now: str) -> str:
    """Return in which options two command lines differ."""
    earlier, later = Counter(shlex.split(before)), Counter(shlex.split(now))
    later.pop(OPTION, None)
    missing, added = earlier - later, later - earlier
    parts = [shlex.join(missing)] if missing else []
    return ", and ".join([*parts, f"not {shlex.join(added)}"] if added else parts)


def event(stream: Path) -> events.Resumed:
    """Return the event that continues a stream, and end the line that a kill may have cut."""
    paused = max(0.0, time.time() - stream.stat().st_mtime)
    with stream.open("rb+") as file:
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            file.write(b"\n")
    return events.Resumed(paused=round(paused, 3))


class UnansweredOnly:
    """Leaves out the tests that have answered. Each process finds the same ones: those before the run went on."""

    def __init__(self, stream: Path) -> None:
        self._stream = stream

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the other tests; the report counts none of these as left out."""
        answered = event_stream.read(self._stream).answered
        items[:] = [item for item in items if item.nodeid not in answered]

    def pytest_report_header(self) -> str:
        """Say how much is done."""
        return f"resume: {len(event_stream.read(self._stream).answered):,} tests have their verdict"
