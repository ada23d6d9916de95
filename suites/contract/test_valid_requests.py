"""Does a valid request succeed as documented?"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.generation import keyword_coverage
from loginradius_harness.checks.generation.assertions import accepted_variations
from loginradius_harness.checks.generation.prepared_request import ALL_OPERATIONS, PreparedRequest, tenant_context_of
from loginradius_harness.checks.generation.regressions import storing_failures
from loginradius_harness.checks.generation.valid_variations import variations
from loginradius_harness.contracts import Operation
from loginradius_harness.tenants import TenantProvider

Json = Any
Covered = Callable[..., None]

_DATE = re.compile(r"\d{4}-\d\d-\d\dT")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z|0001-01-01T00:00:00")


def of_rule(name: str) -> list[Any]:
    """Return the operations of a rule as parameters."""
    chosen = contracts.rule(name).operations
    return [parameter for parameter in ALL_OPERATIONS if parameter.id in chosen]


@pytest.mark.parametrize("operation", ALL_OPERATIONS)
def test_documented_example_succeeds(
    operation: Operation, prepared_request: PreparedRequest, record_coverage: Covered
) -> None:
    """The contract's example succeeds, and its response keeps the contract."""
    prepared_request.send().must_succeed()
    record_coverage("C4", *keyword_coverage.valid(operation, prepared_request.query, prepared_request.body))


@pytest.mark.rule("wire.success_is_200")
@pytest.mark.parametrize("operation", of_rule("wire.success_is_200"))
def test_success_has_status_200(prepared_request: PreparedRequest) -> None:
    """Creations and deletions too are answered with 200."""
    assert prepared_request.send(check=False).status == 200


@pytest.mark.rule("wire.dates_are_utc")
@pytest.mark.parametrize("operation", of_rule("wire.dates_are_utc"))
def test_dates_are_in_utc(prepared_request: PreparedRequest) -> None:
    """Dates of a response end with a Z."""
    dates = [text for text in _texts(prepared_request.send().must_succeed().data) if _DATE.match(text)]
    assert dates
    assert [text for text in dates if not _UTC.fullmatch(text)] == []


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


@pytest.mark.parametrize("operation", ALL_OPERATIONS)
def test_optional_members_are_accepted(
    operation: Operation, tenants: TenantProvider, case_seed: int, record_coverage: Covered
) -> None:
    """Every valid value of every optional member, and all pairs of members, are accepted."""
    asked = variations(operation, case_seed)
    if not asked:
        pytest.skip("nothing about this operation's request is optional")
    with storing_failures(operation, case_seed):
        for variation, prepared in accepted_variations(operation, tenant_context_of(operation, tenants), asked):
            record_coverage("C4", *keyword_coverage.valid(operation, *variation.apply(prepared.query, prepared.body)))
            record_coverage("C8", *variation.pairs(operation))
