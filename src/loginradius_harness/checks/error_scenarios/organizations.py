"""Organizations, domains, permissions and roles that are missing, or exist already.

Source: product-facts.md#organizations.
"""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.error_scenarios.resources import there_already, unknown
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any

UNKNOWN, TAKEN = ErrorCode.REQUEST_INVALID, ErrorCode.ROLE_NAME_INVALID_OR_ALREADY_EXISTS
NO_ROLE, NO_PERMISSION = ErrorCode.ROLE_NOT_FOUND, ErrorCode.ADDITIONAL_PERMISSION_NOT_FOUND
OF_A_DOMAIN = operations_matching("organization_domain.get organization_domain.verify organization_domain.delete")
WITH_PERMISSIONS = operations_matching(
    "permission.get permission.update permission.delete organization.create_role tenant_role.create"
)

error_scenario(
    ErrorCode.ENDPOINT_NOT_IN_PLAN,
    "organizations off",
    after={"organizations": False},
    where=operations_matching("organization*.* permission.* tenant_role.*"),
)(no_setup)
error_scenario(UNKNOWN, "organization unknown")(unknown("organization"))
error_scenario(UNKNOWN, "organization unknown", where=OF_A_DOMAIN)(unknown("organization"))
error_scenario(UNKNOWN, "domain unknown", where=OF_A_DOMAIN)(unknown("domain_id"))
error_scenario(UNKNOWN, "named already", times=2, where=operations_matching("organization.create permission.create"))(
    there_already
)
error_scenario(
    NO_ROLE,
    "role unknown",
    where=operations_matching(
        "tenant_role.get tenant_role.update tenant_role.delete tenant_role.set_default organization_role.assign_by_uid"
    ),
)(unknown("tenant_role"))
error_scenario(NO_ROLE, "role unknown", where=operations_matching("organization_role.assign_by_uid_and_organization"))(
    unknown("organization_role")
)
error_scenario(NO_ROLE, "name unknown", where=operations_matching("tenant_role.get_by_name"))(
    unknown("organization_role.name")
)
error_scenario(NO_PERMISSION, "permission unknown", where=WITH_PERMISSIONS)(unknown("permission_id"))


@error_scenario(UNKNOWN, "named already", where=operations_matching("permission.update"))
def permission_named_already(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the name of another permission."""
    return prepared.overriding("body", Name=prepared.tenant.journey.organizations.create_permission()["Name"])


@error_scenario(TAKEN, "named already", where=operations_matching("tenant_role.update"))
def role_named_already(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the name of another role."""
    return prepared.overriding("body", Name=prepared.tenant.journey.organizations.create_tenant_role()["Name"])


@error_scenario(NO_PERMISSION, "permission unknown", where=operations_matching("tenant_role.update"))
def permission_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the id of a permission that does not exist."""
    return prepared.overriding("body", Permissions=["lrh-no-permission"])


OF_AN_INVITATION = operations_matching(
    "organization_invitation.get organization_invitation.update organization_invitation.resend"
    " organization_invitation.delete"
)
MAILING_AGAIN = operations_matching("organization_invitation.update organization_invitation.resend")
# A log-in or registration that takes the token of an invitation, and no other token of a link.
ACCEPTING = operations_matching(
    "authentication.login_by_email authentication.login_by_username authentication.register_by_email"
    " phone.login_by_phone passkey.login_finish passkey.login_autofill_finish passkey.register_finish"
    " mfa.login_by_email mfa.login_by_username mfa.login_by_phone passwordless_login.by_email_with_profile"
)

error_scenario(UNKNOWN, "invitation unknown", where=OF_AN_INVITATION)(unknown("invitation"))
error_scenario(UNKNOWN, "organization unknown", where=operations_matching("organization_invitation.list"))(
    unknown("organization")
)
error_scenario(NO_ROLE, "role unknown", where=operations_matching("organization_invitation.*"))(
    unknown("organization_role")
)
error_scenario(
    ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED, "mails used up", after={"mail_limit": 1}, times=2, where=MAILING_AGAIN
)(no_setup)
error_scenario(
    ErrorCode.ACCOUNT_NOT_FOUND, "inviter unknown", where=operations_matching("organization_invitation.send")
)(lambda prepared: prepared.overriding("body", inviterUid="lrh-nobody"))
error_scenario(
    ErrorCode.VERIFICATION_URL_NOT_ALLOWED,
    "URL elsewhere",
    after={"allowed_urls": ["https://app.example.com/"]},
    where=operations_matching("organization_invitation.*"),
)(lambda prepared: prepared.overriding("query", invitation_url="https://attacker.example/"))
error_scenario(UNKNOWN, "token unknown", where=operations_matching("organization_invitation.get_by_token"))(
    unknown("invitation.token")
)
error_scenario(
    ErrorCode.VERIFICATION_LINK_INVALID, "invitation unknown", after={"organizations": True}, where=ACCEPTING
)(lambda prepared: prepared.overriding("query", invitation_token="0" * 32))


@error_scenario(ErrorCode.LINK_EXPIRED, "invitation too old", where=ACCEPTING)
def invitation_too_old(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the token of an invitation that has expired."""
    prepared.change_settings({"organizations": True, "invitation_seconds": 0})
    prepared.preconditions.value("invitation")
    return prepared.overriding("query", invitation_token=prepared.preconditions.value("invitation.token"))


OF_A_CONNECTION = operations_matching(
    "organization_connection.get organization_connection.update* organization_connection.delete*"
    " organization_connection.create_group_role organization_connection.list_group_roles"
)
OF_A_GROUP = operations_matching("organization_connection.update_group_role organization_connection.delete_group_role")

error_scenario(UNKNOWN, "organization unknown", where=OF_A_CONNECTION)(unknown("organization"))
error_scenario(UNKNOWN, "connection unknown", where=OF_A_CONNECTION)(unknown("connection"))
error_scenario(UNKNOWN, "group unknown", where=OF_A_GROUP)(unknown("group_role"))
error_scenario(NO_ROLE, "role unknown", where=operations_matching("organization_connection.*"))(
    unknown("organization_role")
)
