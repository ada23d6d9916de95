"""Clients of OAuth and OpenID Connect, as a machine manages them (product-facts.md#oauth-clients)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.administration import Administration

Json = Any


class OAuthClients:
    """The clients of one tenant."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration

    def call(self, operation: str, name: str, **request: Any) -> ApiResponse:
        """Call an operation of one client."""
        return self._administration.call(f"oauth_client.{operation}", path={"oauth_client_name": name}, **request)

    def all(self) -> dict[str, Json]:
        """Return every client by its name."""
        listed = self._administration.call("oauth_client.list").must_succeed().data["Data"]
        return {client["AppName"]: client for client in listed}

    def make(self, **members: Json) -> Json:
        """Make a client, which sends its secret in the body unless `members` say otherwise; return it."""
        body = {"AppName": f"lrh-client-{uuid4().hex[:12]}", "TokenAuthMethod": "client_secret_post", **members}
        return self._administration.call("oauth_client.create", body=body).must_succeed().data

    def read(self, name: str) -> Json:
        """Return a client."""
        return self.call("get", name).must_succeed().data

    def change(self, name: str, **members: Json) -> Json:
        """Change a client; return it."""
        return self.call("update", name, body=members).must_succeed().data

    def reset_secret(self, name: str) -> Json:
        """Give a client another secret; return its id and the secret."""
        return self.call("reset_secret", name).must_succeed().data

    def remove(self, name: str) -> ApiResponse:
        """Remove a client."""
        return self.call("delete", name).must_succeed()

    @contextmanager
    def made(self, **members: Json) -> Iterator[Json]:
        """Make a client; remove it at the end, if it is still there."""
        client = self.make(**members)
        yield client
        if client["AppName"] in self.all():
            self.remove(client["AppName"])

    def connections(self) -> list[Json]:
        """Return the providers that clients can offer."""
        return list(self._administration.call("oauth_client.list_connections_metadata").must_succeed().data["Data"])
