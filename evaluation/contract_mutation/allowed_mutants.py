"""Mutants that a contract may accept (allowed_mutants.json): reviewed by kind of place, one reason each, and then fixed.

The list is data beside the schemas and not computed from them: a contract that is weakened accepts mutants that no
permission names, and its score falls. It started from the survivors of the contracts as they were, so a high score
shows that no strictness was lost since, and the length of the list how much was excused.
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
    """Kinds of mutant that may pass at some places, and why.

    `at` holds pointers by the schema that they start from: a shared one (`session.json`), a definition
    (`values.json#/$defs/uid`) or a part of an operation (`role.list_roles/200`, `.../body`, `.../query`, `.../error`;
    `*/body` is that of any operation). In a pointer `*` stands for any item.
    """

    reason: str
    kinds: tuple[str, ...]
    at: Mapping[str, Sequence[str]]

    @property
    def keys(self) -> Iterator[Key]:
        """Schema, pointer and kind of each mutant that may pass."""
        return ((where, at, kind) for where, pointers in self.at.items() for at in pointers for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Survivor:
    """A wrong instance that a contract accepts. `places` says where it is wrong, seen from each schema around it."""

    kind: str
    at: str
    places: tuple[tuple[str, str], ...]

    def within(self, operation_id: str, part: str) -> "Survivor":
        """The same, seen from a part of an operation, whose schema has had no address so far."""
        return replace(self, places=((f"*/{part}", self.at), (f"{operation_id}/{part}", self.at), *self.places))


def survivor(mutant: Mutant, origins: Mapping[Pointer, Sequence[str]]) -> Survivor:
    """The survivor that a mutant has become; its places follow from the schemas that speak on the way to it."""
    at = mutant.at
    around = ((where, text(at[steps:])) for steps in range(len(at) + 1) for where in origins.get(at[:steps], ()))
    return Survivor(mutant.kind, text(at), tuple(around))


def text(pointer: Pointer) -> str:
    """A JSON pointer, with `*` for the number of an item."""
    return "".join("/*" if isinstance(step, int) else f"/{step}" for step in pointer)


@cache
def allowed_mutants() -> Mapping[Key, AllowedMutant]:
    """What each key lets pass, and why."""
    entries = reference_data.read(Path(__file__).with_name("allowed_mutants.json"))
    found = [AllowedMutant(entry["reason"], tuple(entry["kinds"]), entry["at"]) for entry in entries]
    return {key: permission for permission in found for key in permission.keys}


def allowing(survivor: Survivor) -> Key | None:
    """The key that lets a survivor pass, of the innermost schema that has one."""
    keys = ((where, at, survivor.kind) for where, at in reversed(survivor.places))
    return next((key for key in keys if key in allowed_mutants()), None)
