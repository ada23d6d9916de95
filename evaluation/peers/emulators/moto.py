"""moto's cognito-idp (PyPI), behind moto's own server."""

from collections.abc import Iterator
from contextlib import contextmanager

from evaluation.peers.emulators import install
from evaluation.peers.emulators.cognito import Cognito
from evaluation.peers.emulators.process import household, running
from evaluation.peers.emulators.system import Answer, NotOffered, Session
from tests.free_ports import free_ports

NAME = "moto"
SENT = "x-moto-forgot-password-confirmation-code"


class Moto(Cognito):
    """Answers to `ForgotPassword` carry the code in a header; codes that confirm an address are never made."""

    name = NAME

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._codes: dict[str, str] = {}

    def confirmation_code(self, _email: str, _password: str) -> str:
        """None is sent; any that looks like one."""
        return "273941"

    def ask_reset(self, email: str) -> Answer:
        """Keeps the code of the header."""
        answer = super().ask_reset(email)
        self._codes[email] = answer.headers.get(SENT, "")
        return answer

    def reset_code(self, email: str) -> str:
        """From the header of the last answer."""
        return self._codes[email]

    def sign_out(self, session: Session) -> Answer:
        """Everywhere."""
        return self.call("GlobalSignOut", AccessToken=session.access)

    def delete(self, _access: str) -> Answer:
        """Not implemented."""
        raise NotOffered("users cannot delete their account")


@contextmanager
def started() -> Iterator[Moto]:
    """The system while the block lasts."""
    server = install.from_pypi() / "moto_server"
    [port] = free_ports(1)
    with household() as home, running([server, "-H", "127.0.0.1", "-p", str(port)], "Running on", home):
        yield Moto(f"http://127.0.0.1:{port}")
