"""The comparison with schemathesis is fair: its sample, its document, its configuration, the reading of its output."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from evaluation.peers.schemathesis import document, fault_selection, links, schemathesis_run, table
from evaluation.peers.schemathesis.fault_run import Outcome
from evaluation.peers.schemathesis.result import Result, conditions, load, save
from evaluation.peers.schemathesis.schemathesis_run import Configuration, Credentials
from loginradius_harness import contracts, faults

CREDENTIALS = Credentials(apikey="key", apisecret="secret", access_token="token", uid="ab", sott="sott")
LOGIN = [contracts.get("authentication.login_by_email"), contracts.get("authentication.get_profile")]


def test_sample_has_equally_many_faults_of_each_class_and_first_the_first_of_each() -> None:
    drawn = fault_selection.sample(2, 1)
    classes = {fault.category for fault in faults.all_faults().values()} - {faults.NEUTRAL}
    assert {fault.category for fault in drawn[: len(classes)]} == classes
    assert len(drawn) == 2 * len(classes)
    assert fault_selection.sample(2, 1) == drawn


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("credentials.apisecret_is_forgotten_by_role_list_roles", "role.list_roles"),
        ("boundary.record_id_of_another_form_is_looked_up", "custom_object.get_by_record_id_and_uid"),
    ],
)
def test_operation_that_a_fault_changes_is_selected(name: str, operation: str) -> None:
    assert operation in fault_selection.shown(faults.find(name), 1, with_partners=False)


def test_links_connect_existing_operations() -> None:
    for source, targets in links.table().items():
        for target in targets:
            assert contracts.get(source).id != ""
            assert contracts.get(target).id != ""


def test_enriched_document_is_valid_and_has_examples_and_links() -> None:
    shown = [contracts.get(name) for name in ("authentication.login_by_email", "account.get_account_profile_by_uid")]
    enriched = document.enriched(document.reduced(shown), {shown[1].id: {"path": {"uid": "ab"}}})
    validate(enriched)
    login = enriched["paths"][document.label(shown[0]).split()[1]]["post"]
    assert [link["operationId"] for link in login["responses"]["200"]["links"].values()] == [shown[1].id]
    [uid] = enriched["paths"]["/identity/v2/manage/account/{uid}"]["get"]["parameters"]
    assert uid["example"] == "ab"


def test_methods_of_other_operations_are_named() -> None:
    shown = [contracts.get("account.get_account_profile_by_uid")]
    assert document.reduced(shown)["paths"][shown[0].path].keys() == {"get", "put", "delete"}


@pytest.mark.parametrize(("configuration", "is_parameter"), [("plain", False), ("best", True)])
def test_key_is_a_parameter_if_other_credentials_are_tried(
    configuration: Configuration,
    is_parameter: bool,  # noqa: FBT001  # a parameter of the test
) -> None:  # a parameter of the test
    text = schemathesis_run.configured(CREDENTIALS, LOGIN, configuration)
    assert ('"include-operation-id" = "authentication.get_profile"' in text) is is_parameter
    assert '"include-operation-id" = "authentication.login_by_email"' not in text


EVENTS: list[dict[str, Any]] = [
    {"NonFatalError": {"label": "GET /b", "info": {"type": "network"}}},
    {
        "ScenarioFinished": {
            "recorder": {
                "cases": {"x": {"value": {"method": "GET", "path": "/a"}}, "y": {"value": {}}},
                "checks": {
                    "x": [{"name": "ignored_auth", "status": "failure"}],
                    "y": [{"name": "ignored_auth", "status": "success"}],
                },
                "interactions": {"x": {"response": {"status_code": 200}}, "y": {"response": None}},
            }
        }
    },
]


def test_complaints_and_requests_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "report.ndjson"
    file.write_text("\n".join([*map(json.dumps, EVENTS), '{"broken']), encoding="utf-8")
    output = schemathesis_run.read_report(file, is_complete=False)
    assert output.complaints == {("network", "GET /b"), ("ignored_auth 200", "GET /a")}
    assert output.requests == 2


def outcome(*, detected: bool) -> Outcome:
    return Outcome(detected=detected, named=detected, requests=10, is_complete=True, operations=[], complaints=[])


def test_ratio_counts_the_faults_that_schemathesis_ran_against() -> None:
    outcomes: dict[str, dict[Configuration, Outcome]] = {
        name: {"plain": outcome(detected=False), "best": outcome(detected=name == "a.one")}
        for name in ("a.one", "a.two")
    }
    result = Result(conditions(1), "2026-01-01", 0.0, outcomes)
    assert table.ratio(result, {"a.one": "test", "a.two": "test", "a.three": "test"}) == "2 / 1 = 2.00"


def test_results_of_other_conditions_are_ignored(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    name = next(iter(faults.all_faults()))
    outcomes: dict[Configuration, Outcome] = {"plain": outcome(detected=True)}
    save(Result(conditions(1), "2026-01-01", 0.0, {name: outcomes, "gone.fault": outcomes}), file)
    assert load(conditions(1), file).outcomes == {name: outcomes}
    assert load(conditions(2), file).outcomes == {}
