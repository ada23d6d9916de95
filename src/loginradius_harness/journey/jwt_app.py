"""Log in to an app that gets its log-ins as JWTs (product-facts.md#jwt-log-in)."""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person

Json = Any


class JwtApp:
    """The first app of an emulator that takes JWTs."""

    def __init__(self, client: Client, control: EmulatorClient | None) -> None:
        self._client = client
        self._control = control

    @property
    def settings(self) -> Json:
        """Name, key and redirect addresses of the app."""
        apps = self._control.settings()["jwt_apps"] if self._control else []
        if not apps:
            raise UnsupportedByTarget("needs an app that takes JWTs: run it on the emulator, with --preset jwt-app")
        return apps[0]

    def log_in(self, person: Person, *, older: bool = False, nonce: str | None = None) -> str:
        """Return a token for the person's password; `older` asks at the older path."""
        body = {"email": person.email, "password": person.password}
        return _signature(self._call("login", older=older, nonce=nonce, body=body))

    def token(self, session: Session, *, older: bool = False, nonce: str | None = None) -> str:
        """Return a token for an access token."""
        return _signature(self._call("token_by_access_token", older=older, nonce=nonce, token=session.token))

    def _call(self, name: str, *, older: bool, nonce: str | None, **request: Any) -> ApiResponse:
        if older:
            return self._client.call(f"jwt.{name}_legacy", query={"jwtapp": self.settings["name"]}, **request)
        path = {"jwtappname": self.settings["name"]}
        return self._client.call(f"jwt.{name}", path=path, query={"Nonce": nonce}, **request)

    def authorize(self, redirect_uri: str | None = None, **more: str) -> ApiResponse:
        """Send a browser to the app's log-in."""
        query = {"redirect_uri": redirect_uri or self.settings["redirect_uris"][0], **more}
        return self._client.call("jwt.authorize", path={"jwtappname": self.settings["name"]}, query=query)


def _signature(reply: ApiResponse) -> str:
    return str(reply.must_succeed().data["signature"])
