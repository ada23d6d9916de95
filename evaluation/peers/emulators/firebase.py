"""The Auth emulator of firebase-tools (npm), on a project that exists nowhere."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from evaluation.peers.emulators import install
from evaluation.peers.emulators.process import household, running
from evaluation.peers.emulators.system import PATIENCE, Answer, Json, Session, System, Unjudged, needed
from tests.free_ports import free_ports

NAME = "firebase"
PROJECT = "demo-harness"  # names that begin with demo- never lead to a real project
ACCOUNTS = "/identitytoolkit.googleapis.com/v1/accounts"
LOGIN = f"{ACCOUNTS}:signInWithPassword"
TOKENS = "/securetoken.googleapis.com/v1/token"
OUTBOX = f"/emulator/v1/projects/{PROJECT}/oobCodes"


class Firebase(System):
    """A code says itself whose it is and what for; the access token is the identity token."""

    name = NAME
    needs_confirmation = False

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False, params={"key": "any"})
        self._ids: dict[str, str] = {}

    def _call(self, path: str, **body: Any) -> Answer:
        return Answer.of(self._http.post(path, json=body))

    def sign_up(self, email: str, password: str, **claims: Json) -> Answer:
        """Further members are the user's own words."""
        answer = self._call(f"{ACCOUNTS}:signUp", **self.login_content(email, password), **claims)
        if answer.ok:
            self._ids[email] = answer.data["localId"]
        return answer

    def sign_up_verified(self, email: str, password: str) -> Answer:
        """By a member that operators may send."""
        return self.sign_up(email, password, emailVerified=True)

    def confirmation_code(self, email: str, password: str) -> str:
        """On demand, by somebody who is logged in."""
        session = self.session(self.log_in(email, password))
        needed("a code", self._call(f"{ACCOUNTS}:sendOobCode", requestType="VERIFY_EMAIL", idToken=session.access))
        return self._sent(email, "VERIFY_EMAIL")

    def confirm(self, _email: str, code: str) -> Answer:
        """The code knows the address."""
        return self._call(f"{ACCOUNTS}:update", oobCode=code)

    def log_in(self, email: str, password: str) -> Answer:
        """With a password."""
        return self._call(LOGIN, **self.login_content(email, password))

    def login_content(self, email: str, password: str) -> Json:
        """As the client libraries send it."""
        return {"email": email, "password": password, "returnSecureToken": True}

    def knock(self, content: bytes) -> Answer:
        """At the login."""
        return Answer.of(self._http.post(LOGIN, content=content, headers={"Content-Type": "application/json"}))

    def session(self, answer: Answer) -> Session:
        """The tokens of a login."""
        if not answer.ok or "idToken" not in answer.data:
            raise Unjudged(f"the login opened no session: {answer}")
        return Session(answer.data["idToken"], answer.data["refreshToken"])

    def who_is(self, access: str) -> Answer:
        """The user's own record."""
        return self._call(f"{ACCOUNTS}:lookup", idToken=access)

    def refresh(self, token: str) -> Answer:
        """At the token service."""
        return self._call(TOKENS, grantType="refresh_token", refreshToken=token)

    def renewed(self, answer: Answer) -> Session:
        """The token service spells its members otherwise."""
        if not answer.ok:
            raise Unjudged(f"the refresh gave no tokens: {answer}")
        return Session(answer.data["access_token"], answer.data["refresh_token"])

    def delete(self, access: str) -> Answer:
        """At once."""
        return self._call(f"{ACCOUNTS}:delete", idToken=access)

    def change_password(self, access: str, _present: str, new: str) -> Answer:
        """There is no place for the present one."""
        return self._call(f"{ACCOUNTS}:update", idToken=access, password=new)

    def set_password_unproved(self, email: str, new: str) -> Answer:
        """Operators name the account by its id, and bring a token."""
        return self._call(f"{ACCOUNTS}:update", localId=self._ids[email], password=new)

    def ask_reset(self, email: str) -> Answer:
        """By e-mail."""
        return self._call(f"{ACCOUNTS}:sendOobCode", requestType="PASSWORD_RESET", email=email)

    def reset_code(self, email: str) -> str:
        """From the list of what was sent."""
        return self._sent(email, "PASSWORD_RESET")

    def _sent(self, email: str, kind: str) -> str:
        sent = self._http.get(OUTBOX).json()["oobCodes"]
        return str([mail["oobCode"] for mail in sent if mail["email"] == email and mail["requestType"] == kind][-1])

    def reset(self, _email: str, code: str, new: str) -> Answer:
        """The code knows the account."""
        return self._call(f"{ACCOUNTS}:resetPassword", oobCode=code, newPassword=new)

    def claim_verified(self, access: str) -> Answer:
        """By a member that operators may send."""
        return self._call(f"{ACCOUNTS}:update", idToken=access, emailVerified=True)

    def is_verified(self, email: str) -> bool:
        """As operators see it, who bring a fixed word for a token."""
        url, owner = f"{ACCOUNTS}:lookup", {"Authorization": "Bearer owner"}
        found = needed("a look-up", Answer.of(self._http.post(url, json={"email": [email]}, headers=owner)))
        return bool(found.data["users"][0].get("emailVerified"))


@contextmanager
def started() -> Iterator[Firebase]:
    """The system while the block lasts."""
    script = install.from_npm() / "firebase-tools" / "lib" / "bin" / "firebase.js"
    ports = dict(zip(["auth", "hub", "logging"], free_ports(3), strict=True))
    settings = {name: {"host": "127.0.0.1", "port": port} for name, port in ports.items()}
    words = ["emulators:start", "--only", "auth", "--project", PROJECT, "--non-interactive"]
    with household() as home:
        (home / "firebase.json").write_text(json.dumps({"emulators": {**settings, "ui": {"enabled": False}}}))
        with running([install.command("node"), script, *words], "All emulators ready", home):
            yield Firebase(f"http://127.0.0.1:{ports['auth']}")
