"""Roles, permissions and contexts."""

from loginradius_harness.emulator.handlers import role, role_contexts
from loginradius_harness.faults.registry import Faults

faults = Faults("roles")

faults.replace_source(
    "new_one_is_not_kept",
    "roles.list_follows_changes",
    role.create_roles,
    "call.tenant.roles.put(role.name, role)",
    "pass",
)
faults.replace_source(
    "deleted_one_stays",
    "roles.list_follows_changes",
    role.delete_role,
    "call.tenant.roles.remove(name)",
    "pass",
)
faults.replace_source(
    "count_is_one_off",
    "roles.list_follows_changes",
    role._listed,
    '"Count": len(roles)',
    '"Count": len(roles) + 1',
)
faults.replace_source(
    "taken_name_is_replaced",
    "roles.taken_name_is_refused",
    role.create_roles,
    "raise ApiError(ErrorCode.ROLE_NAME_INVALID_OR_ALREADY_EXISTS)",
    "pass",
)
faults.replace_source(
    "deleted_one_stays_with_accounts",
    "roles.deleted_one_leaves_accounts",
    role.delete_role,
    "_strip(call.tenant.managed_account(uid), name)",
    "pass",
)
faults.replace_source(
    "unknown_one_is_assigned",
    "roles.unknown_one_is_refused",
    role.find,
    "raise ApiError(ErrorCode.ROLE_NOT_FOUND)",
    "return Role(name=name)",
)
faults.replace_source(
    "permissions_are_replaced",
    "roles.permissions_are_added_and_removed",
    role.add_role_permissions,
    "role.permissions | dict",
    "dict",
)
faults.replace_source(
    "removal_takes_all_permissions",
    "roles.permissions_are_added_and_removed",
    role.remove_role_permissions,
    'if name not in call.body["permissions"]',
    "if False",
)
faults.replace_source(
    "assignment_replaces",
    "roles.assignment_adds",
    role.assign_roles_by_uid,
    "unique([*(account.roles or []), *added])",
    "unique(added)",
)
faults.replace_source(
    "unassignment_does_nothing",
    "roles.unassignment_removes",
    role.unassign_roles_by_uid,
    "if name not in gone] or None",
    "] or None",
)
faults.replace_source(
    "unassignment_takes_all",
    "roles.unassignment_removes",
    role.unassign_roles_by_uid,
    "[name for name in account.roles or [] if name not in gone] or None",
    "None",
)
faults.replace_source(
    "name_case_does_not_count",
    "roles.name_case_counts",
    role.create_roles,
    'name=sent["name"]',
    'name=sent["name"].lower()',
)
faults.replace_source(
    "contexts_are_replaced",
    "roles.context_is_kept_by_name",
    role_contexts.update_role_context_by_uid,
    "[*(account.contexts or []), *sent]",
    "sent",
)
faults.replace_source(
    "context_loses_its_expiration",
    "roles.context_keeps_all_it_was_given",
    role_contexts._read,
    'expiration=_moment(sent.get("expiration"))',
    "expiration=None",
)
faults.replace_source(
    "context_takes_unknown_roles",
    "roles.context_of_unknown_role_is_refused",
    role_contexts._read,
    "[find(call, name).name for name in",
    "[name for name in",
)
faults.replace_source(
    "deleted_context_stays",
    "roles.deleted_context_is_gone",
    role_contexts.delete_role_context_by_uid,
    "if context is not gone",
    "",
)
faults.replace_source(
    "context_loses_all_roles",
    "roles.context_loses_what_is_named",
    role_contexts._without,
    "return [name for name in held if name not in gone]",
    "return []",
)
faults.replace_source(
    "context_lists_everybody",
    "roles.context_lists_its_accounts",
    role_contexts.get_role_context_by_context_name,
    "if context.context == name",
    "",
)
