"""Is an invalid request refused with the code that the contract names?"""

from collections.abc import Callable, Iterator

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.generation import keyword_coverage
from loginradius_harness.checks.generation.assertions import assert_refused, expected_error_of
from loginradius_harness.checks.generation.case import Case
from loginradius_harness.checks.generation.case_cache import cases
from loginradius_harness.checks.generation.expected_error import ExpectedError, expected_error
from loginradius_harness.checks.generation.prepared_request import ALL_OPERATIONS, PreparedRequest
from loginradius_harness.checks.generation.regressions import storing_failures
from loginradius_harness.contracts import Operation, api_operations, default_error_codes

Covered = Callable[..., None]


def _needing_a_body() -> Iterator[object]:
    """Yield operations that need a body; an unreadable body cannot be told from a sibling's elsewhere."""
    for operation in api_operations():
        if operation.body is not None and not operation.body_optional:
            match = contracts.resolve(operation.method, operation.path, operation.example.get("query") or {}, None)
            if match is not None and match.operation.body is not None and not match.operation.body_optional:
                yield pytest.param(operation, id=operation.id)


@pytest.mark.rule("errors.bad_body_is_refused", "errors.status_follows_code", "wire.siblings_are_told_apart")
@pytest.mark.parametrize("operation", ALL_OPERATIONS)
def test_invalid_request_returns_the_documented_code(
    prepared_request: PreparedRequest, max_cases: int, case_seed: int, record_coverage: Covered
) -> None:
    """An otherwise valid request with one defect returns the code for that defect."""
    asked = _chosen(prepared_request, max_cases, case_seed)
    if not asked:
        pytest.skip("no request of this operation can be invalid")
    with storing_failures(prepared_request.operation, case_seed):
        for case, wanted in asked:
            assert_refused(prepared_request, case, wanted)
            if len(wanted.errors) == 1:
                part, error = wanted.errors[0]
                record_coverage("C4", *keyword_coverage.invalid(wanted.operation, part, error))


def _chosen(prepared: PreparedRequest, depth: int, seeded: int) -> list[tuple[Case, ExpectedError]]:
    """Return so many invalid cases: one for each expected code first, then in generated order."""
    judged = [
        (case, expected_error_of(prepared, case))
        for case in cases(prepared.operation, seeded)
        if case.mode == "negative"
    ]
    wrong = [(case, wanted) for case, wanted in judged if wanted.codes]
    first_of_code = {wanted.codes: number for number, (_, wanted) in reversed([*enumerate(wrong)])}
    leading = set(first_of_code.values())
    ordered = sorted(range(len(wrong)), key=lambda number: number not in leading)
    return [wrong[number] for number in ordered[: max(depth, len(leading))]]


UNREADABLE = [
    pytest.param(b"{", "application/json", "not_json", id="truncated"),
    pytest.param(b"", "application/json", "not_json", id="empty"),
    pytest.param(b"\xff\xfe", "application/json", "not_json", id="no text"),
    pytest.param(b"{", "application/x-www-form-urlencoded", "not_form", id="no form"),
    pytest.param(b"{}", "text/plain", "content_type", id="plain text"),
]


@pytest.mark.rule("errors.bad_json_is_refused", "wire.other_content_is_refused")
@pytest.mark.parametrize("operation", [*_needing_a_body()])
@pytest.mark.parametrize(("content", "content_type", "way"), UNREADABLE)
def test_unreadable_body_returns_the_documented_code(
    operation: Operation, content: bytes, content_type: str, way: str, unread_request: tuple[PreparedRequest, bool]
) -> None:
    """A body that is no JSON, or has another content type, returns the method's own code."""
    code = {**default_error_codes()["any"], **default_error_codes()[operation.method]}[way]
    request, is_invented = unread_request
    reply = request.send(body=content, headers={"Content-Type": content_type})
    if is_invented and not reply.ok and reply.error_code != code:
        pytest.skip("the tenant lacks the feature, and says so before it reads a body")
    reply.must_be_refused(code)


def _counting() -> Iterator[object]:
    """Yield operations with a number in their query, and its name."""
    for operation in api_operations():
        for name, part in ((operation.query or {}).get("properties") or {}).items():
            if part.get("type") == "integer":
                yield pytest.param(operation, name, id=f"{operation.id}-{name}")


@pytest.mark.rule("errors.are_those_of_the_operation")
@pytest.mark.parametrize(("operation", "name"), [*_counting()])
def test_text_in_numeric_query_parameter_is_refused(
    operation: Operation, name: str, prepared_request: PreparedRequest
) -> None:
    """Text in a numeric query parameter returns the code for a wrong parameter."""
    query = {**prepared_request.query, name: "many"}
    wanted = expected_error(operation, prepared_request.path, query, prepared_request.body)
    prepared_request.send(query=query).must_be_refused(*wanted.codes)
