"""Records of custom objects, by their owner's session or by management calls (product-facts.md#roles-and-records)."""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session

Json = Any
Owner = Session | str  # a session, or a uid for management calls


class CustomObjects:
    """Records of the custom object that the target's settings name."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, owner: Owner, content: Json) -> Json:
        """Create a record; return it."""
        return self._ask(("create_by_token", "create_by_uid"), owner, body=content).data

    def all(self, owner: Owner) -> Json:
        """Return all records of an account: `data` and `Count`."""
        return self._ask(("list_by_token", "list_by_uid"), owner).data

    def read(self, owner: Owner, record: str) -> Json:
        """Return the content of a record."""
        operations = ("get_by_record_id_and_token", "get_by_record_id_and_uid")
        return self._ask(operations, owner, record).data["CustomObject"]

    def update(self, owner: Owner, record: str, content: Json, how: str = "replace") -> Json:
        """Change a record; return its new content. `how` is replace or partialreplace."""
        operations = ("update_by_token", "update_by_uid")
        return self._ask(operations, owner, record, query={"updateType": how}, body=content).data["CustomObject"]

    def delete(self, owner: Owner, record: str) -> ApiResponse:
        """Delete a record."""
        return self._ask(("delete_by_token", "delete_by_record_id_and_uid"), owner, record)

    def _ask(self, operations: tuple[str, str], owner: Owner, record: str = "", **parts: Json) -> ApiResponse:
        by_token, by_uid = operations
        path = {"object_record_id": record} if record else {}
        query = {"objectName": self._client.target.custom_object, **parts.pop("query", {})}
        if isinstance(owner, Session):
            reply = self._client.call(f"custom_object.{by_token}", path=path, query=query, token=owner.token, **parts)
        else:
            reply = self._client.call(f"custom_object.{by_uid}", path=path | {"uid": owner}, query=query, **parts)
        return reply.must_succeed()
