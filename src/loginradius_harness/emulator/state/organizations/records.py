"""What a tenant remembers of its organizations, one record each."""

from typing import Any

import msgspec

Json = Any


class Domain(msgspec.Struct, kw_only=True):
    """A domain of an organization. `token` must stand in its DNS before it counts as verified."""

    id: str
    name: str
    token: str
    verified: bool = False


class GroupRole(msgspec.Struct, kw_only=True):
    """A group of an identity provider, and the role of its members."""

    id: str
    group_id: str = ""
    name: str = ""
    role_id: str = ""


class Connection(msgspec.Struct, kw_only=True):
    """A connection to an identity provider; `settings` are the members that it was given."""

    id: str
    created: float
    modified: float
    settings: dict[str, Json]
    active: bool = False
    group_roles: list[GroupRole] = []


class Organization(msgspec.Struct, kw_only=True):
    """A customer of the tenant that has users of its own."""

    id: str
    name: str
    created: float
    modified: float
    display: dict[str, str] | None = None
    domains: list[Domain] = []
    connections: list[Connection] = []
    metadata: dict[str, str] = {}
    policies: dict[str, Json] = {}
    restricted_to_domains: bool = False
    active: bool = True

    def policy(self, name: str) -> dict[str, Json]:
        """Return what the organization says of a matter; empty where the tenant's own holds."""
        return self.policies.get(name) or {}

    @property
    def demands_second_factor(self) -> bool:
        """Return whether members prove a second factor; which word says so is inferred."""
        return str(self.policy("MFAPolicy").get("EnforcementMode")).lower() == "required"

    def lets_expire(self, password_changed: float | None, now: float) -> bool:
        """Return whether a password is older than members may have."""
        days = self.policy("PasswordPolicy").get("ExpiryDays") or 0
        return bool(days and password_changed) and now - (password_changed or 0) > days * 86_400


class Permission(msgspec.Struct, kw_only=True):
    """Something that roles may allow."""

    id: str
    name: str
    original_name: str
    created: float
    modified: float
    description: str = ""
    resource_id: str = ""


class MemberRole(msgspec.Struct, kw_only=True):
    """A role of members: of one organization or, without `organization_id`, of every one. `permissions` are ids."""

    id: str
    name: str
    original_name: str
    created: float
    modified: float
    organization_id: str | None = None
    description: str = ""
    permissions: list[str] = []
    default: bool = False


class Membership(msgspec.Struct, kw_only=True):
    """A role that a user has in an organization."""

    id: str
    uid: str
    role_id: str
    organization_id: str
    created: float


class Invitation(msgspec.Struct, kw_only=True):
    """An invitation to an organization. `status` is invited, accepted or revoked; the date tells an expired one."""

    id: str
    token: str
    email: str
    organization_id: str
    role_ids: list[str]
    inviter_uid: str
    created: float
    modified: float
    expires: float
    status: str = "invited"

    def status_at(self, now: float) -> str:
        """Return the status, which is expired once the date has passed."""
        return "expired" if self.status == "invited" and self.expires <= now else self.status
