"""cognito-local (npm)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evaluation.peers.emulators import install
from evaluation.peers.emulators.cognito import Cognito
from evaluation.peers.emulators.process import home_folder, running
from evaluation.peers.emulators.system import Json, Response, Session
from tests.free_ports import free_ports

NAME = "cognito-local"


class CognitoLocal(Cognito):
    """Sends no mail: the codes are in the file of the user pool."""

    name = NAME

    def __init__(self, url: str, home: Path) -> None:
        super().__init__(url)
        self._file = home / ".cognito" / "db" / f"{self.pool}.json"

    def _record(self, email: str) -> Json:
        users = json.loads(self._file.read_bytes())["Users"].values()
        return next(user for user in users if {"Name": "email", "Value": email} in user["Attributes"])

    def confirmation_code(self, email: str, _password: str) -> str:
        """Read the code of the registration."""
        return self.reset_code(email)

    def reset_code(self, email: str) -> str:
        """Read the code of the user: there is one at a time, for any purpose."""
        return str(self._record(email)["ConfirmationCode"])

    def sign_out(self, session: Session) -> Response:
        """Revoke this session: signing out of all sessions is not implemented."""
        return self.call("RevokeToken", ClientId=self.client, Token=session.refresh)

    def delete(self, access: str) -> Response:
        """Call DeleteUser."""
        return self.call("DeleteUser", AccessToken=access)


@contextmanager
def started() -> Iterator[CognitoLocal]:
    """Run the system during the block."""
    script = install.from_npm() / "cognito-local" / "lib" / "bin" / "start.js"
    [port] = free_ports(1)
    address = {"HOST": "127.0.0.1", "PORT": str(port)}
    with home_folder() as home, running([install.command("node"), script], "Cognito Local running", home, **address):
        yield CognitoLocal(f"http://127.0.0.1:{port}", home)
