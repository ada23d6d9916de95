"""The tool that runs the suites against each dialect."""

import json
from functools import cache
from typing import Any

import pytest

from evaluation import dialects
from evaluation.contract_mutation.samples import samples
from loginradius_harness import contracts, faults
from loginradius_harness.contracts import Operation, Violation, reference_data
from loginradius_harness.emulator.core import dialects as emulated
from loginradius_harness.emulator.core.settings.accounts import Dialect

TEST = "suites/journeys/test_profile.py::test_profile_never_shows_the_password"


Json = Any


@cache
def answers() -> list[tuple[Operation, int, Json]]:
    """Return valid answers of each kind: operation, status and body."""
    shared = reference_data.shared_schemas()
    kinds = {json.dumps(list(one.responses.values())): one for one in contracts.operations()}
    return [
        (operation, status, sample.value)
        for operation in kinds.values()
        for status, schema in operation.responses.items()
        for sample in samples(schema, shared)
    ]


def refused(operation: Operation, *dialect: Dialect) -> tuple[Violation, ...]:
    """Return how a refusal in a dialect violates the contract, strictly."""
    code = min(operation.codes)
    status = reference_data.error_definitions()[code].status
    (sample, *_) = samples({"$ref": "error.json"}, reference_data.shared_schemas())
    envelope = {**sample.value, "ErrorCode": code}
    return operation.check(status, emulated.refusal(envelope, status, operation.path, dialect))


@pytest.mark.parametrize("name", [*emulated.AGES, *emulated.POINTS])
def test_no_dialect_breaks_a_promise_of_any_operation_even_strictly(name: Dialect) -> None:
    found = [
        f"{operation.id}: {violation}"
        for operation, status, answer in answers()
        for violation in operation.check(status, emulated.apply(answer, [name]))
    ]
    found += [f"{one.id}: {bad}" for one in contracts.operations() if one.codes for bad in refused(one, name)]
    assert [line for line in found if "(drift, " not in line] == []


def test_every_dialect_is_a_neutral_variation() -> None:
    known = {name.removeprefix("neutral.dialect_") for name in faults.all_faults() if "neutral.dialect_" in name}
    assert set(dialects.NAMES) == known


def test_dialect_raises_no_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    assert dialects.main(["--dialect", dialects.ALL, "--processes", "0", TEST]) == 0
    assert capsys.readouterr().out.startswith(f"{dialects.ALL}: 0 false alarms; 1 passed; ")


def test_run_that_asks_nothing_is_no_success() -> None:
    assert dialects.main(["--dialect", "2019", "--processes", "0", "-k", "no such test", TEST]) == 1


def test_rule_that_a_dialect_contradicts_is_expected_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    test = "suites/journeys/test_passwords.py::test_management_can_read_the_password_hash"
    asked = ["--dialect", "other_password_hashes", "--strict", "--processes", "0", test]
    assert dialects.main(asked) == 0
    said = capsys.readouterr().out
    assert "other_password_hashes: 0 false alarms; 1 failed" in said
    assert f"expected, other_password_hashes contradicts password.hash_answers_management: {test}" in said


def test_contradicted_rules_are_details() -> None:
    named = {rule for rules in dialects.CONTRADICTED.values() for rule in rules}
    assert {contracts.rule(name).level for name in named} == {"should"}
