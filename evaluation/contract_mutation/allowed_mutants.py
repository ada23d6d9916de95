"""Mutants that a contract may accept (allowed_mutants.json), reviewed by kind of place, one reason each.

The list is data beside the schemas and not computed from them: a weakened contract accepts mutants that
the list does not name, and its score falls. The list began with the survivors of the contracts as they were: a high
score shows that no strictness was lost since, the length of the list how much is excused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from evaluation.contract_mutation.mutants import Mutant
from evaluation.contract_mutation.samples import Pointer
from loginradius_harness.contracts import reference_data

Key = tuple[str, str, str]  # schema, pointer, kind of mutant


@dataclass(frozen=True, slots=True)
class AllowedMutant:
    """Kinds of mutant that may pass at some places, and the reason.

    `at` holds pointers by the schema that they start from: a shared one (`session.json`), a definition
    (`values.json#/$defs/uid`) or a part of an operation (`role.list_roles/200`, `.../body`, `.../query`, `.../error`;
    `*/body` is that of any operation). In a pointer `*` stands for any item.
    """

    reason: str
    kinds: tuple[str, ...]
    at: Mapping[str, Sequence[str]]

    @property
    def keys(self) -> Iterator[Key]:
        """Yield schema, pointer and kind of each mutant that may pass."""
        return ((where, at, kind) for where, pointers in self.at.items() for at in pointers for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Survivor:
    """A wrong instance that a contract accepts. `places`: the wrong place, by each schema around it."""

    kind: str
    at: str
    places: tuple[tuple[str, str], ...]

    def within(self, operation_id: str, part: str) -> "Survivor":
        """Add the address of the place within a part of an operation."""
        return replace(self, places=((f"*/{part}", self.at), (f"{operation_id}/{part}", self.at), *self.places))


def survivor(mutant: Mutant, origins: Mapping[Pointer, Sequence[str]]) -> Survivor:
    """Make a survivor of a mutant; its places follow from the schemas that apply on the way to it."""
    at = mutant.at
    around = ((where, text(at[steps:])) for steps in range(len(at) + 1) for where in origins.get(at[:steps], ()))
    return Survivor(mutant.kind, text(at), tuple(around))


def text(pointer: Pointer) -> str:
    """Return a JSON pointer, with `*` for the number of an item."""
    return "".join("/*" if isinstance(step, int) else f"/{step}" for step in pointer)


@cache
def allowed_mutants() -> Mapping[Key, AllowedMutant]:
    """Map each key to the entry that allows it."""
    rows = reference_data.read(Path(__file__).with_name("allowed_mutants.json"))
    found = [AllowedMutant(row["reason"], tuple(row["kinds"]), row["at"]) for row in rows]
    return {key: entry for entry in found for key in entry.keys}


def allowing(survivor: Survivor) -> Key | None:
    """Return the key that allows a survivor, of the innermost schema that has one."""
    keys = ((where, at, survivor.kind) for where, at in reversed(survivor.places))
    return next((key for key in keys if key in allowed_mutants()), None)
