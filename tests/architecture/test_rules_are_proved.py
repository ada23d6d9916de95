"""Every rule of level `must` or `security` is named by a test, and every mark names an existing rule."""

from loginradius_harness import contracts
from loginradius_harness.report.analysis import known_issues
from tests.architecture import rules

CRITERION = "C9"  # coverage criterion: rules proved by a test


def waived() -> set[str]:
    entries = known_issues.load(known_issues.HOME / "waivers.json", known_issues.Waiver)
    return {entry.item for entry in entries if entry.criterion == CRITERION}


def test_every_must_rule_is_named_by_a_test() -> None:
    unproved = {rule.id for rule in rules.unproved()} - waived()
    assert sorted(unproved) == [], "list them with: python -m tests.architecture.rules"


def test_marks_name_existing_rules() -> None:
    known = {rule.id for rule in contracts.rules()}
    assert {rule: places for rule, places in rules.proofs().items() if rule not in known} == {}


def test_no_waiver_outlives_its_reason() -> None:
    assert waived() & set(rules.proofs()) == set()
