"""The journal of a tenant: its newest requests with their outcomes, and a count of all."""

from collections import deque

import msgspec


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One request. `code` is the product error code of a refusal, `uid` the account that it was about, where known."""

    number: int
    at: float
    method: str
    path: str
    operation: str | None
    status: int
    code: int | None
    uid: str | None
    seconds: float


class Journal:
    """The newest entries, without gaps in their numbers; `count` counts all."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque()
        self.count = 0
        self.by_operation: dict[str, int] = {}

    def add(  # noqa: PLR0913, PLR0917  # one positional call a request is cheaper than building keywords
        self,
        at: float,
        method: str,
        path: str,
        operation: str | None,
        status: int,
        code: int | None,
        uid: str | None,
        seconds: float,
        kept: int,
    ) -> None:
        """Add one answered request, and drop those beyond the newest `kept`.

        `path` comes without its query, which may hold secrets.
        """
        self.count += 1
        self.by_operation[operation or "-"] = self.by_operation.get(operation or "-", 0) + 1
        self.entries.append(Entry(self.count, at, method, path, operation, status, code, uid, seconds))
        while len(self.entries) > kept:
            self.entries.popleft()
