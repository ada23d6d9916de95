"""Expected error codes: which one a malformed request gets, how well it is known, and whether a refusal fits."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, Literal

from loginradius_harness.contracts import policy, reference_data
from loginradius_harness.contracts.operation import Operation
from loginradius_harness.contracts.policy import Grade
from loginradius_harness.contracts.rules import Rule, rules
from loginradius_harness.contracts.violations import Violation

Json = Any


def resolved(schema: Json) -> Json:
    """Return the schema that a reference into the shared schemas leads to."""
    home = ""
    while isinstance(schema, dict) and "$ref" in schema:
        schema, home = reference_data.referred(schema["$ref"], home, schema)
    return schema


def code(
    operation: Operation, part: Literal["query", "body"], steps: Sequence[str | int], *, missing: bool = False
) -> int:
    """Return the product code for a member that is missing, or has a wrong type or form.

    Without a code in the contract it is the default of default_error_codes.json.

    `steps` leads from the part to the member; without steps the part as a whole is wrong (say, none of two members
    is present). The innermost schema on the way that names a code (x-missing, x-invalid) decides.
    """
    keyword = "x-missing" if missing else "x-invalid"
    schema = operation.query if part == "query" else operation.body
    for member in reversed(_along(schema, steps) if steps else [schema]):
        if isinstance(member, dict) and keyword in member:
            return int(member[keyword])
    defaults = reference_data.default_error_codes()
    return defaults["any"]["parameter"] if part == "query" else defaults[operation.method]["body"]


def _along(schema: Json, steps: Sequence[str | int]) -> list[Json]:
    """Return the schemas on the way, outermost first: each as referred to, then as written where it is used."""
    met: list[Json] = []
    for step in steps:
        schema = resolved(schema)
        if not isinstance(schema, dict):
            break
        schema = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        met += [resolved(schema), schema] if schema is not None else []
    return met


def refusal_violation(
    operation: Operation, codes: Collection[int], status: int, got: int | None, *, strict: bool
) -> Violation | None:
    """Compare an answer with the refusal that was expected; None if it has one of the codes.

    Another documented refusal is a violation of the code's own promise, and so no worse than a hint where no source
    states the code. An answer that is no documented refusal is always a broken promise.
    """
    if got in codes:
        return None
    known = grade(operation, codes)
    kind = policy.kind_of_refusal(known, documented=policy.is_documented_refusal(status, got), strict=strict)
    expected = " or ".join(map(named, sorted(codes)))
    actual, source = _answer(status, got), ", ".join(operation.source)
    return Violation(kind, "", "the request is refused", expected, actual, known, source)


def acceptance_violation(  # noqa: PLR0913  # what was asked, promised and answered, by name
    operation: Operation, requirement: str, expected: str, status: int, got: int | None, *, strict: bool
) -> Violation:
    """Say what it means that a request is refused that fits its contract.

    Which values a member takes is concluded from samples and texts: a documented refusal violates no more than that. An
    answer that is no documented refusal breaks the documented form of errors.
    """
    documented = policy.is_documented_refusal(status, got)
    known: Grade = "inferred" if documented else "documented"
    kind = policy.kind_of_refusal(known, documented=documented, strict=strict)
    return Violation(kind, "", requirement, expected, _answer(status, got), known, ", ".join(operation.source))


def _answer(status: int, code: int | None) -> str:
    return str(status) if code is None else f"{status}, {named(code)}"


def named(code: int) -> str:
    """Return a code with its meaning."""
    known = reference_data.error_definitions().get(code)
    return f"{code} ({known.meaning})" if known else f"{code} (unknown)"


def grade(operation: Operation, codes: Collection[int]) -> Grade:
    """Return how well it is known that an operation refuses with one of these codes: the best grade of all.

    A source states a code for an operation in the vendor's own list (the contract's `errors`, with its `evidence`), in
    a rule that must hold, or for a credential in general (credentials.json). All other codes are inferred.
    """
    grades = {_grade(operation, code) for code in codes}
    return next(known for known in policy.GRADES if known in grades | {"inferred"})


def _grade(operation: Operation, code: int) -> Grade:
    if operation.evidence == "documented" and code in operation.errors:
        return "documented"
    if known := _stated().get((operation.id, code)):
        return known
    credentials = (reference_data.credentials()[name] for name in operation.auth)
    stated = any(code == known.codes[way] for known in credentials for way in known.documented)
    return "documented" if stated else "inferred"


@cache
def _stated() -> dict[tuple[str, int], Grade]:
    return stated_by(rules())


def stated_by(known: Iterable[Rule]) -> dict[tuple[str, int], Grade]:
    """Map operation and code to the grade of a rule that must hold and names both."""
    must = [(rule, policy.grade_of_rule(rule.evidence)) for rule in known if rule.level == "must"]
    must.sort(key=lambda pair: list(policy.GRADES).index(pair[1]), reverse=True)  # the best grade comes last, and stays
    return {(operation, code): known for rule, known in must for operation in rule.operations for code in rule.codes}
