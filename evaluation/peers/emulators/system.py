"""What a system under attack can be asked, whoever wrote it: the verbs that the checks are made of."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = Any

SUCCESS = range(200, 300)
CRASH = 500
PATIENCE = 60.0  # seconds


class NotOffered(Exception):  # noqa: N818  # no error: a system need not offer everything
    """The system has no such function; the text says which."""


class Unjudged(Exception):  # noqa: N818  # no error of ours: a check found no ground to stand on
    """What a check needs first does not work, so that it would prove nothing."""


@dataclass(frozen=True)
class Answer:
    """What came back. `data` is the decoded JSON, None where the text is none."""

    status: int
    text: str = field(repr=False)
    data: Json = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, response: httpx.Response) -> "Answer":
        """An answer of the wire."""
        try:
            data = response.json()
        except ValueError:
            data = None
        return cls(response.status_code, response.text, data, response.headers)

    @property
    def ok(self) -> bool:
        """Whether the system did what it was asked for."""
        return self.status in SUCCESS

    @property
    def crashed(self) -> bool:
        """Whether the system made an error of its own."""
        return self.status >= CRASH

    @property
    def reason(self) -> str:
        """The name of the error, where the answer has one."""
        data = self.data if isinstance(self.data, dict) else {}
        error = data.get("error")
        return str(data.get("__type") or (error.get("message") if isinstance(error, dict) else ""))

    def __str__(self) -> str:
        return f"{self.status} {self.reason}".strip()


def needed(what: str, answer: Answer) -> Answer:
    """The answer to a step that a check builds upon; Unjudged where it failed."""
    if not answer.ok:
        raise Unjudged(f"{what}: {answer}")
    return answer


@dataclass(frozen=True)
class Session:
    """The tokens of a login."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    identity: str = field(default="", repr=False)


class System(ABC):
    """Verbs raise NotOffered where the system has no such function. Answers are returned, whatever they say."""

    name: str
    needs_confirmation: bool  # before the first login

    @abstractmethod
    def sign_up(self, email: str, password: str) -> Answer:
        """Make an account."""

    @abstractmethod
    def confirmation_code(self, email: str, password: str) -> str:
        """The code that was sent to confirm the address of a new account."""

    @abstractmethod
    def confirm(self, email: str, code: str) -> Answer:
        """Confirm the address with a code."""

    @abstractmethod
    def log_in(self, email: str, password: str) -> Answer:
        """Try a password."""

    @abstractmethod
    def knock(self, content: bytes) -> Answer:
        """Send any bytes to where logins are sent."""

    @abstractmethod
    def login_content(self, email: str, password: str) -> Json:
        """What a login sends, before it is encoded."""

    @abstractmethod
    def session(self, answer: Answer) -> Session:
        """The session that a login opened; Unjudged where it opened none."""

    @abstractmethod
    def who_is(self, access: str) -> Answer:
        """The account behind an access token."""

    @abstractmethod
    def refresh(self, token: str) -> Answer:
        """New tokens for a refresh token."""

    @abstractmethod
    def renewed(self, answer: Answer) -> Session:
        """The tokens of an answer to `refresh`; `refresh` is empty where it gave no new one."""

    def sign_out(self, _session: Session) -> Answer:
        """End a session."""
        raise NotOffered("no sign-out for users")

    def delete(self, _access: str) -> Answer:
        """Delete one's own account."""
        raise NotOffered("users cannot delete their account")

    @abstractmethod
    def change_password(self, access: str, present: str, new: str) -> Answer:
        """Set another password with the present one."""

    @abstractmethod
    def set_password_unproved(self, email: str, new: str) -> Answer:
        """The operator's call that sets anybody's password, without the operator's credentials."""

    @abstractmethod
    def ask_reset(self, email: str) -> Answer:
        """Have a code sent that resets the password."""

    @abstractmethod
    def reset_code(self, email: str) -> str:
        """The last code that was sent to the address to reset its password."""

    @abstractmethod
    def reset(self, email: str, code: str, new: str) -> Answer:
        """Set another password with a code."""

    @abstractmethod
    def claim_verified(self, access: str) -> Answer:
        """Say about one's own address that it is verified."""

    @abstractmethod
    def sign_up_verified(self, email: str, password: str) -> Answer:
        """Make an account, and say at once that its address is verified."""

    @abstractmethod
    def is_verified(self, email: str) -> bool:
        """Whether the system takes an address for verified, in the eyes of its operator."""

    def enrol_totp(self, _session: Session) -> str:
        """Set an authenticator app up and demand it from now on; its secret in base32."""
        raise NotOffered("no authenticator apps")

    def answer_totp(self, _challenge: Answer, _email: str, _code: str) -> Answer:
        """Finish a login, which a password has begun, with the code of an authenticator app."""
        raise NotOffered("no authenticator apps")
