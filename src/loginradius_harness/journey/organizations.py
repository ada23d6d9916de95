"""Organizations with their domains, permissions, roles and members (product-facts.md#organizations).

Needs the API secret. Organizations, roles and permissions are named by their ids.
"""

from typing import Any
from uuid import uuid4

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

Json = Any


class Organizations:
    """Create organizations and what belongs to them; let people in, and take them out."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def _ask(self, operation: str, **request: Any) -> Json:
        return self._client.call(operation, **request).must_succeed().data

    def create(self, **members: Json) -> Json:
        """Create an organization of a new name; return it."""
        return self._ask("organization.create", body={"Name": new_name(), **members})

    def get(self, organization: str) -> Json:
        """Return an organization."""
        return self._ask("organization.get", path={"org_id": organization})

    def all(self) -> list[Json]:
        """Return every organization."""
        return list(self._ask("organization.list")["Data"])

    def update(self, organization: str, **changes: Json) -> Json:
        """Change some members of an organization; return it."""
        return self._ask("organization.update", path={"org_id": organization}, body=changes)

    def delete(self, organization: str) -> Json:
        """Delete an organization."""
        return self._ask("organization.delete", path={"org_id": organization})

    def add_domain(self, organization: str, name: str) -> Json:
        """Add a domain to an organization; return it."""
        return self._ask("organization_domain.add", path={"org_id": organization}, body={"DomainName": name})

    def domains(self, organization: str) -> list[Json]:
        """Return the domains of an organization."""
        return list(self._ask("organization_domain.list", path={"org_id": organization})["Data"])

    def domain(self, organization: str, domain: str) -> Json:
        """Return a domain of an organization."""
        return self._ask("organization_domain.get", path={"org_id": organization, "domain_id": domain})

    def verify_domain(self, organization: str, domain: str) -> Json:
        """Let the tenant ask the DNS for a domain; return the domain."""
        return self._ask("organization_domain.verify", path={"org_id": organization, "domain_id": domain})

    def remove_domain(self, organization: str, domain: str) -> Json:
        """Remove a domain from an organization."""
        return self._ask("organization_domain.delete", path={"org_id": organization, "domain_id": domain})

    def create_permission(self, **members: Json) -> Json:
        """Create a permission of a new name; return it."""
        return self._ask("permission.create", body={"Name": new_name(), **members})

    def permissions(self) -> list[Json]:
        """Return every permission."""
        return list(self._ask("permission.list")["Data"])

    def create_role(self, organization: str, *permissions: str) -> Json:
        """Create a role of an organization; return it."""
        body = {"Name": new_name(), "Permissions": list(permissions)}
        return self._ask("organization.create_role", path={"org_id": organization}, body=body)

    def create_tenant_role(self, *permissions: str) -> Json:
        """Create a role for all organizations; return it."""
        return self._ask("tenant_role.create", body={"Name": new_name(), "Permissions": list(permissions)})

    def role(self, role: str) -> Json:
        """Return a role."""
        return self._ask("tenant_role.get", path={"role_id": role})

    def roles(self, organization: str) -> list[Json]:
        """Return the roles of an organization."""
        return list(self._ask("organization.list_roles", path={"org_id": organization})["Data"])

    def tenant_roles(self) -> list[Json]:
        """Return the roles for all organizations."""
        return list(self._ask("tenant_role.list")["Data"])

    def delete_role(self, role: str) -> Json:
        """Delete a role."""
        return self._ask("tenant_role.delete", path={"role_id": role})

    def let_in(self, uid: str, organization: str, *roles: str) -> list[Json]:
        """Give a user roles in an organization; return those that the user has there."""
        return list(self.try_to_let_in(uid, organization, *roles).must_succeed().data["Data"])

    def try_to_let_in(self, uid: str, organization: str, *roles: str) -> ApiResponse:
        """Do the same; return the response, which may be a refusal."""
        path = {"uid": uid, "org_id": organization}
        operation = "organization_role.assign_by_uid_and_organization"
        return self._client.call(operation, path=path, body={"RoleIds": list(roles)})

    def let_in_everywhere(self, uid: str, *roles: str) -> list[Json]:
        """Give a user roles in each organization of the user's; return all roles of the user."""
        body = {"RoleIds": list(roles)}
        return list(self._ask("organization_role.assign_by_uid", path={"uid": uid}, body=body)["Data"])

    def invite(self, email: str, organization: str, inviter: str, *roles: str) -> Json:
        """Invite an address to an organization; return the invitation."""
        return self.try_to_invite(email, organization, inviter, *roles).must_succeed().data

    def try_to_invite(self, email: str, organization: str, inviter: str, *roles: str) -> ApiResponse:
        """Do the same; return the response, which may be a refusal."""
        body = {"email": email, "roleIds": list(roles), "orgId": organization, "inviterUid": inviter}
        return self._client.call("organization_invitation.send", body=body)

    def token_of_mail(self, email: str) -> str:
        """Return the token of the newest invitation to an address."""
        return self._mailbox.wait(to=email, kind="invitation").token

    def invitation(self, invitation: str) -> Json:
        """Return an invitation."""
        return self._ask("organization_invitation.get", path={"invitation_id": invitation})

    def invitations(self, organization: str) -> list[Json]:
        """Return the invitations to an organization."""
        return list(self._ask("organization_invitation.list", query={"orgId": organization})["Data"])

    def offer(self, token: str) -> Json:
        """Return what the token of an invitation is for, as the invited see it."""
        return self._ask("organization_invitation.get_by_token", path={"invitation_token": token})

    def revoke(self, invitation: str) -> Json:
        """Revoke an invitation; return it."""
        return self._ask("organization_invitation.delete", path={"invitation_id": invitation})

    def accept(self, person: Person, token: str) -> ApiResponse:
        """Log in with the password and the token of an invitation; the response may be a refusal."""
        body = {"email": person.email, "password": person.password}
        return self._client.call("authentication.login_by_email", query={"invitation_token": token}, body=body)

    def connect(self, organization: str, **members: Json) -> Json:
        """Create a connection of an organization to an identity provider of OpenID Connect; return it."""
        name = new_name()
        given = {"Name": name, "Domain": f"{name}.example.com", "ConnectionType": "oidc_custom", **members}
        return self._ask("organization_connection.create", path={"org_id": organization}, body=given)

    def connections(self, organization: str) -> list[Json]:
        """Return the connections of an organization."""
        return list(self._ask("organization_connection.list", path={"org_id": organization})["Data"])

    def give_group(self, organization: str, connection: str, group: str, role: str) -> Json:
        """Give a group of the identity provider a role; return it."""
        path, body = {"org_id": organization, "connection_id": connection}, {"GroupId": group, "RoleId": role}
        return self._ask("organization_connection.create_group_role", path=path, body=body)

    def groups(self, organization: str, connection: str) -> list[Json]:
        """Return the roles of the groups of a connection."""
        path = {"org_id": organization, "connection_id": connection}
        return list(self._ask("organization_connection.list_group_roles", path=path)["Data"])

    def of(self, uid: str, organization: str | None = None) -> list[tuple[str, str]]:
        """Return (organization, role) of a user, in one organization or in all."""
        operation, path = "organization_role.get_context_by_uid", {"uid": uid}
        if organization is not None:
            operation, path = f"{operation}_and_organization", {**path, "org_id": organization}
        return [(row["OrgId"], row["RoleId"]) for row in self._ask(operation, path=path)["Data"]]

    def members(self, organization: str) -> list[tuple[str, str]]:
        """Return (uid, role) of everyone in an organization."""
        rows = self._ask("organization.get_context", path={"org_id": organization})["Data"]
        return [(row["Uid"], row["RoleId"]) for row in rows]

    def take_out(self, uid: str, organization: str | None = None) -> Json:
        """Take a user out of an organization, or out of all."""
        operation, path = "organization_role.delete_context_by_uid", {"uid": uid}
        if organization is not None:
            operation, path = f"{operation}_and_organization", {**path, "org_id": organization}
        return self._ask(operation, path=path)


def new_name() -> str:
    """Return a name that is known as test data and that nothing has."""
    return f"lrh-{uuid4().hex[:12]}"
