"""The contracts are strict, and a weakened one is found."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.contract_mutation import allowed_mutants
from evaluation.contract_mutation import score as mutation
from evaluation.contract_mutation.__main__ import main
from evaluation.contract_mutation.allowed_mutants import AllowedMutant
from evaluation.contract_mutation.mutants import KINDS, REQUEST_BODY, mutants, query_mutants
from evaluation.contract_mutation.runner import SIDES, trials
from evaluation.contract_mutation.score import ENOUGH, Result, result
from loginradius_harness import contracts
from loginradius_harness.contracts import ContractError, Operation, reference_data
from loginradius_harness.contracts.tools.format import formatted

Schema = dict[str, Any]


@pytest.fixture(scope="module")
def everything() -> Result:
    return result(contracts.api_operations())


def test_each_side_refuses_enough(everything: Result) -> None:
    assert {side: everything.scores[side].percent >= ENOUGH for side in SIDES} == dict.fromkeys(SIDES, True)


def test_each_operation_refuses_enough(everything: Result) -> None:
    assert [name for name, score in everything.scores.items() if not score.is_enough] == []


def test_no_wrong_instance_passes_unless_allowed(everything: Result) -> None:
    assert dict(everything.survivors) == {}


def test_every_operation_is_tried(everything: Result) -> None:
    assert everything.scores.keys() == {*SIDES, *(operation.id for operation in contracts.api_operations())}
    assert min(score.refused for score in everything.scores.values()) > 30


def test_fewer_mutants_are_allowed_than_refused(everything: Result) -> None:
    for side in SIDES:
        assert everything.scores[side].allowed < everything.scores[side].refused


def test_no_allowed_mutant_is_stale(everything: Result) -> None:
    assert everything.stale == []


def test_every_allowed_mutant_names_known_kinds_and_a_reason() -> None:
    for allowed in allowed_mutants.allowed_mutants().values():
        assert set(allowed.kinds) <= KINDS.keys()
        assert len(allowed.reason) > 15


# --- the mutants ------------------------------------------------------------------------------------------------


def kinds_at(value: Any, *at: str | int) -> list[str]:
    return [mutant.kind for mutant in mutants(value, KINDS) if mutant.at == at]


def test_text_is_broken_in_every_way() -> None:
    found = {(mutant.kind, repr(mutant.value)) for mutant in mutants("ab", KINDS)}
    assert found == {
        ("null", "None"),
        ("type", "7"),
        ("type", "1.5"),
        ("type", "True"),
        ("type", "[]"),
        ("type", "{}"),
        ("form", "' ~ ab'"),
        ("form", "'ab ~ '"),
        ("value", "'Unlisted'"),
        ("cut", "'a'"),
        ("empty", "''"),
    }


def test_numbers_and_flags_are_written_as_text_and_turned() -> None:
    assert [mutant.value for mutant in mutants(3, {"text", "value"})] == ["3", -1]
    assert [mutant.value for mutant in mutants(False, {"text", "value"})] == ["false", True]


def test_an_integer_is_no_wrong_number() -> None:
    assert 7 not in [mutant.value for mutant in mutants(2.5, {"type"})]


def test_members_are_dropped_added_and_respelt_at_any_depth() -> None:
    value = {"Outer": [{"Inner": 1}]}
    assert kinds_at(value, "Outer", 0, "Inner").count("dropped") == 1
    respelt = [mutant.value for mutant in mutants(value, {"case"})]
    assert respelt == [{"outer": [{"Inner": 1}]}, {"Outer": [{"inner": 1}]}]
    assert [mutant.at for mutant in mutants(value, {"extra"})] == [(), ("Outer", 0)]


def test_mutants_leave_the_instance_as_it_is() -> None:
    value = {"a": [{"b": "c"}]}
    before = deepcopy(value)
    assert len(list(mutants(value, KINDS))) > 20
    assert value == before


def test_only_the_focus_is_mutated() -> None:
    assert {mutant.at[:1] for mutant in mutants({"a": {"x": 1}, "b": 2}, KINDS, ("a",))} == {("a",)}


def test_query_mutants_are_such_that_a_query_can_show() -> None:
    found = [(mutant.kind, mutant.value) for mutant in query_mutants({"flag": True})]
    assert found == [("dropped", {}), ("type", {"flag": "text"}), ("value", {"flag": False})]


def test_requests_are_open_and_blind_to_case() -> None:
    assert set(KINDS) - REQUEST_BODY == {"extra", "case"}


# --- weakened contracts -----------------------------------------------------------------------------------------

STRICT: Schema = {
    "type": "object",
    "required": ["Id", "Kind", "Count"],
    "additionalProperties": False,
    "properties": {
        "Id": {"$ref": "values.json#/$defs/id"},
        "Kind": {"enum": ["one", "two"]},
        "Count": {"type": "integer", "minimum": 0},
    },
}


def answering(schema: Schema) -> Operation:
    return replace(contracts.get("role.list_roles"), responses={200: schema})


def survivors(operation: Operation) -> set[tuple[str, str]]:
    """Kind and place of what passes that is not allowed."""
    return {
        (survivor.kind, survivor.at)
        for trial in trials(operation)
        for survivor in trial.survivors
        if allowed_mutants.allowing(survivor) is None
    }


def test_strict_contract_accepts_no_mutant() -> None:
    assert survivors(answering(STRICT)) == set()


@pytest.mark.parametrize(
    ("weaken", "passes"),
    [
        (lambda schema: schema["required"].remove("Count"), {("dropped", "/Count")}),
        (lambda schema: schema.pop("additionalProperties"), {("extra", "")}),
        (
            lambda schema: schema["properties"].update(Id={"type": "string"}),
            {("form", "/Id"), ("cut", "/Id"), ("value", "/Id")},
        ),
        (lambda schema: schema["properties"]["Count"].update(type=["integer", "null"]), {("null", "/Count")}),
        (lambda schema: schema["properties"]["Count"].pop("minimum"), {("value", "/Count")}),
        (
            lambda schema: schema["properties"].update(Kind={"type": "string"}),
            {("form", "/Kind"), ("cut", "/Kind"), ("value", "/Kind")},
        ),
        (lambda schema: schema["properties"]["Count"].update(type=["integer", "string"]), {("text", "/Count")}),
    ],
    ids=["not required", "open", "without form", "nullable", "without minimum", "no enumeration", "number or text"],
)
def test_weakened_contract_is_found(weaken: Callable[[Schema], object], passes: set[tuple[str, str]]) -> None:
    schema = deepcopy(STRICT)
    weaken(schema)
    assert survivors(answering(schema)) >= passes


def test_weakened_request_is_found() -> None:
    login = contracts.get("authentication.login_by_email")
    body = {**login.body, "required": ["email"]}
    assert survivors(replace(login, body=body)) == {("dropped", "/password")}


def test_error_code_of_another_operation_is_refused() -> None:
    (error,) = (trial for trial in trials(contracts.get("role.list_roles")) if trial.part == "error")
    assert {survivor.kind for survivor in error.survivors if survivor.at == "/ErrorCode"} == set()
    assert error.refused > 30


def test_schema_without_a_valid_instance_names_the_contract() -> None:
    impossible = {"type": "object", "properties": {"Count": {"type": "integer"}}, "minProperties": 2}
    with pytest.raises(ContractError, match=r"list_roles\.json: no valid instance is known of"):
        list(trials(answering(impossible)))


# --- the command ------------------------------------------------------------------------------------------------


def test_report_names_kinds_limits_and_scores(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--operation", "role.list_roles"]) == 0
    out = capsys.readouterr().out
    assert "dropped  a member is left out" in out
    assert "Requests are open" in out
    assert "error.json (dropped): /Data /Errors" in out
    assert "100.00 %" in out.splitlines()[-2]


def test_report_fails_and_names_each_survivor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weak = answering({"type": "object", "properties": {"Name": {"type": "string"}}})
    monkeypatch.setattr(mutation, "get", lambda _name: weak)
    assert main(["--operation", "role.list_roles"]) == 1
    out = capsys.readouterr().out
    assert "  role.list_roles/200 /Name: dropped (1)" in out
    assert "responses refuses" in out


def test_report_fails_for_a_stale_entry(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    spare = {("role.json", "/Nothing", "null"): AllowedMutant("No mutant needs this entry", ("null",), {})}
    monkeypatch.setattr(mutation, "api_operations", lambda: [contracts.get("role.list_roles")])
    monkeypatch.setattr(mutation, "allowed_mutants", lambda: {**allowed_mutants.allowed_mutants(), **spare})
    assert mutation.report(None) == 1
    assert "allowed_mutants.json: role.json /Nothing: null: no mutant needs this entry" in capsys.readouterr().out


def test_unknown_operation_is_a_configuration_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--operation", "role.listroles"]) == 2
    assert "did you mean role.list_roles" in capsys.readouterr().err


def test_allowed_mutants_file_is_formatted() -> None:
    text = (Path(allowed_mutants.__file__).with_name("allowed_mutants.json")).read_text(encoding="utf-8")
    assert formatted(reference_data.read(Path(allowed_mutants.__file__).with_name("allowed_mutants.json"))) == text
