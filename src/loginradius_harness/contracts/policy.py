"""How much a violated promise matters: the one place that decides, by the evidence of the promise.

A promise is no stronger than its evidence. On the embedded emulator, which is written to these contracts, every promise
is binding. On a tenant a violation of a recorded or documented promise is a contract failure; a violation of one that
rests on a client's model or on inference alone is a hint, which is reported and counted. The same holds for codes of
errors: where no source names a code for the operation, any other documented refusal is a hint.
"""

from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from loginradius_harness.contracts import reference_data

Json = Any
Grade = Literal["recorded", "documented", "typed", "inferred"]
Aspect = Literal["presence", "value"]
Result = Literal["broken", "finding", "hint"]

GRADES: Mapping[Grade, str] = {
    "recorded": "seen in a recorded answer of the product",
    "documented": "stated in the vendor's documentation, samples or release notes",
    "typed": "declared by a typed model of a client, and by nothing else",
    "inferred": "a conclusion of this project",
}
REFUSALS = range(400, 500)  # status codes
BINDING = frozenset[Grade](("recorded", "documented"))
EVIDENCE: Mapping[str, Grade] = {"observed": "recorded", "documented": "documented", "sdk": "typed"}


def kind_of(grade: Grade, *, strict: bool) -> Literal["broken", "hint"]:
    """Return what a violation of a promise of this grade is; `strict` makes every promise binding."""
    return "broken" if strict or grade in BINDING else "hint"


def kind_of_refusal(grade: Grade, *, documented: bool, strict: bool) -> Literal["broken", "hint"]:
    """Return what it means that a request is refused with another code than the promised one, of this grade.

    `documented`: the answer is a refusal that the product documents at all (`is_documented_refusal`). It violates no
    more than the promise of the exact code. Any other answer breaks the promise that the request is refused.
    """
    return kind_of(grade, strict=strict) if documented else "broken"


def is_documented_refusal(status: int, code: object) -> bool:
    """Return whether an answer is a refusal with a code of the product's documented list."""
    return status in REFUSALS and isinstance(code, int) and code in reference_data.error_definitions()


def grade_of_list(*, documented: bool) -> Grade:
    """Return how well it is known that an operation refuses with none but the codes that it lists.

    No source says that an operation's list is complete. `documented` as in `kind_of_refusal`: a code that the product's
    own list lacks is against the documentation.
    """
    return "inferred" if documented else "documented"


def fails(kind: str, grade: Grade, *, strict: bool) -> bool:
    """Return whether a violation is a contract failure, in a run of the suites and in recorded traffic alike.

    Hints and drift never are; a status or code that an operation does not list is one if a source rules it out.
    """
    return kind == "broken" or (kind == "undocumented" and kind_of(grade, strict=strict) == "broken")


def kind_of_rule(level: str, evidence: str, *, strict: bool) -> Result:
    """Return what it means that a rule does not hold.

    What only a standard demands is a security finding, never a broken promise of the vendor. A rule of level `should`
    is a hint on a tenant, however well it is known, and binding with `strict`.
    """
    if level == "security":
        return "finding"
    if level != "must":
        return "broken" if strict else "hint"
    return kind_of(grade_of_rule(evidence), strict=strict)


def grade_of_rule(evidence: str) -> Grade:
    """Return the grade of a rule by its `evidence` (rule.schema.json)."""
    return EVIDENCE.get(evidence, "inferred")


def stated(schema: Mapping[str, Json], aspect: Aspect) -> Grade | None:
    """Return the grade that a schema states in `x-evidence`; None if it states none.

    `x-evidence` is one grade, or an object with a grade for a member's presence and one for its value.
    """
    evidence = schema.get("x-evidence")
    if isinstance(evidence, Mapping):
        evidence = evidence.get(aspect)
    return cast("Grade", evidence) if evidence in get_args(Grade) else None
