"""Apps that get log-ins by OAuth, as a machine manages them (product-facts.md#oauth-integrations)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.administration import Administration
from loginradius_harness.journey.federation import Federation
from loginradius_harness.target.target import FederationSettings

Json = Any


class IntegratedApp(Federation):
    """One such app with its own client."""

    def __init__(self, client: Client, made: Json) -> None:
        super().__init__(client, "oauth")
        self._made = made

    @property
    def settings(self) -> FederationSettings:
        """The app and its client."""
        return replace(super().settings, app=self._made["Id"], client_id=self._made["ClientId"])

    @property
    def secret(self) -> dict[str, str]:
        """Id and secret of the app's client."""
        return {"client_id": self._made["ClientId"], "client_secret": self._made["ClientSecret"]}


class OAuthIntegrations:
    """The apps of OAuth of one tenant."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration

    def call(self, operation: str, integration: str, **request: Any) -> ApiResponse:
        """Call an operation of one app."""
        path = {"integration_id": integration}
        return self._administration.call(f"oauth_integration.{operation}", path=path, **request)

    def all(self) -> dict[str, Json]:
        """Return every app by its id."""
        listed = self._administration.call("oauth_integration.list").must_succeed().data["Data"]
        return {integration["Id"]: integration for integration in listed}

    def make(self, **members: Json) -> Json:
        """Make an app, which gets and refreshes tokens unless `members` say otherwise; return it."""
        body = {
            "DisplayName": f"lrh-integration-{uuid4().hex[:12]}",
            "RedirectURIs": [],
            "GrantTypes": ["authorization_code", "refresh_token"],
            **members,
        }
        return self._administration.call("oauth_integration.create", body=body).must_succeed().data

    def read(self, integration: str) -> Json:
        """Return an app."""
        return self.call("get", integration).must_succeed().data

    def change(self, integration: str, **members: Json) -> Json:
        """Change an app; return it."""
        return self.call("update", integration, body=members).must_succeed().data

    def rotate(self, integration: str) -> Json:
        """Give an app another secret; return the id of its client and the secret."""
        return self.call("rotate_credentials", integration).must_succeed().data

    def remove(self, integration: str) -> ApiResponse:
        """Remove an app."""
        return self.call("delete", integration).must_succeed()

    @contextmanager
    def made(self, **members: Json) -> Iterator[Json]:
        """Make an app; remove it at the end, if it is still there."""
        integration = self.make(**members)
        yield integration
        if integration["Id"] in self.all():
            self.remove(integration["Id"])
