"""Requests that older, newer and mobile clients send for an operation: another path or method, and other members."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loginradius_harness.contracts.operation import When

Json = Any


@dataclass(frozen=True)
class Alias:
    """One such request (`contracts/aliases.json`; contract-format.md#aliases).

    Args:
        operation: id of the operation that is meant.
        when: what tells it apart from other aliases of its route.
        adds: body members for which the path stands.
        renames: name of a body member, in lower case -> its name in the contract.
        from_query: query parameters, in lower case, that the operation takes in its body.
        from_path: path parameters that the operation takes in its query.
    """

    method: str
    path: str
    operation: str
    when: When = field(default_factory=When)
    adds: Mapping[str, Json] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    from_query: tuple[str, ...] = ()
    from_path: tuple[str, ...] = ()

    def body(self, query: Mapping[str, Json], body: Json) -> Json:
        """Return the body as the operation takes it."""
        if not (self.adds or self.renames or self.from_query):
            return body
        sent = body if isinstance(body, Mapping) else {}
        moved = {name: value for name, value in query.items() if name.lower() in self.from_query}
        return {**self.adds, **moved, **{self.renames.get(name.lower(), name): value for name, value in sent.items()}}


def read_aliases(directory: Path) -> tuple[Alias, ...]:
    """Return the aliases of a contracts directory; none where it has no such file."""
    file = directory / "aliases.json"
    return tuple(map(_alias, json.loads(file.read_bytes()))) if file.exists() else ()


def _alias(entry: dict[str, Json]) -> Alias:
    when = When(**entry.pop("when", {}))
    query, path = (tuple(entry.pop(name, ())) for name in ("from_query", "from_path"))
    return Alias(when=when, from_query=query, from_path=path, **entry)
