"""Store generated cases that failed, so that every later run asks them again.

In a checkout they stand in `suites/regressions.json`. An installation is not written to: there they go to
`reports/out/regressions.json` below the working folder. Only a run with `--case-seed SEED` adds to the file; the cases
of an ordinary run are the same each time anyway.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec
from filelock import FileLock

from loginradius_harness.checks.generation.case import Case
from loginradius_harness.contracts import Operation
from loginradius_harness.paths import DATA, IS_CHECKOUT

FILE = DATA / "suites" / "regressions.json" if IS_CHECKOUT else Path("reports/out/regressions.json")

Entries = dict[str, list[dict[str, object]]]  # operation id -> cases


@cache
def _entries() -> Entries:
    return _decode(FILE.read_text()) if FILE.exists() else {}


def _decode(text: str) -> Entries:
    entries: Entries = json.loads(text or "{}")
    return entries


def stored_cases(operation: Operation) -> tuple[Case, ...]:
    """Return the operation's stored failures."""
    return msgspec.convert(_entries().get(operation.id, []), tuple[Case, ...])


@contextmanager
def storing_failures(operation: Operation, seed: int, file: Path = FILE) -> Iterator[None]:
    """Store the case that fails within the block, where the cases come from a seed other than 0."""
    try:
        yield
    except AssertionError as failure:
        case = getattr(failure, "case", None)
        if seed and case is not None:
            store(operation, case, file)
        raise


def store(operation: Operation, case: Case, file: Path = FILE) -> None:
    """Add a case, once. Several workers may do so at the same time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_name(f".{file.name}.lock")), file.open("a+") as stream:
        stream.seek(0)
        known = _decode(stream.read())
        entry = msgspec.json.decode(msgspec.json.encode(case))  # as it is read from the file: lists, no tuples
        if entry in known.setdefault(operation.id, []):
            return
        known[operation.id].append(entry)
        stream.truncate(0)
        json.dump(dict(sorted(known.items())), stream, indent=2)
        stream.write("\n")
