"""Organizations of a tenant with their domains, and permissions, roles and members (product-facts.md#organizations)."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state.federation import Federation
from loginradius_harness.emulator.state.organizations.records import (
    Invitation,
    MemberRole,
    Membership,
    Organization,
    Permission,
)


class Organizations:
    """All organizations of a tenant, with what belongs to them."""

    def __init__(self, clock: Clock, identifiers: Identifiers, federation: Federation) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._federation = federation
        self.by_id = Store[Organization]()
        self.permissions = Store[Permission]()
        self.roles = Store[MemberRole]()
        self.members = Store[list[Membership]]()  # by uid
        self.invitations = Store[Invitation]()

    def new_id(self, kind: str) -> str:
        """Return a new id, such as `org_64c1...`."""
        return f"{kind}_{self._identifiers.hex(24)}"

    def find(self, organization_id: str) -> Organization:
        """Return an organization. Raise REQUEST_INVALID where there is none (inferred)."""
        organization = self.by_id.get(organization_id)
        if organization is None:
            raise ApiError(ErrorCode.REQUEST_INVALID)
        return organization

    def permission(self, permission_id: str) -> Permission:
        """Return a permission. Raise ADDITIONAL_PERMISSION_NOT_FOUND where there is none (inferred)."""
        permission = self.permissions.get(permission_id)
        if permission is None:
            raise ApiError(ErrorCode.ADDITIONAL_PERMISSION_NOT_FOUND)
        return permission

    def invitation(self, invitation_id: str) -> Invitation:
        """Return an invitation. Raise REQUEST_INVALID where there is none (inferred)."""
        invitation = self.invitations.get(invitation_id)
        if invitation is None:
            raise ApiError(ErrorCode.REQUEST_INVALID)
        return invitation

    def invitation_of(self, token: str) -> Invitation | None:
        """Return the invitation with a token."""
        found = next((one.id for _, one in self.invitations.scan() if one.token == token), None)
        return self.invitations.get(found) if found else None

    def invitations_to(self, organization_id: str) -> list[Invitation]:
        """Return the invitations to an organization, the oldest first."""
        found = [one for _, one in self.invitations.scan() if one.organization_id == organization_id]
        return sorted(found, key=lambda one: one.created)

    def role(self, role_id: str) -> MemberRole:
        """Return a role of any organization or of the tenant. Raise ROLE_NOT_FOUND."""
        role = self.roles.get(role_id)
        if role is None:
            raise ApiError(ErrorCode.ROLE_NOT_FOUND)
        return role

    def role_within(self, role_id: str, organization_id: str | None) -> MemberRole:
        """Return a role that members of an organization can have: its own, or one of the tenant.

        Raise ROLE_NOT_FOUND, also for a role of another organization.
        """
        role = self.role(role_id)
        if role.organization_id not in {None, organization_id}:
            raise ApiError(ErrorCode.ROLE_NOT_FOUND)
        return role

    def roles_of(self, organization_id: str | None) -> list[MemberRole]:
        """Return the roles of one organization or, with None, those of the tenant, in the order of their creation."""
        found = [role for _, role in self.roles.scan() if role.organization_id == organization_id]
        return sorted(found, key=lambda role: role.created)

    def default_roles(self, organization: Organization) -> list[str]:
        """Return the role that its policy gives to new members; without one, its default roles or else the tenant's.

        A role of the policy that is unknown counts as none (inferred).
        """
        own, of_tenant = self.roles_of(organization.id), self.roles_of(None)
        policy = organization.policy("MemberPolicy")
        by_policy = [role for role in (*own, *of_tenant) if role.id == policy.get("DefaultMemberRole")]
        chosen = by_policy or [role for role in own if role.default] or [role for role in of_tenant if role.default]
        return [role.id for role in chosen]

    def memberships(self, uid: str, organization_id: str | None = None) -> list[Membership]:
        """Return the roles of a user, in one organization or in all."""
        own = self.members.get(uid) or []
        return [one for one in own if organization_id in {None, one.organization_id}]

    def entered_by(self, uid: str, organization_id: str) -> Organization | None:
        """Return an active organization of which a user is a member; None for any other (inferred)."""
        organization = self.by_id.get(organization_id)
        member = organization is not None and organization.active and self.memberships(uid, organization_id)
        return organization if member else None

    def joined_by(self, uid: str, settings: Settings) -> list[Organization]:
        """Return the active organizations of which a user is a member; none where the feature is off."""
        names = dict.fromkeys(one.organization_id for one in self.memberships(uid) if settings.organizations)
        return [found for name in names if (found := self.entered_by(uid, name)) is not None]

    def session_policy(self, organization_id: str | None) -> dict[str, int]:
        """Return the lives of tokens that an organization sets, if one is named."""
        organization = self.by_id.get(organization_id) if organization_id else None
        return organization.policy("SessionPolicy") if organization else {}

    def members_of(self, organization_id: str) -> list[Membership]:
        """Return the roles of all members of an organization, in the order in which they got them."""
        found = [one for _, own in self.members.scan() for one in own if one.organization_id == organization_id]
        return sorted(found, key=lambda one: one.created)

    def assign(self, uid: str, organization_id: str, role_ids: list[str]) -> None:
        """Give roles to a user in an organization, beside those that the user has there."""
        own = self.members.get(uid) or []
        held = {one.role_id for one in own if one.organization_id == organization_id}
        for role_id in dict.fromkeys(role_ids):
            if role_id not in held:
                one = Membership(
                    id=self.new_id("member"),
                    uid=uid,
                    role_id=role_id,
                    organization_id=organization_id,
                    created=self._clock.now(),
                )
                own = [*own, one]
        self.members.put(uid, own)

    def leave(self, uid: str, organization_id: str | None = None) -> None:
        """Take a user out of one organization, or out of all."""
        gone = {one.id for one in self.memberships(uid, organization_id)}
        self._keep(uid, [one for one in self.members.get(uid) or [] if one.id not in gone])

    def delete(self, organization: Organization) -> None:
        """Delete an organization with its roles, memberships and invitations."""
        for role in self.roles_of(organization.id):
            self.delete_role(role)
        for uid in {one.uid for one in self.members_of(organization.id)}:
            self.leave(uid, organization.id)
        for invitation in self.invitations_to(organization.id):
            self.invitations.remove(invitation.id)
        self.by_id.remove(organization.id)

    def delete_role(self, role: MemberRole) -> None:
        """Delete a role and take it from every member."""
        self.roles.remove(role.id)
        for uid in [uid for uid, own in self.members.scan() if any(one.role_id == role.id for one in own)]:
            self._keep(uid, [one for one in self.members.get(uid) or [] if one.role_id != role.id])

    def delete_permission(self, permission: Permission) -> None:
        """Delete a permission and take it from every role."""
        self.permissions.remove(permission.id)
        for role_id in [key for key, role in self.roles.scan() if permission.id in role.permissions]:
            role = self.role(role_id)
            role.permissions = [one for one in role.permissions if one != permission.id]

    def move(self, uid: str, new: str) -> None:
        """Let the memberships of an account follow it to its new uid."""
        own = self.members.get(uid)
        if own is None:
            return
        for one in own:
            one.uid = new
        self.members.remove(uid)
        self.members.put(new, own)

    def _keep(self, uid: str, memberships: list[Membership]) -> None:
        """Keep what is left of a user's roles; in an organization without any the membership ends, and its grants."""
        left = {one.organization_id for one in self.memberships(uid)} - {one.organization_id for one in memberships}
        for organization_id in left:
            self._federation.end_membership(uid, organization_id)
        if memberships:
            self.members.put(uid, memberships)
        else:
            self.members.remove(uid)

    def fork(self, clock: Clock, identifiers: Identifiers, federation: Federation) -> "Organizations":
        """Return a child tenant's organizations."""
        child = Organizations(clock, identifiers, federation)
        for name in ("by_id", "permissions", "roles", "members", "invitations"):
            setattr(child, name, getattr(self, name).fork())
        return child
