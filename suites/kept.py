"""Generated cases that failed once: `regressions.json`, asked again by every run.

Only a run that explores (`--fresh SEED`) adds to it: what everybody's run draws is asked again anyway.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts import Operation

if TYPE_CHECKING:  # the corpus puts kept cases before drawn ones
    from suites.corpus import Case

FILE = Path(__file__).with_name("regressions.json")


@cache
def _file() -> dict[str, list[dict[str, object]]]:
    cases: dict[str, list[dict[str, object]]] = json.loads(FILE.read_bytes())
    return cases


def kept(operation: Operation) -> tuple["Case", ...]:
    """The operation's failures of the past."""
    from suites.corpus import Case  # noqa: PLC0415  # see above

    return msgspec.convert(_file().get(operation.id, []), tuple[Case, ...])


@contextmanager
def keeping(operation: Operation, seed: int, file: Path = FILE) -> Iterator[None]:
    """A block whose failing case is kept, where the cases are fresh ones."""
    try:
        yield
    except AssertionError as failure:
        case = getattr(failure, "case", None)
        if seed and case is not None:
            keep(operation, case, file)
        raise


def keep(operation: Operation, case: "Case", file: Path = FILE) -> None:
    """Add a case, once. Workers may do so at the same time."""
    with file.open("r+") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        known: dict[str, list[object]] = json.load(stream)
        entry = msgspec.json.decode(msgspec.json.encode(case))  # as it is read from the file: lists, no tuples
        if entry in known.setdefault(operation.id, []):
            return
        known[operation.id].append(entry)
        stream.seek(0)
        stream.truncate()
        json.dump(dict(sorted(known.items())), stream, indent=2)
        stream.write("\n")
