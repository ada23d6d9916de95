"""Is an invalid request refused, with the very code that the contract names?"""

from collections.abc import Callable, Iterator

import pytest

import contracts
from contracts import Operation, operations, refusals
from harness.failures import ContractBroken
from harness.reply import Reply
from suites import keywords
from suites.corpus import Case, cases
from suites.oracle import Expectation, expect
from suites.prepared import ALL, Prepared

Covered = Callable[..., None]


def _needing_a_body() -> Iterator[object]:
    """Where an unreadable body would make the request a sibling's, that sibling answers for it."""
    for operation in operations():
        if operation.body is not None and not operation.body_optional:
            match = contracts.resolve(operation.method, operation.path, {}, None)
            if match is not None and match.operation is operation:
                yield pytest.param(operation, id=operation.id)


@pytest.mark.rule("errors.bad_body_is_refused", "errors.status_follows_code", "wire.siblings_are_told_apart")
@pytest.mark.parametrize("operation", ALL)
def test_misshapen_request_is_refused_with_its_code(ready: Prepared, depth: int, covered: Covered) -> None:
    """With one thing wrong and everything else valid, the tenant refuses with the code for that thing."""
    wrong = _chosen(ready, depth)
    if not wrong:
        pytest.skip("no request of this operation can have a wrong shape")
    for case, expected in wrong:
        query, body = case.graft(ready.query, ready.body)
        reply = ready.send(query=query, body=body)
        if reply.error_code not in expected.codes:
            raise _broken(case, expected, reply)
        if len(expected.errors) == 1:
            part, error = expected.errors[0]
            covered("C4", *keywords.invalid(expected.operation, part, error))


def _chosen(ready: Prepared, depth: int) -> list[tuple[Case, Expectation]]:
    """So many wrong requests: those that bring another code first, then in the corpus's order."""
    judged = [(case, _expected(ready, case)) for case in cases(ready.operation) if case.mode == "negative"]
    wrong = [(case, expected) for case, expected in judged if expected.codes]
    first_of_code = {expected.codes: number for number, (_, expected) in reversed([*enumerate(wrong)])}
    leading = set(first_of_code.values())
    ordered = sorted(range(len(wrong)), key=lambda number: number not in leading)
    return [wrong[number] for number in ordered[: max(depth, len(leading))]]


def _expected(ready: Prepared, case: Case) -> Expectation:
    """Grafted onto a request with other members, a change may make a valid request of a sibling: no codes then."""
    return expect(ready.operation, ready.path, *case.graft(ready.query, ready.body))


def _broken(case: Case, expected: Expectation, reply: Reply) -> ContractBroken:
    wanted = " or ".join(map(str, sorted(expected.codes)))
    requirement = f"a request with {case.name} is refused"
    return ContractBroken(expected.operation.id, requirement, wanted, reply.verdict, replay=reply.exchange.replay)


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
def test_unreadable_body_is_refused_with_its_code(
    operation: Operation, content: bytes, content_type: str, way: str, ready: Prepared
) -> None:
    """A body that is no JSON, or says to be something else, is refused with the method's own code."""
    code = {**refusals()["any"], **refusals()[operation.method]}[way]
    ready.send(body=content, headers={"Content-Type": content_type}).must_be_refused(code)
