"""Changed contracts: each kind is found, one change at a time, and what was given stays as it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.contract_mutation import frozen
from evaluation.contract_mutation.mutations import KINDS, Mutation, changes
from evaluation.contract_mutation.working_copy import workshop
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


def test_change_takes_away_one_entry_and_leaves_the_given_as_it_is() -> None:
    changed = Mutation("error", "", ("errors", 0)).applied(CONTRACT)
    assert changed == {**CONTRACT, "errors": [ErrorCode.ACCOUNT_NOT_FOUND]}
    assert CONTRACT["errors"] == [ErrorCode.API_KEY_NOT_ALLOWED, ErrorCode.ACCOUNT_NOT_FOUND]


def test_change_puts_a_value_in_its_place() -> None:
    at = ("query", "properties", "page", "minimum")
    assert Mutation("bound", "", at, 1).applied(CONTRACT)["query"]["properties"]["page"]["minimum"] == 1


def test_change_lasts_as_long_as_it_is_asked_for() -> None:
    before = reference_data.ROOT
    with workshop() as shop:
        change = next(changes(shop.directory))
        text = (shop.directory / change.file).read_bytes()
        with shop.changed(change):
            assert (shop.directory / change.file).read_bytes() != text
        assert (shop.directory / change.file).read_bytes() == text
    assert before == reference_data.ROOT


# --- the frozen copy --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(7))
def test_frozen_copy_shows_each_change(directory: Path, number: int) -> None:
    change = list(changes(directory))[number]
    before = json.loads((directory / change.file).read_bytes())
    assert frozen.digest(change.applied(before)) != frozen.digest(before)


def test_frozen_copy_knows_promises_and_no_prose() -> None:
    assert frozen.digest({**CONTRACT, "summary": "Others", "notes": "text"}) == frozen.digest(CONTRACT)


def test_member_called_like_a_word_of_prose_is_a_promise() -> None:
    assert frozen.digest({"properties": {"title": {}}}) != frozen.digest({"properties": {}})


def test_promises_are_the_frozen_ones() -> None:
    """Whoever means to change a promise renews the copy: `python -m evaluation.contract_mutation --freeze`."""
    now, before = frozen.digests(reference_data.ROOT), frozen.read()
    changed = {file for file in now.keys() | before.keys() if now.get(file) != before.get(file)}
    assert sorted(changed) == [], "meant? then renew the frozen copy: python -m evaluation.contract_mutation --freeze"
