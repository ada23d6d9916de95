"""The resource log: what a run creates on a shared tenant, written before it is created.

Each process has a file `<directory>/<process>.jsonl`, append-only. A line is either `{"number", "kind", "names"}`,
something that is about to be created, or `{"removed": number}`. A line is handed to the operating system at once, so
that it outlives the process however that ends; only a power cut could lose the newest ones, and waiting for the disk
each time would cost more than the request. The process holds a lock beside the file while it lives. A file whose lock
is free was left by an interrupted run; any later run may clean up what it names.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Self

from filelock import FileLock, Timeout

from loginradius_harness.target.target import Target


@dataclass(frozen=True)
class CreatedResource:
    """Something created, or about to be created. Each of its `names` identifies it."""

    number: int
    kind: str  # account | role | registration_record | webhook | legacy_webhook | resthook | settings
    names: tuple[str, ...]


class ResourceLog:
    """The resource log of this process, or one that an interrupted run left."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self._lock = lock
        self.entries = {entry.number: entry for entry in read(path)}
        self._names = {name for entry in self.entries.values() for name in entry.names}
        self._last = max(self.entries, default=0)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    @classmethod
    def begin(cls, directory: Path) -> Self:
        """Create the log of this process."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{os.getpid()}-{token_hex(4)}.jsonl"
        lock = _lock(path)
        lock.acquire()
        return cls(path, lock)

    def plan(self, kind: str, *names: str) -> CreatedResource:
        """Log that something will be created. The file has the line when this returns."""
        self._last += 1
        entry = CreatedResource(self._last, kind, names)
        self._write({"number": entry.number, "kind": kind, "names": names})
        self.entries[entry.number] = entry
        self._names.update(names)
        return entry

    def remove(self, entry: CreatedResource) -> None:
        """Log that something was removed, or was never created."""
        self._write({"removed": entry.number})
        del self.entries[entry.number]

    def record_ids(self, *names: str) -> None:
        """Remember further names of what is in the log, such as an account's uid."""
        self._names.update(names)

    def owns(self, name: str) -> bool:
        """Return whether a name belongs to something that this run has created."""
        return name in self._names

    def close(self) -> None:
        """Close the file, and delete it where everything in it was removed."""
        os.close(self._file)
        if not self.entries:
            self.path.unlink(missing_ok=True)
        self._lock.release()
        if not self.entries:
            Path(self._lock.lock_file).unlink(missing_ok=True)

    def _write(self, line: dict[str, object]) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")


def read(path: Path) -> Iterator[CreatedResource]:
    """Yield what a file names and was not removed. A last line that a crash truncated was never acted upon."""
    entries: dict[int, CreatedResource] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        if "removed" in entry:
            entries.pop(entry["removed"], None)
        else:
            entries[entry["number"]] = CreatedResource(entry["number"], entry["kind"], tuple(entry["names"]))
    yield from entries.values()


def unfinished_logs(directory: Path) -> Iterator[ResourceLog]:
    """Yield the logs of interrupted runs. Each belongs to this process from then on, which must close it."""
    for path in sorted(directory.glob("*.jsonl")):
        lock = _lock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue  # its run is still active
        yield ResourceLog(path, lock)


def log_folder(target: Target, state: Path) -> Path:
    """Return the folder of a target's logs, named after its API address and a fingerprint of its key."""
    host = target.api_url.split("://")[-1].replace("/", "-").replace(":", "-")
    return state / "resources" / f"{host}-{target.api_key.fingerprint}"


def _lock(path: Path) -> FileLock:
    return FileLock(path.with_suffix(".lock"))
