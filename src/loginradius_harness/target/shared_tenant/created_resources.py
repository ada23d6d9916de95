"""What a run creates on a shared tenant, written to disk before it is created, so that nothing stays behind.

One file for each process: `<directory>/<run>.jsonl`, append-only, each line synchronised. A line is either
`{"number", "kind", "names"}`, something that is about to be created, or `{"gone": number}`. The process holds a lock
beside the file for as long as it lives; a file whose lock is free belongs to a run that died, and anybody may clean up
after it.
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
    """Something created, or about to be. Any of its `names` leads to it."""

    number: int
    kind: str  # account | role | registration_data | webhook | webhook_legacy
    names: tuple[str, ...]


class ResourceLog:
    """The ledger of this process, or one that a dead run left."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self._lock = lock
        self.entries = {entry.number: entry for entry in read(path)}
        self._names = {name for entry in self.entries.values() for name in entry.names}
        self._last = max(self.entries, default=0)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    @classmethod
    def begin(cls, directory: Path) -> Self:
        """A new one."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{os.getpid()}-{token_hex(4)}.jsonl"
        lock = _lock(path)
        lock.acquire()
        return cls(path, lock)

    def plan(self, kind: str, *names: str) -> CreatedResource:
        """Say that something will be created. It is on disk when this returns."""
        self._last += 1
        entry = CreatedResource(self._last, kind, names)
        self._write({"number": entry.number, "kind": kind, "names": names})
        self.entries[entry.number] = entry
        self._names.update(names)
        return entry

    def remove(self, entry: CreatedResource) -> None:
        """Say that something is gone, or was never made."""
        self._write({"gone": entry.number})
        del self.entries[entry.number]

    def record_ids(self, *names: str) -> None:
        """Further names of things that are in here, such as an account's uid."""
        self._names.update(names)

    def owns(self, name: str) -> bool:
        """Whether a name is of something that this run has created."""
        return name in self._names

    def close(self) -> None:
        """Let go of the file. One in which nothing is left open is deleted."""
        os.close(self._file)
        if not self.entries:
            self.path.unlink(missing_ok=True)
        self._lock.release()
        if not self.entries:
            Path(self._lock.lock_file).unlink(missing_ok=True)

    def _write(self, line: dict[str, object]) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")
        os.fsync(self._file)


def read(path: Path) -> Iterator[CreatedResource]:
    """The entries of a file that are not gone. A last line that a crash cut off was never acted upon."""
    entries: dict[int, CreatedResource] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            said = json.loads(line)
        except json.JSONDecodeError:
            continue
        if "gone" in said:
            entries.pop(said["gone"], None)
        else:
            entries[said["number"]] = CreatedResource(said["number"], said["kind"], tuple(said["names"]))
    yield from entries.values()


def unfinished_logs(directory: Path) -> Iterator[ResourceLog]:
    """The ledgers of runs that died. Each is this process's own from here on, and must be closed."""
    for path in sorted(directory.glob("*.jsonl")):
        lock = _lock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue  # its run is alive
        yield ResourceLog(path, lock)


def log_folder(target: Target, state: Path) -> Path:
    """The directory of a target's ledgers: its API address says which tenant it is, and the key which one there."""
    host = target.api_url.split("://")[-1].replace("/", "-").replace(":", "-")
    return state / "ledger" / f"{host}-{target.api_key.fingerprint}"


def _lock(path: Path) -> FileLock:
    return FileLock(path.with_suffix(".lock"))
