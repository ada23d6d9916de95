"""Trigger each documented error with a request that is otherwise valid.

A scenario belongs to an error code. It sets the tenant's settings while the request is prepared (`before`) and when it
is sent (`after`), and changes the request. Every operation that lists the code must then return it, unless the coverage
waivers exempt it with a reason. A scenario that names its operations replaces the general ones of the same code.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import Any

from loginradius_harness.checks.generation.prepared_request import PreparedRequest, prepare
from loginradius_harness.checks.support.waivers import waived
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts import Operation, error_definitions
from loginradius_harness.tenants import TenantContext

Json = Any
Settings = Mapping[str, Json]
Arrange = Callable[[PreparedRequest], Mapping[str, Json] | None]
Where = Callable[[Operation], bool]

MODULES = (
    "tenant_settings",
    "account",
    "account_state",
    "quotas",
    "signatures",
    "tokens",
    "payload",
    "resources",
    "generated_tokens",
    "organizations",
    "passkeys",
    "factor_devices",
    "social",
)


@dataclass(frozen=True, kw_only=True)
class ErrorScenario:
    """One way to an error. `arrange` returns the keywords of `client.call` to change; `times` the request is sent.

    `needs` are capabilities of the tenant without which there is no such error.
    """

    code: int
    description: str
    before: Settings
    after: Settings
    arrange: Arrange
    times: int
    where: Where | None
    needs: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return code and description, fit for a test's id."""
        return f"{self.code} {self.description}"

    def trigger(self, operation: Operation, tenant: TenantContext) -> ApiResponse:
        """Prepare the operation, arrange the scenario and send the request; return the last response."""
        with prepare(operation, tenant, self.before) as prepared:
            prepared.change_settings(self.after)
            changes = self.arrange(prepared) or {}
            for _ in range(self.times - 1):
                prepared.send(**changes)
            return prepared.send(**changes)


_REGISTERED: list[ErrorScenario] = []


def error_scenario(  # noqa: PLR0913  # each has a default; a scenario names what it needs
    code: int,
    description: str,
    *,
    before: Settings = {},  # noqa: B006  # never changed
    after: Settings = {},  # noqa: B006  # never changed
    times: int = 1,
    where: Where | None = None,
    needs: tuple[str, ...] = (),
) -> Callable[[Arrange], Arrange]:
    """Register the function that arranges a scenario. `where` selects the operations it applies to.

    `needs` are capabilities that the tenant must have, beside those of the operation.
    """

    def register(arrange: Arrange) -> Arrange:
        _REGISTERED.append(
            ErrorScenario(
                code=code,
                description=description,
                before=before,
                after=after,
                arrange=arrange,
                times=times,
                where=where,
                needs=needs,
            )
        )
        return arrange

    return register


@cache
def error_scenarios() -> tuple[ErrorScenario, ...]:
    """Return all scenarios, module by module."""
    for theme in MODULES:
        import_module(f"{__name__}.{theme}")  # they register themselves, and import this module
    return tuple(_REGISTERED)


def error_scenarios_of(operation: Operation) -> Iterator[ErrorScenario]:
    """Yield the scenarios in which the operation must return an error."""
    for code in sorted(operation.codes):
        if waived("C3", f"{operation.id} {error_definitions()[code].status} {code}"):
            continue
        known = [known for known in error_scenarios() if known.code == code]
        special = [known for known in known if known.where is not None and known.where(operation)]
        yield from special or [known for known in known if known.where is None]


def no_setup(_ready: PreparedRequest) -> None:
    """Arrange nothing: the scenario lies in the tenant's settings alone."""


def operations_matching(patterns: str) -> Where:
    """Select operations whose id matches one of the patterns."""
    return lambda operation: any(fnmatchcase(operation.id, pattern) for pattern in patterns.split())


def without_token(operation: Operation) -> bool:
    """Return whether the operation needs no access token; wrong tokens are tested separately."""
    return "access_token" not in operation.auth
