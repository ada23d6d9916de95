"""How each documented refusal comes about, while everything else about the request is valid.

A situation belongs to a product code. It says what is the case in the tenant while the request is prepared (`before`)
and when it is sent (`after`), and what is different about the request. The code must then come back from every
operation that lists it, unless the coverage ledger waives it there with a reason. A situation that names its operations
takes the place of those of the same code that stand for all.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import Any

from contracts import Operation, errors
from harness.reply import Reply
from harness.stage import Scene
from suites.ledger import waived
from suites.prepared import Prepared, prepared

Json = Any
Settings = Mapping[str, Json]
Arrange = Callable[[Prepared], Mapping[str, Json] | None]
Where = Callable[[Operation], bool]

THEMES = (
    "tenants",
    "people",
    "states",
    "quotas",
    "signatures",
    "secrets",
    "contents",
    "collections",
    "generated",
    "social",
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """`arrange` acts on the tenant and gives the keywords of `client.call` to change; `times` the request is sent."""

    code: int
    says: str
    before: Settings
    after: Settings
    arrange: Arrange
    times: int
    where: Where | None

    @property
    def name(self) -> str:
        """Code and words, fit for a test's id."""
        return f"{self.code} {self.says}"

    def bring_about(self, operation: Operation, scene: Scene) -> Reply:
        """Prepare the operation, get into the situation and send the request; the last answer."""
        with prepared(operation, scene, self.before) as ready:
            ready.set_tenant(self.after)
            changes = self.arrange(ready) or {}
            for _ in range(self.times - 1):
                ready.send(**changes)
            return ready.send(**changes)


_KNOWN: list[Situation] = []


def situation(  # noqa: PLR0913  # each has a default; a situation names what it needs
    code: int,
    says: str,
    *,
    before: Settings = {},  # noqa: B006  # never changed
    after: Settings = {},  # noqa: B006  # never changed
    times: int = 1,
    where: Where | None = None,
) -> Callable[[Arrange], Arrange]:
    """Registers the function that arranges a situation. `where` says which operations can get there."""

    def register(arrange: Arrange) -> Arrange:
        _KNOWN.append(
            Situation(code=code, says=says, before=before, after=after, arrange=arrange, times=times, where=where)
        )
        return arrange

    return register


@cache
def situations() -> tuple[Situation, ...]:
    """All situations, theme by theme."""
    for theme in THEMES:
        import_module(f"{__name__}.{theme}")  # they register themselves, and import this module
    return tuple(_KNOWN)


def situations_of(operation: Operation) -> Iterator[Situation]:
    """Those in which the operation must refuse."""
    for code in sorted(operation.codes):
        if waived("C3", f"{operation.id} {errors()[code].status} {code}"):
            continue
        known = [known for known in situations() if known.code == code]
        special = [known for known in known if known.where is not None and known.where(operation)]
        yield from special or [known for known in known if known.where is None]


def nothing(_ready: Prepared) -> None:
    """For a situation that lies in the tenant's settings alone."""


def at(patterns: str) -> Where:
    """Operations whose id fits one of the patterns."""
    return lambda operation: any(fnmatchcase(operation.id, pattern) for pattern in patterns.split())


def without_token(operation: Operation) -> bool:
    """Operations that no access token opens; what is wrong with a token is a question of its own."""
    return "access_token" not in operation.auth
