"""Each row of the security checklist has a fault that it fails with; `fault_injection --security` runs all of them."""

from evaluation.fault_injection.checklist import ROWS, marks
from evaluation.fault_injection.security import check_rows, fault_of_row
from loginradius_harness import contracts, faults


def test_every_row_has_a_fault_of_its_own() -> None:
    assert list(fault_of_row()) == list(ROWS)
    assert len(set(fault_of_row().values())) == len(ROWS)


def test_each_fault_violates_a_rule_of_its_row() -> None:
    named = {(row, rule) for row, _, rules in marks().values() for rule in rules}
    listed = {(row, rule.id) for rule in contracts.rules() for row in rule.checklist}
    violated = {(row, faults.find(name).violates) for row, name in fault_of_row().items()}
    assert violated - named - listed == set()


def test_each_violated_rule_fails_a_run() -> None:
    levels = {name: contracts.rule(faults.find(name).violates).level for name in fault_of_row().values()}
    assert {name: level for name, level in levels.items() if level not in {"must", "security"}} == {}


def test_row_fails_with_its_fault_and_with_no_other() -> None:
    selected = {row: fault_of_row()[row] for row in (3, 19, 54)} | {41: fault_of_row()[2]}
    results = {result.row: (result.holds, result.summary.split()[0]) for result in check_rows(selected, 1)}
    assert results == {3: (True, "fail"), 19: (True, "fail"), 54: (True, "fail"), 41: (False, "undetected")}
