"""Numbers in a small file, changed by one process and thread at a time.

Each request takes a turn here, so the file is written in place, by one call that a killed process cannot leave half
done, and is not synchronised: after a power cut the counts of that run are of no use to anyone.
"""

import os
import struct
import sys
import threading
from pathlib import Path

if sys.platform == "win32":
    from filelock import FileLock
else:
    import fcntl


class SharedNumbers:
    """`with numbers as values:` holds the lock; changes of the list are written at the end, unless it raises."""

    def __init__(self, path: Path, count: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._layout = struct.Struct(f"<{count}d")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._thread_lock = threading.Lock()
        self._values: list[float] = []
        if sys.platform == "win32":
            self._lock = FileLock(path.with_suffix(".lock"))

    def __enter__(self) -> list[float]:
        self._thread_lock.acquire()
        self._acquire()
        os.lseek(self._file, 0, os.SEEK_SET)
        content = os.read(self._file, self._layout.size).ljust(self._layout.size, b"\0")
        self._values = list(self._layout.unpack(content))
        return self._values

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        try:
            if kind is None:
                os.lseek(self._file, 0, os.SEEK_SET)
                os.write(self._file, self._layout.pack(*self._values))
        finally:
            self._release()
            self._thread_lock.release()

    def __del__(self) -> None:
        os.close(self._file)

    def _acquire(self) -> None:
        """Exclude other processes; the operating system releases the lock when its holder ends."""
        if sys.platform == "win32":
            self._lock.acquire()
        else:
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def _release(self) -> None:
        if sys.platform == "win32":
            self._lock.release()
        else:
            fcntl.flock(self._file, fcntl.LOCK_UN)
