"""Workflows and their versions."""

from loginradius_harness.emulator.handlers import workflow
from loginradius_harness.faults.registry import Faults

faults = Faults("workflows")

for name, rule, function, old, new in (
    ("added_one_is_not_kept", "workflows.listed_until_deleted", workflow.create,
     "call.tenant.workflows.put(workflow.id, workflow)", "pass"),
    ("deleted_one_stays", "workflows.listed_until_deleted", workflow.delete,
     "call.tenant.workflows.remove(_known(call).id)", "_known(call)"),
    ("change_forgets_the_rest", "workflows.listed_until_deleted", workflow.update,
     "replace(workflow.holding, **_said(call))", "replace(workflow.holding, theme='', **_said(call))"),
    ("change_replaces_the_version", "workflows.change_makes_a_version", workflow.update,
     "workflow.versions.append(changed)", "workflow.versions[-1:] = [changed]"),
    ("deleted_version_stays", "workflows.change_makes_a_version", workflow.delete_version,
     "workflow.versions.remove(gone)", "pass"),
    ("nothing_is_restored", "workflows.version_brings_back", workflow.restore_version,
     "workflow.current = _known_version(call, workflow).id", "_known_version(call, workflow)"),
    ("restored_one_is_the_last", "workflows.version_brings_back", workflow.restore_version,
     "return _shown(workflow)",
     "del workflow.versions[workflow.versions.index(_known_version(call, workflow)) + 1 :]; return _shown(workflow)"),
    ("holding_version_is_said_to_be_deleted", "workflows.holding_version_stays", workflow.delete_version,
     "raise ApiError(ErrorCode.REQUEST_INVALID)", 'return {"IsDeleted": True}'),
    ("name_is_given_twice", "workflows.wrong_name_is_refused", workflow.create,
     "_refuse_taken_name(call, None)", "pass"),
):  # fmt: skip
    faults.replace_source(name, rule, function, old, new)
