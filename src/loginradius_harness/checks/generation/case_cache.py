"""Generated requests, frozen: the same contract and seed give the same cases, read from disk when drawn before."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from loginradius_harness.checks.generation.regressions import stored_cases
from loginradius_harness.contracts import Operation, reference_data

Json = Any

HOME = Path(".corpus")  # git-ignored; a changed contract draws only its own cases again
FORMAT = 1  # raised when cases are kept or drawn in another way
_REFERENCE = re.compile(r'"\$ref": ?"([^"#]+)')
WHOLE = "*"  # the member name that stands for a whole body
LONGEST_QUERY = 60_000  # characters on the wire; HTTP clients and servers stop at 64 k


class Case(msgspec.Struct, frozen=True):
    """What to change in a request that succeeds. `members` replace those of the part; `without` are left out."""

    mode: Literal["positive", "negative"]
    scenario: str  # the generator's name for it, e.g. string_above_max_length
    part: Literal["query", "body"]
    members: dict[str, Json] = {}
    without: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Short and stable: scenario, part and the members concerned."""
        return f"{self.scenario} of {self.part} {', '.join([*self.members, *self.without])}"

    def graft(self, query: Mapping[str, Json], body: Json) -> tuple[dict[str, Json], Json]:
        """Query and body of a request that succeeds, changed as this case says."""
        if self.part == "query":
            return self._changed(query), body
        if WHOLE in self.members:
            return dict(query), self.members[WHOLE]
        return dict(query), self._changed(body if isinstance(body, dict) else {})

    def _changed(self, part: Mapping[str, Json]) -> dict[str, Json]:
        return {name: value for name, value in {**part, **self.members}.items() if name not in self.without}


def travels(query: Mapping[str, Json]) -> bool:
    """Whether a query fits into a URL."""
    return len(urlencode(query, errors="replace")) <= LONGEST_QUERY


def cases(operation: Operation, seed: int = 0) -> tuple[Case, ...]:
    """All cases: what failed once, then the deterministic ones for seed 0, sampled ones for any other."""
    return (*stored_cases(operation), *_drawn(operation, seed))


def _drawn(operation: Operation, seed: int) -> tuple[Case, ...]:
    file = HOME / f"{operation.id}-{seed}-{_digest(operation)}.json"
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=tuple[Case, ...])
    from loginradius_harness.checks.generation.case_generation import (
        draw,  # the generator takes a second to load, and a frozen corpus none
    )

    drawn = draw(operation, seed)
    _keep(file, msgspec.json.encode(drawn))
    return drawn


def _digest(operation: Operation) -> str:
    """Changes with the contract, the shared schemas that it refers to, and the generator."""
    text = operation.file.read_text()
    text += "".join(f"{name}{_shared()[name]}" for name in sorted(_referred(text)))
    return hashlib.sha256(f"{text}{_generator()}".encode()).hexdigest()[:16]


def _referred(text: str) -> set[str]:
    """Names of the shared schemas that a text refers to, directly or through another."""
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


def _keep(file: Path, data: bytes) -> None:
    """Whole or not at all: workers may draw the same cases at once."""
    HOME.mkdir(exist_ok=True)
    for stale in HOME.glob(f"{file.name.rsplit('-', 1)[0]}-*.json"):
        stale.unlink(missing_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(file)
