"""Violations carry the grade of the promise, and the policy decides what follows from it."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation, Violation, policy, reference_data
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.tools import grades

SCHEMA: dict[str, Any] = {
    "x-evidence": "documented",
    "type": "object",
    "required": ["Id", "Count", "Name"],
    "additionalProperties": False,
    "properties": {
        "Id": {"type": "string"},
        "Count": {"type": "integer", "x-evidence": "inferred"},
        "Name": {"type": "string", "x-evidence": {"presence": "typed", "value": "recorded"}},
        "Part": {"anyOf": [{"$ref": "sms_id.json"}, {"type": "null"}], "x-evidence": "typed"},
    },
}
VALID = {"Id": "a", "Count": 1, "Name": "b"}


def operation(schema: Any = None) -> Operation:
    return replace(contracts.get("role.list_roles"), responses={200: schema or SCHEMA})


def only(answer: Any, *, strict: bool = False) -> Violation:
    (violation,) = operation().check(200, answer, strict=strict)
    return violation


@pytest.mark.parametrize("grade", get_args(policy.Grade))
def test_every_promise_is_binding_in_a_strict_run(grade: policy.Grade) -> None:
    assert policy.kind_of(grade, strict=True) == "broken"


@pytest.mark.parametrize(
    ("grade", "kind"), [("recorded", "broken"), ("documented", "broken"), ("typed", "hint"), ("inferred", "hint")]
)
def test_weak_evidence_gives_a_hint(grade: policy.Grade, kind: str) -> None:
    assert policy.kind_of(grade, strict=False) == kind


@pytest.mark.parametrize(
    ("answer", "kind", "grade"),
    [
        ({**VALID, "Id": 1}, "broken", "documented"),
        ({**VALID, "Count": "1"}, "hint", "inferred"),
        ({**VALID, "Name": 1}, "broken", "recorded"),
        ({"Id": "a", "Count": 1}, "hint", "typed"),
        ({"Id": "a", "Name": "b"}, "hint", "inferred"),
        ({"Count": 1, "Name": "b"}, "broken", "documented"),
        ({**VALID, "Part": 1}, "hint", "typed"),
        ({**VALID, "Other": 1}, "drift", "documented"),
    ],
)
def test_violation_has_the_grade_of_the_innermost_promise(answer: Any, kind: str, grade: str) -> None:
    assert (only(answer).kind, only(answer).grade) == (kind, grade)


def test_shared_schema_states_its_own_grade() -> None:
    answer = {**VALID, "Part": {"AccountSid": None}}
    assert only(answer).pointer == "/Part"
    assert only(answer).grade == "documented"


def test_hint_is_broken_in_a_strict_run() -> None:
    assert only({**VALID, "Count": "1"}, strict=True).kind == "broken"


def test_violation_names_its_source() -> None:
    assert only({**VALID, "Id": 1}).source.startswith("product-facts.md#")
    assert "documented" in str(only({**VALID, "Id": 1}))


def test_alternative_with_only_an_unknown_member_is_the_one_that_was_meant() -> None:
    found = contracts.get("account.get_account_profile_by_uid").check(
        200, {"PIN": {"PIN": None, "Skipped": False, "NewMember": 1}}, projected=True
    )
    assert [(violation.kind, violation.pointer) for violation in found if violation.pointer == "/PIN"] == [
        ("drift", "/PIN")
    ]


@pytest.mark.parametrize("spelling", [("ErrorCode", "Message", "Description"), ("errorCode", "message", "description")])
def test_refusal_is_read_in_both_spellings(spelling: tuple[str, ...]) -> None:
    code = ErrorCode.CREDENTIALS_INCORRECT
    refusal = dict(zip(spelling, (int(code), "wrong", "Check the password."), strict=True))
    login = contracts.get("authentication.login_by_email")
    assert contracts.error_code(refusal) == code
    assert login.check(contracts.error_definitions()[code].status, refusal) == ()


def test_code_that_is_no_number_is_broken() -> None:
    refusal = {"ErrorCode": "966", "Message": "wrong", "Description": "Check the password."}
    found = contracts.get("authentication.login_by_email").check(401, refusal)
    assert contracts.error_code(refusal) is None
    assert {violation.kind for violation in found} == {"broken", "undocumented"}


@pytest.mark.parametrize(
    ("evidence", "grade"),
    [("observed", "recorded"), ("documented", "documented"), ("sdk", "typed"), ("inferred", "inferred")],
)
def test_rule_has_the_grade_of_its_evidence(evidence: str, grade: str) -> None:
    assert policy.grade_of_rule(evidence) == grade


def test_results_show_the_grades_as_they_are_counted() -> None:
    results = (reference_data.ROOT.parent / "docs" / "results.md").read_text(encoding="utf-8")
    assert grades.text(reference_data.ROOT) in results, "copy the table of `loginradius-harness contracts check`"


def test_table_of_grades_counts_each_kind_of_promise() -> None:
    title, line, *rows = grades.text(reference_data.ROOT).splitlines()
    assert title.split("|")[1].strip() == "Promises by grade"
    assert set(line) <= set("|-:")
    assert [row.split("|")[1].strip() for row in rows] == list(grades.table(reference_data.ROOT))
    codes = grades.table(reference_data.ROOT)["error codes"]
    assert codes.total() == sum(len(operation.errors) for operation in contracts.operations())
    assert codes["documented"] > codes["recorded"] > 0
