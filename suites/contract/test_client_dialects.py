"""Does the same request get the same response from every client?"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from loginradius_harness.checks.generation.client_dialects import CLIENTS, DialectRequest, as_form, canonical, recased
from loginradius_harness.checks.generation.prepared_request import (
    ALL_OPERATIONS,
    PreparedRequest,
    prepare,
    tenant_context_of,
)
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.contracts import Operation, api_operations
from loginradius_harness.tenants import TenantProvider

Json = Any
_OWN_NAME = re.compile(r"lrh-.*")  # a key chosen by the request, e.g. a permission
USUAL = "the harness's own client"
Spelling = Callable[[PreparedRequest], DialectRequest]


def _shape(data: Json) -> Json:
    """Return a response without its values: each request creates its own account."""
    if isinstance(data, dict):
        return {_OWN_NAME.sub("*", name): _shape(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_shape(data[0])] if data else []
    return type(data).__name__


def _must_agree(operation: Operation, provider: TenantProvider, spellings: dict[str, Spelling]) -> None:
    answers = dict(_answers(operation, provider, {USUAL: canonical, **spellings}))
    usual = answers.pop(USUAL)
    for name, answer in answers.items():
        if answer != usual:
            requirement = f"a request spelled like {name} gets the usual answer"
            raise ContractViolationError(operation.id, requirement, str(usual), str(answer))


def _answers(
    operation: Operation, provider: TenantProvider, spellings: dict[str, Spelling]
) -> Iterator[tuple[str, tuple[int, Json]]]:
    """Yield status and shape of each spelling's response; a read is prepared once for all of them."""
    waiting, tenant = [*spellings.items()], tenant_context_of(operation, provider)
    together = len(waiting) if operation.effect == "read" else 1
    while waiting:
        now, waiting = waiting[:together], waiting[together:]
        with prepare(operation, tenant) as prepared:
            for name, spelling in now:
                status, data = spelling(prepared).send(prepared)
                yield name, (status, _shape(data))


@pytest.mark.rule("credentials.every_client_is_understood", "wire.region_is_ignored", "wire.delete_may_have_a_body")
@pytest.mark.parametrize("operation", ALL_OPERATIONS)
def test_every_client_gets_the_same_response(operation: Operation, tenants: TenantProvider) -> None:
    """A request in the style of the Node, Python, Go, Elixir or .NET client succeeds alike."""
    _must_agree(operation, tenants, dict(CLIENTS))


@pytest.mark.rule("wire.names_match_in_any_case")
@pytest.mark.parametrize("operation", ALL_OPERATIONS)
def test_names_are_case_insensitive(operation: Operation, tenants: TenantProvider) -> None:
    """Path literals, query names and JSON keys match in upper and in lower case."""
    cases: dict[str, Spelling] = {
        "CAPITALS": lambda prepared: recased(prepared, str.upper),
        "small letters": lambda prepared: recased(prepared, str.lower),
    }
    _must_agree(operation, tenants, cases)


def _is_plain(body: Json) -> bool:
    return isinstance(body, dict) and bool(body) and all(isinstance(value, str) for value in body.values())


PLAIN = [
    pytest.param(operation, id=operation.id)
    for operation in api_operations()
    if _is_plain(operation.example.get("body"))
]


@pytest.mark.rule("wire.forms_are_read")
@pytest.mark.parametrize("operation", PLAIN)
def test_form_body_is_read_like_json(operation: Operation, tenants: TenantProvider) -> None:
    """A body of texts may be sent as form fields."""
    _must_agree(operation, tenants, {"a form": as_form})
