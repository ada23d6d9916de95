"""Weakened contracts: each kind of change is found, and the original data stays unchanged."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evaluation.contract_mutation.__main__ import UNDETECTED, Counts, _standard_error
from evaluation.contract_mutation.mutations import KINDS, Mutation, changes
from evaluation.contract_mutation.working_copy import working_copy
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.codes import ErrorCode

CONTRACT: dict[str, Any] = {
    "summary": "List",
    "errors": [ErrorCode.API_KEY_NOT_ALLOWED, ErrorCode.ACCOUNT_NOT_FOUND],
    "when": {"body": {"email": True}},
    "query": {"type": "object", "required": ["page"], "properties": {"page": {"type": "integer", "minimum": 0}}},
    "responses": {"200": {"type": "object", "properties": {"Kind": {"enum": ["one", "two"]}}}},
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name, data in {"operations/role/list.json": CONTRACT, "rules/role.json": [{"id": "role.a"}]}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(data), encoding="utf-8")
    return tmp_path


def test_every_kind_of_change_is_found(directory: Path) -> None:
    assert [change.name for change in changes(directory)] == [
        "operations/role/list.json/query/required/0: required",
        "operations/role/list.json/query/properties/page/minimum: bound 1",
        'operations/role/list.json/responses/200/properties/Kind/enum: enumeration ["one", "two", "Elsewhere"]',
        "operations/role/list.json/errors/0: error",
        "operations/role/list.json/errors/1: error",
        "operations/role/list.json/when/body/email: when",
        "rules/role.json/0: rule",
    ]
    assert {change.kind for change in changes(directory)} == KINDS.keys()


def test_change_removes_one_entry_of_a_copy() -> None:
    changed = Mutation("error", "", ("errors", 0)).applied(CONTRACT)
    assert changed == {**CONTRACT, "errors": [ErrorCode.ACCOUNT_NOT_FOUND]}
    assert CONTRACT["errors"] == [ErrorCode.API_KEY_NOT_ALLOWED, ErrorCode.ACCOUNT_NOT_FOUND]


def test_change_puts_a_value_in_its_place() -> None:
    at = ("query", "properties", "page", "minimum")
    assert Mutation("bound", "", at, 1).applied(CONTRACT)["query"]["properties"]["page"]["minimum"] == 1


def test_change_lasts_as_long_as_its_block() -> None:
    before = reference_data.ROOT
    with working_copy() as copy:
        change = next(changes(copy.directory))
        text = (copy.directory / change.file).read_bytes()
        with copy.changed(change):
            assert (copy.directory / change.file).read_bytes() != text
        assert (copy.directory / change.file).read_bytes() == text
    assert before == reference_data.ROOT


@pytest.mark.parametrize(("size", "tried", "error"), [(100, 100, 0.0), (1001, 100, 0.0474)])
def test_sample_is_less_certain_than_all(size: int, tried: int, error: float) -> None:
    counts: Counts = {"when": Counter({UNDETECTED: tried // 2, "a test": tried // 2})}
    assert _standard_error(counts, {"when": size}) == pytest.approx(error, abs=1e-4)
