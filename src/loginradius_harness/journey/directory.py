"""Query the cloud directory (product-facts.md#directory). Needs the API secret."""

from collections.abc import Iterator
from typing import Any, Literal

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse

Json = Any
Source = Literal["identities", "custom_objects", "identities_with_custom_objects"]

PERIOD = {"from": "2000-01-01", "to": "2900-01-01"}


def rule(name: str, operator: str, *value: Json) -> Json:
    """Return a rule of a query; EXISTS and NOT_EXISTS need no value."""
    return {"name": name, "operator": operator, **({"value": value[0]} if value else {})}


def group(operator: str, *rules: Json) -> Json:
    """Return a group of rules and groups, which is itself a rule."""
    return {"group": {"operator": operator, "rules": list(rules)}}


class Directory:
    """What queries find among users and records."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ask(self, query: Json, source: Source = "identities", **members: Json) -> ApiResponse:
        """Send a query, a group or `{}`; `members` are further ones of the body."""
        operation = f"directory.query_{source}"
        return self._client.call(operation, query=self._object(source), body={**PERIOD, "q": query, **members})

    def page(self, following: str, source: Source = "identities") -> ApiResponse:
        """Ask for the page that another one has named."""
        return self._client.call(f"directory.list_{source}", query={"next": following})

    def pages(self, query: Json, source: Source = "identities", **members: Json) -> Iterator[list[Json]]:
        """Yield the rows of each page, until there are none, or more than the first page tells."""
        reply = self.ask(query, source, **members).must_succeed().data
        shown, total = 0, reply["total"]
        while reply["data"] and shown <= total:
            yield reply["data"]
            shown += len(reply["data"])
            reply = self.page(reply["next"], source).must_succeed().data if reply["next"] else {"data": []}

    def find(self, query: Json, source: Source = "identities", **members: Json) -> list[Json]:
        """Return every row that fits a query."""
        return [row for rows in self.pages(query, source, **members) for row in rows]

    def figures(self, **aggregations: Json) -> Json:
        """Return figures about all users: `total` and `aggregations`."""
        body = {**PERIOD, "q": {"aggregations": aggregations}}
        return self._client.call("directory.query_insights", body=body).must_succeed().data

    def _object(self, source: Source) -> dict[str, str]:
        return {} if source == "identities" else {"customobject": self._client.target.custom_object}
