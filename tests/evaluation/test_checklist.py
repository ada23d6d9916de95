"""The security suite covers its checklist: every row has a test, a title and a budget, every rule a test."""

from evaluation.fault_injection.checklist import ROWS, SUITE, marks
from loginradius_harness import contracts
from loginradius_harness.checks.security.request_budget import checks


def test_every_test_names_its_row_and_its_standards() -> None:
    assert [test for test, (row, standards, _) in marks().items() if row not in ROWS or not standards] == []


def test_every_row_has_a_test() -> None:
    assert sorted({row for row, _, _ in marks().values()}) == list(ROWS)


def test_every_row_has_a_title_and_a_budget() -> None:
    assert sorted(checks()) == list(ROWS)
    assert [row for row, check in checks().items() if not check.cost.requests or not check.title] == []


def test_every_rule_of_a_row_is_proved_by_a_test() -> None:
    proved = {rule for _, _, rules in marks().values() for rule in rules}
    source = "\n".join(file.read_text() for file in SUITE.glob("test_*.py"))
    built_at_run_time = {"password.common_is_refused_at_", "enumeration."}
    missing = [
        rule.id
        for rule in contracts.rules()
        if rule.checklist
        and rule.id not in proved
        and not any(rule.id.startswith(start) for start in built_at_run_time)
    ]
    assert missing == []
    assert all(start in source for start in built_at_run_time)


def test_rules_of_one_test_have_one_result() -> None:
    rules = {test: [contracts.rule(name) for name in names] for test, (_, _, names) in marks().items()}
    results = {test: {"failure" if rule.must_hold else rule.level for rule in found} for test, found in rules.items()}
    assert {test: found for test, found in results.items() if len(found) > 1} == {}
