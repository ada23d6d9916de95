"""A check of the security checklist that can be carried out on any system."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from evaluation.peers.emulators.system import Inconclusive, Response, System
from loginradius_harness import contracts

OWN_SOURCES = ("product-facts.md#",)  # facts about the product, which do not bind other systems


@dataclass(frozen=True)
class Observation:
    """One observation, and whether a system that shows it is safe."""

    text: str
    is_safe: bool


Procedure = Callable[[System], Iterator[Observation]]


@dataclass(frozen=True)
class Check:
    """`row` is a row of the security checklist; `expected` says what a safe system does."""

    row: int
    name: str
    expected: str
    run: Procedure

    @cached_property
    def standards(self) -> list[str]:
        """Return the requirements that the row's rules cite."""
        cited = {source for rule in contracts.rules() if self.row in rule.checklist for source in rule.source}
        return sorted(source for source in cited if not source.startswith(OWN_SOURCES))


CHECKS: dict[str, Check] = {}


def check(row: int, expected: str) -> Callable[[Procedure], Procedure]:
    """Register a function that yields observations, under the name `module.function`."""

    def register(run: Procedure) -> Procedure:
        name = f"{run.__module__.rpartition('.')[2]}.{run.__name__}"
        CHECKS[name] = Check(row, name, expected, run)
        return run

    return register


def refusal(action: str, answer: Response) -> Observation:
    """Return an observation that is safe if the system refused.

    Raises:
        Inconclusive: The system crashed, which is no refusal.

    """
    if answer.crashed:
        raise Inconclusive(f"{action}: {answer}")
    return Observation(f"{action}: {answer}", not answer.ok)


def success(action: str, answer: Response) -> Observation:
    """Return an observation that is safe if the system accepted."""
    return Observation(f"{action}: {answer}", answer.ok)


def indistinguishable(known: tuple[str, Response], unknown: tuple[str, Response]) -> Observation:
    """Return an observation that is safe if two responses differ only in the address that each is about.

    Args:
        known: Address of an account and its response.
        unknown: Address without an account and its response.

    """
    (first, second), (email, stranger) = (known[1], unknown[1]), (known[0], unknown[0])
    same = (first.status, first.text.replace(email, "")) == (second.status, second.text.replace(stranger, ""))
    return Observation(f"existing account: {first}; no account: {second}", same)
