"""The cognito-idp of moto (PyPI), run by moto's own server."""

from collections.abc import Iterator
from contextlib import contextmanager

from evaluation.peers.emulators import install
from evaluation.peers.emulators.cognito import Cognito
from evaluation.peers.emulators.process import home_folder, running
from evaluation.peers.emulators.system import NotSupported, Response, Session
from tests.free_ports import free_ports

NAME = "moto"
SENT = "x-moto-forgot-password-confirmation-code"


class Moto(Cognito):
    """Returns the code of `ForgotPassword` in a header; never creates a code that confirms an address."""

    name = NAME

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._codes: dict[str, str] = {}

    def confirmation_code(self, _email: str, _password: str) -> str:
        """Return a made-up code: the system sends none."""
        return "273941"

    def request_reset(self, email: str) -> Response:
        """Keep the code of the header."""
        answer = super().request_reset(email)
        self._codes[email] = answer.headers.get(SENT, "")
        return answer

    def reset_code(self, email: str) -> str:
        """Return the code of the last response header."""
        return self._codes[email]

    def sign_out(self, session: Session) -> Response:
        """Call GlobalSignOut."""
        return self.call("GlobalSignOut", AccessToken=session.access)

    def delete(self, _access: str) -> Response:
        """Raise NotSupported: moto does not implement it."""
        raise NotSupported("users cannot delete their account")


@contextmanager
def started() -> Iterator[Moto]:
    """Run the system during the block."""
    server = install.from_pypi() / "moto_server"
    [port] = free_ports(1)
    with home_folder() as home, running([server, "-H", "127.0.0.1", "-p", str(port)], "Running on", home):
        yield Moto(f"http://127.0.0.1:{port}")
