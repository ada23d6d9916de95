"""An organization with everything that belongs to one, for tests that look at a tenant's whole state."""

from loginradius_harness.emulator.state.organizations.records import (
    Domain,
    Invitation,
    MemberRole,
    Organization,
    Permission,
)
from loginradius_harness.emulator.state.tenant import Tenant


def furnish_organizations(tenant: Tenant, uid: str, name: str) -> None:
    """Create an organization with a domain, a permission, a role and a member."""
    known = tenant.organizations
    domain = Domain(id=f"domain_{name}", name=f"{name}.example.com", token=name)
    known.by_id.put(f"org_{name}", Organization(id=f"org_{name}", name=name, created=0, modified=0, domains=[domain]))
    permission = Permission(id=f"permission_{name}", name=name, original_name=name, created=0, modified=0)
    known.permissions.put(permission.id, permission)
    role = MemberRole(id=f"role_{name}", name=name, original_name=name, created=0, modified=0)
    known.roles.put(role.id, role)
    invitation = Invitation(
        id=f"inv_{name}", token=name, email=f"{name}@example.com", organization_id=f"org_{name}", role_ids=[role.id],
        inviter_uid=uid, created=0, modified=0, expires=1,
    )  # fmt: skip
    known.invitations.put(invitation.id, invitation)
    known.assign(uid, f"org_{name}", [role.id])
