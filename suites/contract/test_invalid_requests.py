"""Is an invalid request refused, with the very code that the contract names?"""

import pytest

import contracts
from contracts import Operation, refusals
from harness.failures import ContractBroken
from harness.reply import Reply
from suites.corpus import Case, cases
from suites.oracle import expect
from suites.prepared import ALL, Prepared

NEEDING_A_BODY = [
    # Where an unreadable body would make the request a sibling's, that sibling answers for it.
    parameter
    for parameter in ALL
    if (operation := parameter.values[0]).body is not None
    and not operation.body_optional
    and contracts.resolve(operation.method, operation.path, {}, None).operation is operation
]


@pytest.mark.parametrize("operation", ALL)
def test_misshapen_request_is_refused_with_its_code(operation: Operation, ready: Prepared, depth: int) -> None:
    """With one thing wrong and everything else valid, the tenant refuses with the code for that thing."""
    wrong = [case for case in cases(operation) if case.mode == "negative"][:depth]
    if not wrong:
        pytest.skip("no request of this operation can have a wrong shape")
    for case in wrong:
        _judge(ready, case)


def _judge(prepared: Prepared, case: Case) -> None:
    query, body = case.graft(prepared.query, prepared.body)
    expected = expect(prepared.operation, prepared.request.get("path") or {}, query, body)
    if not expected.codes:
        return  # grafted onto a request with other members, the change makes a valid request of a sibling
    reply = prepared.send(query=query, body=body)
    if reply.error_code not in expected.codes:
        raise _broken(prepared.operation, case, expected.codes, reply)


def _broken(operation: Operation, case: Case, codes: frozenset[int], reply: Reply) -> ContractBroken:
    wanted = " or ".join(map(str, sorted(codes)))
    return ContractBroken(
        operation.id, f"a request with {case.name} is refused", wanted, reply.verdict, replay=reply.exchange.replay
    )


@pytest.mark.parametrize("operation", NEEDING_A_BODY)
@pytest.mark.parametrize(
    ("content", "content_type", "way"),
    [
        (b"{", "application/json", "not_json"),
        (b"", "application/json", "not_json"),
        (b"\xff\xfe", "application/json", "not_json"),
        (b"{}", "text/plain", "content_type"),
    ],
    ids=["truncated", "empty", "no text", "plain text"],
)
def test_unreadable_body_is_refused_with_its_code(
    operation: Operation, content: bytes, content_type: str, way: str, ready: Prepared
) -> None:
    """A body that is no JSON, or says to be something else, is refused with the method's own code."""
    code = {**refusals()["any"], **refusals()[operation.method]}[way]
    ready.send(body=content, headers={"Content-Type": content_type}).must_be_refused(code)
