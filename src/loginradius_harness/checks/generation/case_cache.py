"""Generate the cases of an operation once: the same contract and seed give the same cases, read from disk later."""

import hashlib
import json
import os
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from loginradius_harness.checks.generation.case import Case
from loginradius_harness.checks.generation.regressions import stored_cases
from loginradius_harness.contracts import Operation, reference_data

FOLDER = Path(".harness/case_cache")  # git-ignored; a changed contract generates only its own cases again
FORMAT = 3  # raise it when cases are stored or generated in another way
_REFERENCE = re.compile(r'"\$ref": ?"([^"#]+)')


def cases(operation: Operation, seed: int = 0) -> tuple[Case, ...]:
    """Return all cases: past failures first, then the deterministic ones for seed 0, sampled ones for any other."""
    return (*stored_cases(operation), *_generated(operation, seed))


def _generated(operation: Operation, seed: int) -> tuple[Case, ...]:
    file = FOLDER / f"{operation.id}-{seed}-{_digest(operation)}.json"
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=tuple[Case, ...])
    from loginradius_harness.checks.generation.case_generation import (  # noqa: PLC0415  # takes a second to import
        generate_cases,
    )

    generated = generate_cases(operation, seed)
    _save(file, msgspec.json.encode(generated))
    return generated


def _digest(operation: Operation) -> str:
    """Return a digest of the contract, the shared schemas that it refers to, and the generator's version."""
    text = operation.file.read_text()
    text += "".join(f"{name}{_shared()[name]}" for name in sorted(_referred(text)))
    return hashlib.sha256(f"{text}{_generator()}".encode()).hexdigest()[:16]


def _referred(text: str) -> set[str]:
    """Return the names of the shared schemas that a text refers to, directly or through another."""
    found: set[str] = set()
    waiting = [text]
    while waiting:
        fresh = {name for name in _REFERENCE.findall(waiting.pop()) if name in _shared()} - found
        found |= fresh
        waiting += [_shared()[name] for name in fresh]
    return found


@cache
def _shared() -> dict[str, str]:
    return {
        name: json.dumps(schema, sort_keys=True) for name, schema in reference_data.schemas(reference_data.ROOT).items()
    }


@cache
def _generator() -> str:
    return f"{version('schemathesis')} {version('hypothesis')} {FORMAT}"


def _save(file: Path, data: bytes) -> None:
    """Write atomically: workers may generate the same cases at once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in FOLDER.glob(f"{file.name.rsplit('-', 1)[0]}-*.json"):
        stale.unlink(missing_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(file)
