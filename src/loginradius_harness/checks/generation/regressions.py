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

from loginradius_harness.contracts import Operation
from loginradius_harness.paths import DATA

if TYPE_CHECKING:  # the corpus puts kept cases before drawn ones
    from loginradius_harness.checks.generation.case_cache import Case  # noqa: PLC0415  # see above

FILE = DATA / "suites" / "regressions.json"


@cache
def _file() -> dict[str, list[dict[str, object]]]:
    cases: dict[str, list[dict[str, object]]] = json.loads(FILE.read_bytes())
    return cases


def stored_cases(operation: Operation) -> tuple["Case", ...]:
    """The operation's failures of the past."""
    from loginradius_harness.checks.generation.case_cache import Case  # see above

    return msgspec.convert(_file().get(operation.id, []), tuple[Case, ...])


@contextmanager
def storing_failures(operation: Operation, seed: int, file: Path = FILE) -> Iterator[None]:
    """A block whose failing case is kept, where the cases are fresh ones."""
    try:
        yield
    except AssertionError as failure:
        case = getattr(failure, "case", None)
        if seed and case is not None:
            store(operation, case, file)
        raise


def store(operation: Operation, case: "Case", file: Path = FILE) -> None:
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
