"""One question of the security checklist, as a foreign system can be asked it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from evaluation.peers.emulators.system import Answer, System, Unjudged
from loginradius_harness import contracts

OWN_SOURCES = ("product-facts.md#",)  # where the product's own words are cited, which bind no foreign system


@dataclass(frozen=True)
class Seen:
    """One observation, and whether a system that gives it is safe."""

    what: str
    is_safe: bool


Ask = Callable[[System], Iterator[Seen]]


@dataclass(frozen=True)
class Check:
    """`row` is a row of the security checklist; `expected` what a safe system does."""

    row: int
    name: str
    expected: str
    ask: Ask

    @cached_property
    def standards(self) -> list[str]:
        """The requirements that the row's rules cite."""
        cited = {source for rule in contracts.rules() if self.row in rule.checklist for source in rule.source}
        return sorted(source for source in cited if not source.startswith(OWN_SOURCES))


CHECKS: dict[str, Check] = {}


def check(row: int, expected: str) -> Callable[[Ask], Ask]:
    """Register a function that yields what it sees. Its name is `module.function`."""

    def register(ask: Ask) -> Ask:
        name = f"{ask.__module__.rpartition('.')[2]}.{ask.__name__}"
        CHECKS[name] = Check(row, name, expected, ask)
        return ask

    return register


def refusal(what: str, answer: Answer) -> Seen:
    """Safe where the system did not do it. Unjudged where it crashed, which is no refusal."""
    if answer.crashed:
        raise Unjudged(f"{what}: {answer}")
    return Seen(f"{what}: {answer}", not answer.ok)


def success(what: str, answer: Answer) -> Seen:
    """Safe where the system did it."""
    return Seen(f"{what}: {answer}", answer.ok)


def alike(known: tuple[str, Answer], unknown: tuple[str, Answer]) -> Seen:
    """Safe where nobody can tell two answers apart, which are given with the address that each is about."""
    (first, second), (email, stranger) = (known[1], unknown[1]), (known[0], unknown[0])
    same = (first.status, first.text.replace(email, "")) == (second.status, second.text.replace(stranger, ""))
    return Seen(f"somebody: {first}; nobody: {second}", same)
