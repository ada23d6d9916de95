"""Workflows and their versions, which management keeps and no log-in follows (product-facts.md#administration)."""

from typing import Any

from msgspec.structs import replace

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.state.tenant import Workflow, WorkflowVersion

Json = Any

MEMBERS = {"Name": "name", "Data": "data", "ThemeName": "theme", "Description": "description", "State": "state"}


@handles("workflow.list")
def list_all(call: RequestContext) -> Json:
    """Return every workflow."""
    return {"Data": [_shown(workflow) for _, workflow in call.tenant.workflows.scan()]}


@handles("workflow.get")
def get(call: RequestContext) -> Json:
    """Return a workflow."""
    return _shown(_known(call))


@handles("workflow.create")
def create(call: RequestContext) -> Json:
    """Add a workflow with its first version."""
    _refuse_taken_name(call, None)
    first = WorkflowVersion(**_said(call))
    workflow = Workflow(id=call.tenant.identifiers.hex(24), versions=[first], current=first.id)
    call.tenant.workflows.put(workflow.id, workflow)
    return _shown(workflow)


@handles("workflow.update")
def update(call: RequestContext) -> Json:
    """Make a version with what the request names; the rest stays (inferred)."""
    workflow = _known(call)
    _refuse_taken_name(call, workflow.id)
    changed = replace(workflow.holding, **_said(call))
    workflow.versions.append(changed)
    workflow.current = changed.id
    return _shown(workflow)


@handles("workflow.delete")
def delete(call: RequestContext) -> Json:
    """Delete a workflow with its versions."""
    call.tenant.workflows.remove(_known(call).id)
    return {"IsDeleted": True}


@handles("workflow.list_versions")
def list_versions(call: RequestContext) -> Json:
    """Return the versions, the oldest first (inferred)."""
    versions = _known(call).versions
    return {"Data": [{"versionId": version.id, "createdDate": iso(version.created)} for version in versions]}


@handles("workflow.restore_version")
def restore_version(call: RequestContext) -> Json:
    """Let a version hold again; no further one is made (inferred)."""
    workflow = _known(call)
    workflow.current = _known_version(call, workflow).id
    return _shown(workflow)


@handles("workflow.delete_version")
def delete_version(call: RequestContext) -> Json:
    """Delete a version. Raise REQUEST_INVALID for the one that holds (inferred)."""
    workflow = _known(call)
    gone = _known_version(call, workflow)
    if gone.id == workflow.current:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    workflow.versions.remove(gone)
    return {"IsDeleted": True}


def _known(call: RequestContext) -> Workflow:
    """Return the workflow of the path. Raise REQUEST_INVALID for an unknown one (inferred)."""
    found = call.tenant.workflows.get(call.path["workflow_id"])
    if found is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return found


def _known_version(call: RequestContext, workflow: Workflow) -> WorkflowVersion:
    """Return the version of the path. Raise REQUEST_INVALID for an unknown one (inferred)."""
    found = next((version for version in workflow.versions if version.id == call.path["version"]), None)
    if found is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return found


def _refuse_taken_name(call: RequestContext, own: str | None) -> None:
    """Raise REQUEST_INVALID for a name that another workflow has (inferred)."""
    others = [workflow for key, workflow in call.tenant.workflows.scan() if key != own]
    if any(workflow.holding.name == call.body.get("Name") for workflow in others):
        raise ApiError(ErrorCode.REQUEST_INVALID)


def _said(call: RequestContext) -> dict[str, Json]:
    """Return what the request says of a new version."""
    sent = known_members(call.operation.body, call.body)
    said = {MEMBERS[member]: value for member, value in sent.items()}
    return {**said, "id": call.tenant.identifiers.hex(24), "created": call.now}


def _shown(workflow: Workflow) -> Json:
    members = {member: getattr(workflow.holding, field) for member, field in MEMBERS.items()}
    return {"Id": workflow.id, "WorkflowName": members.pop("Name"), **members}
