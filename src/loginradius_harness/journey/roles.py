"""Roles and role contexts (product-facts.md#roles-and-records). Needs the API secret."""

from typing import Any
from uuid import uuid4

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse

Json = Any


class Roles:
    """Create roles; assign them to accounts, everywhere or within a context."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, *permissions: str) -> str:
        """Create a role with permissions; return its name."""
        name = f"lrh-role-{uuid4().hex[:12]}"
        role = {"name": name, "permissions": dict.fromkeys(permissions, True)}
        self._client.call("role.create_roles", body={"roles": [role]}).must_succeed()
        return name

    def delete(self, role: str) -> ApiResponse:
        """Delete a role."""
        return self._client.call("role.delete_role", path={"role": role}).must_succeed()

    def all(self) -> Json:
        """Return the tenant's roles: `data` and `Count`."""
        return self._client.call("role.list_roles").must_succeed().data

    def permit(self, role: str, *permissions: str) -> set[str]:
        """Add permissions; return all permissions of the role."""
        body = {"permissions": list(permissions)}
        reply = self._client.call("role.add_role_permissions", path={"role": role}, body=body)
        return set(reply.must_succeed().data["Permissions"])

    def forbid(self, role: str, *permissions: str) -> set[str]:
        """Remove permissions; return those that remain."""
        body = {"permissions": list(permissions)}
        reply = self._client.call("role.remove_role_permissions", path={"role": role}, body=body)
        return set(reply.must_succeed().data["Permissions"] or ())

    def of(self, uid: str) -> list[str]:
        """Return the roles of an account."""
        roles: list[str] = self._client.call("role.get_roles_by_uid", path={"uid": uid}).must_succeed().data["Roles"]
        return roles

    def give(self, uid: str, *roles: str) -> ApiResponse:
        """Assign further roles to an account."""
        return self._client.call(
            "role.assign_roles_by_uid", path={"uid": uid}, body={"roles": list(roles)}
        ).must_succeed()

    def take(self, uid: str, *roles: str) -> ApiResponse:
        """Unassign roles from an account."""
        body = {"roles": list(roles)}
        return self._client.call("role.unassign_roles_by_uid", path={"uid": uid}, body=body).must_succeed()

    def put_context(self, uid: str, context: str, roles: list[str], permissions: list[str]) -> ApiResponse:
        """Replace the roles and permissions of an account within a context."""
        held = {"context": context, "roles": roles, "additionalpermissions": permissions}
        body = {"rolecontext": [held]}
        return self._client.call("role.update_role_context_by_uid", path={"uid": uid}, body=body).must_succeed()

    def contexts(self, uid: str) -> dict[str, tuple[list[str], list[str]]]:
        """Return context -> (roles, additional permissions) of an account."""
        listed = self._client.call("role.get_role_context_by_uid", path={"uid": uid}).must_succeed().data["Data"]
        return {held["Context"]: (held["Roles"], held["AdditionalPermissions"]) for held in listed}

    def members(self, context: str) -> list[str]:
        """Return the uids of the accounts within a context."""
        reply = self._client.call("role.get_role_context_by_context_name", path={"context_name": context})
        return [member["Uid"] for member in reply.must_succeed().data["Data"]]

    def remove_context(self, uid: str, context: str) -> ApiResponse:
        """Remove an account from a context."""
        path = {"uid": uid, "context_name": context}
        return self._client.call("role.delete_role_context_by_uid", path=path).must_succeed()

    def take_in_context(self, uid: str, context: str, role: str) -> ApiResponse:
        """Unassign a role from an account within a context."""
        path, body = {"uid": uid, "context_name": context}, {"roles": [role]}
        return self._client.call("role.delete_roles_from_role_context_by_uid", path=path, body=body).must_succeed()

    def forbid_in_context(self, uid: str, context: str, permission: str) -> ApiResponse:
        """Remove an additional permission of an account within a context."""
        operation = "role.delete_additional_permission_from_role_context_by_uid"
        path, body = {"uid": uid, "context_name": context}, {"additionalpermissions": [permission]}
        return self._client.call(operation, path=path, body=body).must_succeed()
