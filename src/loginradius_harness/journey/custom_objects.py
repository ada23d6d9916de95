"""Records of custom objects, as their owner or the server side keeps them (product-facts.md#roles-and-records)."""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session

Json = Any
Keeper = Session | str  # who keeps a record: its owner's session or, for the server side, the owner's uid


class CustomObjects:
    """Records under the custom object that the target's settings name."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, keeper: Keeper, content: Json) -> Json:
        """Keep something; the record."""
        return self._ask(("create_by_token", "create_by_uid"), keeper, body=content).data

    def all(self, keeper: Keeper) -> Json:
        """Every record of an account: `data` and `Count`."""
        return self._ask(("list_by_token", "list_by_uid"), keeper).data

    def read(self, keeper: Keeper, record: str) -> Json:
        """What a record holds."""
        operations = ("get_by_record_id_and_token", "get_by_record_id_and_uid")
        return self._ask(operations, keeper, record).data["CustomObject"]

    def update(self, keeper: Keeper, record: str, content: Json, how: str = "replace") -> Json:
        """Change a record; `how` is replace or partialreplace. What it holds now."""
        operations = ("update_by_token", "update_by_uid")
        return self._ask(operations, keeper, record, query={"updateType": how}, body=content).data["CustomObject"]

    def delete(self, keeper: Keeper, record: str) -> ApiResponse:
        """Remove a record."""
        return self._ask(("delete_by_token", "delete_by_record_id_and_uid"), keeper, record)

    def _ask(self, operations: tuple[str, str], keeper: Keeper, record: str = "", **parts: Json) -> ApiResponse:
        by_token, by_uid = operations
        path = {"object_record_id": record} if record else {}
        query = {"objectName": self._client.target.custom_object, **parts.pop("query", {})}
        if isinstance(keeper, Session):
            reply = self._client.call(f"custom_object.{by_token}", path=path, query=query, token=keeper.token, **parts)
        else:
            reply = self._client.call(f"custom_object.{by_uid}", path=path | {"uid": keeper}, query=query, **parts)
        return reply.must_succeed()
