"""Each row of the checklist has a fault that it fails with. A few are tried here, all of them by a chore of tox."""

from evaluation.fault_injection.checklist import ROWS, marks
from evaluation.fault_injection.proof import breaking, prove
from loginradius_harness import contracts, faults


def test_every_row_has_a_fault_of_its_own() -> None:
    assert list(breaking()) == list(ROWS)
    assert len(set(breaking().values())) == len(ROWS)


def test_each_fault_breaks_a_rule_of_its_row() -> None:
    named = {(row, rule) for row, _, rules in marks().values() for rule in rules}
    listed = {(row, rule.id) for rule in contracts.rules() for row in rule.checklist}
    broken = {(row, faults.find(name).violates) for row, name in breaking().items()}
    assert broken - named - listed == set()


def test_each_broken_rule_is_one_that_fails_a_run() -> None:
    levels = {name: contracts.rule(faults.find(name).violates).level for name in breaking().values()}
    assert {name: level for name, level in levels.items() if level != "must"} == {}


def test_a_row_fails_with_its_fault_and_with_no_other() -> None:
    chosen = {row: breaking()[row] for row in (3, 19, 54)} | {41: "passwords.are_truncated"}
    seen = {proof.row: (proof.holds, proof.says.split()[0]) for proof in prove(chosen, 1)}
    assert seen == {3: (True, "fail"), 19: (True, "fail"), 54: (True, "fail"), 41: (False, "missed")}
