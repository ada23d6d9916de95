"""Management keeps workflows, and every version of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

Json = Any
Add = Callable[..., Json]

pytestmark = pytest.mark.preset("administration")

STEPS = {"nodes": [{"id": "start", "next": None}, {"id": "second", "weight": 1.5}], "title": "Zo\u00eb"}


@pytest.fixture
def add(journey: Journey) -> Iterator[Add]:
    """`add(data, **members)`: add a workflow, which is deleted at the end; return it."""
    ids: list[str] = []

    def added(data: Json = STEPS, **members: Json) -> Json:
        workflow = journey.administration.add_workflow(data, **members)
        ids.append(workflow["Id"])
        return workflow

    yield added
    for workflow in journey.administration.workflows().keys() & set(ids):
        journey.administration.remove_workflow(workflow)


def read(journey: Journey, workflow: str) -> Json:
    """Return a workflow."""
    return journey.administration.call("workflow.get", path={"workflow_id": workflow}).must_succeed().data


def on_version(journey: Journey, operation: str, workflow: str, version: str) -> ApiResponse:
    """Restore or delete a version."""
    return journey.administration.call(
        f"workflow.{operation}_version", path={"workflow_id": workflow, "version": version}
    )


@pytest.mark.rule("workflows.listed_until_deleted")
def test_workflow_is_read_as_written_until_it_is_deleted(journey: Journey, add: Add) -> None:
    administration = journey.administration
    made = add(STEPS, State="DEBUG", ThemeName="dark")
    assert (made["Data"], made["State"], made["ThemeName"]) == (STEPS, "DEBUG", "dark")
    workflow = made["Id"]
    assert read(journey, workflow) == administration.workflows()[workflow] == made
    changed = administration.change_workflow(workflow, Description="changed", Data=[1, "two"])
    assert changed == made | {"Description": "changed", "Data": [1, "two"]}
    assert read(journey, workflow) == administration.workflows()[workflow] == changed
    administration.remove_workflow(workflow)
    assert workflow not in administration.workflows()


@pytest.mark.rule("workflows.change_makes_a_version")
def test_change_makes_a_version_until_it_is_deleted(journey: Journey, add: Add) -> None:
    administration, workflow = journey.administration, add()["Id"]
    (first,) = administration.workflow_versions(workflow)
    administration.change_workflow(workflow, Description="second")
    administration.change_workflow(workflow, Description="third")
    versions = administration.workflow_versions(workflow)
    assert len(set(versions)) == len(versions) == 3
    assert first in versions
    on_version(journey, "delete", workflow, first).must_succeed()
    assert administration.workflow_versions(workflow) == [version for version in versions if version != first]


@pytest.mark.rule("workflows.version_brings_back")
def test_restored_version_brings_the_workflow_back(journey: Journey, add: Add) -> None:
    administration, made = journey.administration, add()
    workflow = made["Id"]
    (first,) = administration.workflow_versions(workflow)
    changed = administration.change_workflow(workflow, Data={"nodes": []}, State="ARCHIVE")
    (second,) = set(administration.workflow_versions(workflow)) - {first}
    on_version(journey, "restore", workflow, first).must_succeed()
    assert read(journey, workflow) == made
    on_version(journey, "restore", workflow, second).must_succeed()
    assert read(journey, workflow) == changed


@pytest.mark.rule("workflows.holding_version_stays")
def test_version_that_holds_is_not_deleted(journey: Journey, add: Add) -> None:
    workflow = add()["Id"]
    (only,) = journey.administration.workflow_versions(workflow)
    on_version(journey, "delete", workflow, only).must_be_refused(ErrorCode.REQUEST_INVALID)
    assert journey.administration.workflow_versions(workflow) == [only]


@pytest.mark.rule("workflows.wrong_name_is_refused")
def test_name_is_given_once_and_what_is_deleted_is_unknown(journey: Journey, add: Add) -> None:
    administration, made, other = journey.administration, add(), add()
    path, name = {"workflow_id": made["Id"]}, {"Name": made["WorkflowName"]}
    administration.call("workflow.create", body={**name, "Data": 1}).must_be_refused(ErrorCode.REQUEST_INVALID)
    taken = administration.call("workflow.update", path={"workflow_id": other["Id"]}, body=name)
    taken.must_be_refused(ErrorCode.REQUEST_INVALID)
    assert administration.change_workflow(made["Id"], **name)["WorkflowName"] == made["WorkflowName"]
    administration.remove_workflow(made["Id"])
    for operation, body in (("get", None), ("update", name), ("delete", None), ("list_versions", None)):
        reply = administration.call(f"workflow.{operation}", path=path, body=body)
        reply.must_be_refused(ErrorCode.REQUEST_INVALID)
    (foreign,) = administration.workflow_versions(other["Id"])
    for operation in ("restore", "delete"):
        on_version(journey, operation, made["Id"], foreign).must_be_refused(ErrorCode.REQUEST_INVALID)
