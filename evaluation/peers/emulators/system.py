"""The interface to a system under test: the actions that the checks are made of."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = Any

SUCCESS = range(200, 300)
CRASH = 500
TIMEOUT = 60.0  # seconds


class NotSupported(Exception):  # noqa: N818  # not an error: a system need not support everything
    """The system lacks a function; the text says which."""


class Inconclusive(Exception):  # noqa: N818  # not an error: the check cannot be carried out
    """A step that a check depends on failed, so that its result would prove nothing."""


@dataclass(frozen=True)
class Response:
    """A response. `data` is the decoded JSON, None if the text is not JSON."""

    status: int
    text: str = field(repr=False)
    data: Json = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, response: httpx.Response) -> "Response":
        """Read an HTTP response."""
        try:
            data = response.json()
        except ValueError:
            data = None
        return cls(response.status_code, response.text, data, response.headers)

    @property
    def ok(self) -> bool:
        """Return whether the system did what was requested."""
        return self.status in SUCCESS

    @property
    def crashed(self) -> bool:
        """Return whether the system had an internal error."""
        return self.status >= CRASH

    @property
    def reason(self) -> str:
        """Return the name of the error, if the response has one."""
        data = self.data if isinstance(self.data, dict) else {}
        error = data.get("error")
        return str(data.get("__type") or (error.get("message") if isinstance(error, dict) else ""))

    def __str__(self) -> str:
        return f"{self.status} {self.reason}".strip()


def require(what: str, answer: Response) -> Response:
    """Return the response to a step that a check depends on; raise Inconclusive if it failed."""
    if not answer.ok:
        raise Inconclusive(f"{what}: {answer}")
    return answer


@dataclass(frozen=True)
class Session:
    """The tokens of a login."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    identity: str = field(default="", repr=False)


class System(ABC):
    """A system under test. An action raises NotSupported if the system lacks it; refusals are returned, not raised."""

    name: str
    needs_confirmation: bool  # before the first login

    @abstractmethod
    def sign_up(self, email: str, password: str) -> Response:
        """Create an account."""

    @abstractmethod
    def confirmation_code(self, email: str, password: str) -> str:
        """Return the code that was sent to confirm the address of a new account."""

    @abstractmethod
    def confirm(self, email: str, code: str) -> Response:
        """Confirm the address with a code."""

    @abstractmethod
    def log_in(self, email: str, password: str) -> Response:
        """Log in with a password."""

    @abstractmethod
    def send_login(self, content: bytes) -> Response:
        """Send any bytes to the login endpoint."""

    @abstractmethod
    def login_content(self, email: str, password: str) -> Json:
        """Return the content of a login request, before it is encoded."""

    @abstractmethod
    def session(self, answer: Response) -> Session:
        """Return the session that a login opened; raise Inconclusive if it opened none."""

    @abstractmethod
    def get_profile(self, access: str) -> Response:
        """Read the account of an access token."""

    @abstractmethod
    def refresh(self, token: str) -> Response:
        """Exchange a refresh token for new tokens."""

    @abstractmethod
    def renewed(self, answer: Response) -> Session:
        """Return the tokens of a response to `refresh`; `Session.refresh` is empty if it issued no new one."""

    def sign_out(self, _session: Session) -> Response:
        """End a session."""
        raise NotSupported("no sign-out for users")

    def delete(self, _access: str) -> Response:
        """Delete the user's own account."""
        raise NotSupported("users cannot delete their account")

    @abstractmethod
    def change_password(self, access: str, present: str, new: str) -> Response:
        """Set another password, given the current one."""

    @abstractmethod
    def set_password_without_credentials(self, email: str, new: str) -> Response:
        """Send the admin call that sets a user's password, without admin credentials."""

    @abstractmethod
    def request_reset(self, email: str) -> Response:
        """Request a code that resets the password."""

    @abstractmethod
    def reset_code(self, email: str) -> str:
        """Return the last reset code that was sent to the address."""

    @abstractmethod
    def reset(self, email: str, code: str, new: str) -> Response:
        """Set another password with a code."""

    @abstractmethod
    def claim_verified(self, access: str) -> Response:
        """Try to mark the user's own address as verified."""

    @abstractmethod
    def sign_up_verified(self, email: str, password: str) -> Response:
        """Create an account and try to mark its address as verified in the same request."""

    @abstractmethod
    def is_verified(self, email: str) -> bool:
        """Return whether the system's admin API shows an address as verified."""

    def enrol_totp(self, _session: Session) -> str:
        """Enrol an authenticator app, required from now on; return its secret in base32."""
        raise NotSupported("no authenticator apps")

    def submit_totp(self, _challenge: Response, _email: str, _code: str) -> Response:
        """Complete a login with the code of an authenticator app."""
        raise NotSupported("no authenticator apps")
