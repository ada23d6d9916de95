"""The rules are complete, point at things that exist, and every broken copy is reported with its place."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.rules import Rule, rule, rules
from loginradius_harness.contracts.tools.lint_rules import rule_problems

CODE = re.compile(r"(?<![\d,.])\d{3,4}(?![\d,])")  # a number of three or four digits that is no part of a larger one
CHECKLIST_ROWS = 78
BROKEN = "recovery.old_password_dies"  # the rule of the copies that the tests break


def operation_ids() -> frozenset[str]:
    return frozenset(operation.id for operation in contracts.operations())


def product_codes(text: str) -> set[int]:
    return {int(number) for number in CODE.findall(text)} & set(contracts.error_definitions())


def test_there_are_at_least_300_rules() -> None:
    assert len(rules()) >= 300


def test_rules_cite_at_least_55_asvs_requirements() -> None:
    assert len({source for rule in rules() for source in rule.source if source.startswith("ASVS 5.0 ")}) >= 55


def test_every_row_of_the_security_checklist_has_a_rule() -> None:
    assert {row for rule in rules() for row in rule.checklist} == set(range(1, CHECKLIST_ROWS + 1))


def test_every_operation_is_bound_by_a_rule() -> None:
    assert operation_ids() - {name for rule in rules() for name in rule.operations} == set()


def test_rules_as_shipped_have_no_problems() -> None:
    assert rule_problems(reference_data.ROOT / "rules", operation_ids()) == []


def test_rules_are_read_once() -> None:
    assert rules() is rules()


def test_a_rule_knows_its_area() -> None:
    assert rule("recovery.reset_token_dies_on_first_use").area == "recovery"


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"did you mean recovery\.reset_token_dies_on_first_use"):
        rule("recovery.reset_token_dies_at_first_use")


@pytest.mark.parametrize("rule", [rule for rule in rules() if product_codes(rule.statement)], ids=lambda rule: rule.id)
def test_codes_of_a_rule_are_promised_by_its_operations(rule: Rule) -> None:
    promised = {code for name in rule.operations for code in contracts.get(name).codes}
    assert product_codes(rule.statement) <= promised


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the rules with their schema, for a test to break."""
    shutil.copytree(reference_data.ROOT / "rules", tmp_path / "rules")
    shutil.copy(reference_data.ROOT / "rule.schema.json", tmp_path)
    return tmp_path / "rules"


def change(file: Path, patch: Mapping[str, Any], remove: str = "") -> int:
    """Patch the rule BROKEN of a file; its place in the file."""
    entries = json.loads(file.read_bytes())
    place = [entry["id"] for entry in entries].index(BROKEN)
    entries[place].update(patch)
    entries[place].pop(remove, None)
    file.write_text(json.dumps(entries), encoding="utf-8")
    return place


def test_a_rule_without_a_required_member_is_reported(copy: Path) -> None:
    place = change(copy / "recovery.json", {}, remove="statement")
    assert [str(problem) for problem in rule_problems(copy, operation_ids())] == [
        f'{copy / "recovery.json"}:/{place}: "statement" is a required property'
    ]


@pytest.mark.parametrize(
    ("patch", "pointer", "text"),
    [
        ({"sais": "x"}, "", "'sais' was unexpected"),
        ({"level": "may"}, "/level", '"may" is not valid'),
        ({"level": "by_design"}, "", '"reason" is a required property'),
        ({"reason": "The product documents it."}, "/reason", "False schema does not allow"),
        ({"level": "should", "evidence": "guess"}, "/evidence", '"guess" is not valid'),
        ({"statement": "The old password is refused after a reset"}, "/statement", "does not match"),
        ({"source": ["ASVS 4.0 2.1.1"]}, "/source/0", '"ASVS 4.0 2.1.1" is not valid'),
        ({"evidence": "inferred"}, "/evidence", '"inferred" is not one of'),
        ({"level": "security", "source": ["product-facts.md#login"]}, "/source", "None of"),
        ({"operations": []}, "/operations", "has less than 1 item"),
        ({"checklist": [100]}, "/checklist/0", "greater than the maximum"),
        ({"id": "login.old_password_dies"}, "/id", "expected recovery.<fact>"),
        ({"id": "recovery.reset_mail_is_sent"}, "/id", "stands at recovery.json/0 already"),
        (
            {"statement": rule("recovery.reset_mail_is_sent").statement},
            "/statement",
            "stands at recovery.json/0 already",
        ),
        ({"operations": ["authentication.forgot_pasword"]}, "/operations/0", "did you mean authentication.forgot_pass"),
    ],
)
def test_a_broken_rule_is_reported_with_its_place(copy: Path, patch: dict[str, Any], pointer: str, text: str) -> None:
    place = change(copy / "recovery.json", patch)
    (problem,) = rule_problems(copy, operation_ids())
    assert (problem.file, problem.pointer) == (copy / "recovery.json", f"/{place}{pointer}")
    assert text in problem.text


def test_a_file_that_is_not_json_is_reported_and_the_others_are_read(copy: Path) -> None:
    (copy / "phone.json").write_text("[{]", encoding="utf-8")
    change(copy / "recovery.json", {}, remove="level")
    found = rule_problems(copy, operation_ids())
    assert [problem.file.stem for problem in found] == ["phone", "recovery"]
    assert "not valid JSON" in found[0].text


def test_an_operation_that_loses_its_contract_is_reported(copy: Path) -> None:
    lost = "session.slide_access_token"
    assert [problem.file.stem for problem in rule_problems(copy, operation_ids() - {lost})] == ["tokens"]
