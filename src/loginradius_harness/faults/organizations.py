"""Organizations, their domains, roles and members."""

from loginradius_harness.emulator.handlers import (
    organization,
    organization_connection,
    organization_domain,
    organization_invitation,
    organization_role,
    permission,
    tenant_role,
)
from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.services import organizations as services
from loginradius_harness.emulator.services import registration
from loginradius_harness.emulator.services.federation import authorization
from loginradius_harness.emulator.services.organizations import invitations
from loginradius_harness.emulator.state.organizations import Organizations
from loginradius_harness.emulator.state.organizations.records import Invitation
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.faults.registry import Faults

faults = Faults("organizations")

faults.replace_source(
    "new_one_is_not_kept",
    "organizations.created_one_is_kept",
    organization.create,
    "call.tenant.organizations.by_id.put(organization.id, organization)",
    "pass",
)
faults.replace_source(
    "deleted_one_stays",
    "organizations.created_one_is_kept",
    Organizations.delete,
    "self.by_id.remove(organization.id)",
    "pass",
)
faults.replace_source(
    "update_empties_the_rest",
    "organizations.update_changes_what_it_names",
    organization.update,
    'call.sent.get("Display", organization.display)',
    'call.sent.get("Display")',
)
faults.replace_source(
    "policy_replaces_the_others",
    "organizations.update_changes_what_it_names",
    organization.update,
    "{**organization.policies, **policies",
    "{**policies",
)
faults.replace_source(
    "domain_is_not_kept",
    "organizations.domain_is_kept",
    organization_domain.add,
    "organization.domains.append(domain)",
    "pass",
)
faults.replace_source(
    "domain_stays",
    "organizations.domain_is_kept",
    organization_domain.delete,
    "organizations.named(call).domains.remove(_find(call))",
    "_find(call)",
)
faults.replace_source(
    "any_record_verifies",
    "organizations.domain_is_verified_by_dns",
    organization_domain.verify,
    "any(domain.token in text for text in records)",
    "bool(records)",
)
faults.replace_source(
    "permission_is_not_kept",
    "organizations.permission_is_kept",
    permission.create,
    "call.tenant.organizations.permissions.put(permission.id, permission)",
    "pass",
)
faults.replace_source(
    "permission_keeps_its_name",
    "organizations.permission_is_kept",
    permission.update,
    'permission.name, permission.description = sent["Name"]',
    "permission.name, permission.description = permission.name",
)
faults.replace_source(
    "permission_stays",
    "organizations.permission_is_kept",
    Organizations.delete_permission,
    "self.permissions.remove(permission.id)",
    "pass",
)
faults.replace_source(
    "role_keeps_a_deleted_permission",
    "organizations.deleted_permission_leaves_roles",
    Organizations.delete_permission,
    "[one for one in role.permissions if one != permission.id]",
    "[]",
)
faults.replace_source(
    "role_is_not_kept",
    "organizations.role_is_kept",
    tenant_role.new_role,
    "known.roles.put(role.id, role)",
    "pass",
)
faults.replace_source(
    "role_loses_its_permissions",
    "organizations.role_is_kept",
    tenant_role.new_role,
    '_permissions(call, sent.get("Permissions") or [])',
    "[]",
)
faults.replace_source(
    "deleted_role_stays",
    "organizations.role_is_kept",
    Organizations.delete_role,
    "self.roles.remove(role.id)",
    "pass",
)
faults.replace_source(
    "role_keeps_its_permissions",
    "organizations.role_is_updated",
    tenant_role.update,
    'role.permissions = _permissions(call, sent["Permissions"])',
    "pass",
)
faults.replace_source(
    "role_of_a_name_is_any_role",
    "organizations.role_is_found_by_name",
    tenant_role.get_by_name,
    'if role.name == call.path["name"]',
    "if True",
)
faults.replace_source(
    "default_role_is_denied",
    "organizations.default_role_is_confirmed",
    tenant_role.set_default,
    '"IsDefault": True',
    '"IsDefault": False',
)
faults.replace_source(
    "assigned_role_is_not_kept",
    "organizations.member_has_assigned_roles",
    organization_role.assign_by_uid_and_organization,
    "known.assign(account.uid, organization.id, role_ids)",
    "known.assign(account.uid, organization.id, role_ids[:1])",
)
faults.replace_source(
    "assignment_replaces",
    "organizations.assignment_adds",
    Organizations.assign,
    "own = self.members.get(uid) or []",
    "own = []",
)
faults.replace_source(
    "assignment_everywhere_is_in_one",
    "organizations.assignment_everywhere",
    organization_role.assign_by_uid,
    "in {one.organization_id for one in known.memberships(account.uid)}:",
    "in [one.organization_id for one in known.memberships(account.uid)][:1]:",
)
faults.replace_source(
    "removed_member_stays",
    "organizations.removed_member_has_no_role",
    organization_role.delete_context_by_uid,
    "call.tenant.organizations.leave(call.tenant.managed_account",
    "(lambda uid: uid)(call.tenant.managed_account",
)
faults.replace_source(
    "deleted_role_stays_with_members",
    "organizations.deleted_role_leaves_members",
    Organizations.delete_role,
    "if one.role_id != role.id]",
    "]",
)
faults.replace_source(
    "deleted_one_keeps_its_members",
    "organizations.deleted_one_takes_all_along",
    Organizations.delete,
    "self.leave(uid, organization.id)",
    "pass",
)
faults.replace_source(
    "deleted_user_stays_a_member",
    "organizations.deleted_one_takes_all_along",
    Tenant.forget,
    "self.organizations.leave(account.uid)",
    "pass",
)
faults.replace_source(
    "switch_is_ignored",
    "organizations.off_is_refused",
    auth.check_caller,
    "if not settings.organizations and",
    "if False and",
)
faults.replace_source(
    "name_is_given_twice",
    "organizations.names_are_taken_once",
    services.require_free_name,
    "if any(one.name == name",
    "if False and any(one.name == name",
)
faults.replace_source(
    "role_of_another_is_given",
    "organizations.role_of_another_is_refused",
    Organizations.role_within,
    "if role.organization_id not in {None, organization_id}:",
    "if False:",
)
faults.replace_source(
    "domain_of_another_is_shown",
    "organizations.domain_of_another_is_unknown",
    organization_domain._find,
    "domains = organizations.named(call).domains",
    "domains = [one for _, owner in call.tenant.organizations.by_id.scan() for one in owner.domains]",
)
faults.replace_source(
    "domain_is_verified_by_two",
    "organizations.domain_belongs_to_one",
    services.require_free_domain,
    "if other is not organization and",
    "if False and",
)
faults.replace_source(
    "members_of_all_are_listed",
    "organizations.members_are_told_apart",
    Organizations.members_of,
    "if one.organization_id == organization_id]",
    "]",
)
faults.replace_source(
    "roles_of_all_are_listed",
    "organizations.members_are_told_apart",
    Organizations.roles_of,
    "if role.organization_id == organization_id]",
    "]",
)
faults.replace_source(
    "leaving_one_leaves_all",
    "organizations.others_stay_members",
    Organizations.leave,
    "self.memberships(uid, organization_id)",
    "self.memberships(uid)",
)
faults.replace_source(
    "invitation_is_not_kept",
    "organizations.invitation_is_listed",
    organization_invitation.send,
    "known.invitations.put(invitation.id, invitation)",
    "pass",
)
faults.replace_source(
    "invitation_makes_no_member",
    "organizations.invitation_is_accepted",
    invitations.accept,
    "organizations.assign(account.uid, invitation.organization_id, role_ids)",
    "pass",
)
faults.replace_source(
    "invitation_without_role_gives_none",
    "organizations.default_role_is_given",
    invitations.accept,
    "invitation.role_ids or organizations.default_roles(organizations.find(invitation.organization_id))",
    "invitation.role_ids",
)
faults.replace_source(
    "app_lets_strangers_in",
    "organizations.app_asks_for_members",
    authorization._may_enter,
    "if organization is None or _lacks_factor(server, organization):",
    "if organization is None:\n        return True\n    if _lacks_factor(server, organization):",
)
faults.replace_source(
    "restriction_to_domains_is_ignored",
    "organizations.restriction_to_domains_holds",
    invitations._lets_in,
    "not organization.restricted_to_domains or",
    "True or",
)
faults.replace_source(
    "policy_of_members_is_ignored",
    "organizations.default_role_is_given",
    Organizations.default_roles,
    "by_policy or [role for role in own",
    "[role for role in own",
)
faults.replace_source(
    "registration_ignores_an_invitation",
    "organizations.invitation_is_accepted",
    registration.complete_registration,
    "invitations.accept(call, account, invitations.offered(call, account))",
    "pass",
)
faults.replace_source(
    "invitation_keeps_its_roles",
    "organizations.invitation_is_changed",
    organization_invitation.update,
    'invitation.role_ids = _roles(call, sent["RolesIds"], invitation.organization_id)',
    "pass",
)
faults.replace_source(
    "invitation_is_not_mailed_again",
    "organizations.invitation_is_changed",
    organization_invitation.resend,
    "invitations.mail(call, _open(call))",
    "_open(call)",
)
faults.replace_source(
    "revoked_invitation_is_accepted",
    "organizations.revoked_invitation_is_refused",
    invitations._usable,
    'if status != "invited" or',
    'if status == "accepted" or',
)
faults.replace_source(
    "invitation_works_twice",
    "organizations.invitation_works_once",
    invitations.accept,
    'invitation.status, invitation.modified = "accepted", call.now',
    "invitation.modified = call.now",
)
faults.replace_source(
    "expired_invitation_is_accepted",
    "organizations.invitation_works_once",
    Invitation.status_at,
    'self.status == "invited" and self.expires <= now',
    "False",
)
faults.replace_source(
    "invitation_is_for_anybody",
    "organizations.invitation_is_for_its_address",
    invitations._usable,
    "account.email(invitation.email) is None",
    "False",
)
faults.replace_source(
    "invitation_takes_any_role",
    "organizations.invitation_is_for_its_organization",
    organization_invitation._roles,
    "known.role_within(one, organization_id).id",
    "known.role(one).id",
)
faults.replace_source(
    "connection_is_not_kept",
    "organizations.connection_is_kept",
    organization_connection.create,
    "organization.connections.append(connection)",
    "pass",
)
faults.replace_source(
    "connection_keeps_its_settings",
    "organizations.connection_is_changed",
    organization_connection.update,
    "{**connection.settings, **known_members(call.operation.body, call.body)}",
    "{**call.body, **connection.settings}",
)
faults.replace_source(
    "connection_cannot_be_switched_off",
    "organizations.connection_is_switched",
    organization_connection.update_status,
    'call.body.get("Active", connection.active)',
    'connection.active or call.body.get("Active", False)',
)
faults.replace_source(
    "group_role_stays",
    "organizations.group_role_is_kept",
    organization_connection.delete_group_role,
    "_named(call).group_roles.remove(_group_role(call))",
    "_group_role(call)",
)
faults.replace_source(
    "connection_of_another_is_shown",
    "organizations.connection_of_another_is_unknown",
    organization_connection._named,
    "known = organizations.named(call).connections",
    "known = [one for _, owner in call.tenant.organizations.by_id.scan() for one in owner.connections]",
)
faults.replace_source(
    "group_is_given_any_role",
    "organizations.group_has_no_role_of_another",
    organization_connection._set,
    "call.tenant.organizations.role_within(role_id, organizations.named(call).id)",
    "call.tenant.organizations.role(role_id)",
)
