"""Send generated requests and judge the responses: an invalid one must be refused, a valid one accepted."""

from collections.abc import Iterable, Iterator

from loginradius_harness.checks.generation.case import Case
from loginradius_harness.checks.generation.expected_error import ExpectedError, belongs_to, expected_error
from loginradius_harness.checks.generation.prepared_request import PreparedRequest, prepare
from loginradius_harness.checks.generation.valid_variations import Variation
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.expected_errors import acceptance_violation
from loginradius_harness.tenants import TenantContext


class CaseFailed(ContractViolationError):  # noqa: N818  # a verdict
    """A generated case got an unexpected response. `case` is stored, so that later runs ask it again."""

    def __init__(  # noqa: PLR0913  # what a report says about it
        self, case: Case, requirement: str, expected: str, reply: ApiResponse, *, operation: str = "", grade: str = ""
    ) -> None:
        super().__init__(
            operation or reply.operation.id,
            requirement,
            expected,
            reply.summary,
            replay=reply.exchange.replay,
            grade=grade,
            source=", ".join(reply.operation.source) if grade else "",
        )
        self.case = case


def expected_error_of(prepared: PreparedRequest, case: Case) -> ExpectedError:
    """Return the errors that a case must get.

    Applied to a request with other members, a change may make a valid request of a sibling operation: then no code is
    expected.
    """
    return expected_error(prepared.operation, prepared.path, *case.apply(prepared.query, prepared.body))


def assert_refused(prepared: PreparedRequest, case: Case, wanted: ExpectedError) -> None:
    """Send an invalid, otherwise correct request; raise CaseFailed unless it is refused as expected."""
    query, body = case.apply(prepared.query, prepared.body)
    reply = prepared.send(query=query, body=body)
    broken = reply.broken_refusal(wanted.operation, *wanted.codes)
    if broken is not None:
        requirement = f"a request with {case.name} is refused"
        raise CaseFailed(case, requirement, broken.expected, reply, operation=wanted.operation.id, grade=broken.grade)


def accepted_variations(
    operation: Operation, tenant: TenantContext, variations: Iterable[Variation]
) -> Iterator[tuple[Variation, PreparedRequest]]:
    """Send valid requests, each freshly prepared, and yield those that succeed.

    A refused variation is halved until one member is left, which may be refused for its meaning. Otherwise CaseFailed
    is raised, or a hint is reported where the promise is weak.
    """
    waiting = list(variations)
    while waiting:
        variation = waiting.pop()
        with prepare(operation, tenant) as prepared:
            query, body = variation.apply(prepared.query, prepared.body)
            if belongs_to(operation, prepared.path, query, body) is not operation:
                continue  # the added members make it a request of a sibling operation
            reply = prepared.send(query=query, body=body)
        if reply.ok:
            yield variation, prepared
        elif len(variation.row) > 1:
            waiting += variation.halves()
        elif reply.error_code not in variation.refusals:
            _judge_refusal(variation, reply)


def _judge_refusal(variation: Variation, reply: ApiResponse) -> None:
    ((part, name), value), *_ = variation.row.items()
    expected = " or ".join(["success", *map(str, sorted(variation.refusals))])
    requirement = f"{part} member {name} may be {value!r:.100}"
    violation = acceptance_violation(
        reply.operation, requirement, expected, reply.status, reply.error_code, strict=reply.strict
    )
    if violation.kind == "hint":
        reply.on_hint(reply.operation.id, violation)
    else:
        case = Case("positive", "kept", part, {name: value})
        raise CaseFailed(case, requirement, expected, reply, grade=violation.grade)
