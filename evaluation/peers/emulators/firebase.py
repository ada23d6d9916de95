"""The Auth emulator of firebase-tools (npm), with a project that does not exist."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from evaluation.peers.emulators import install
from evaluation.peers.emulators.process import home_folder, running
from evaluation.peers.emulators.system import TIMEOUT, Inconclusive, Json, Response, Session, System, require
from tests.free_ports import free_ports

NAME = "firebase"
PROJECT = "demo-harness"  # a name with demo- is never a real project
ACCOUNTS = "/identitytoolkit.googleapis.com/v1/accounts"
LOGIN = f"{ACCOUNTS}:signInWithPassword"
TOKENS = "/securetoken.googleapis.com/v1/token"
OUTBOX = f"/emulator/v1/projects/{PROJECT}/oobCodes"


class Firebase(System):
    """Codes identify account and purpose by themselves; the access token is the identity token."""

    name = NAME
    needs_confirmation = False

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT, trust_env=False, params={"key": "any"})
        self._ids: dict[str, str] = {}

    def _call(self, path: str, **body: Any) -> Response:
        return Response.of(self._http.post(path, json=body))

    def sign_up(self, email: str, password: str, **claims: Json) -> Response:
        """Sign up; `claims` are further members of the request."""
        answer = self._call(f"{ACCOUNTS}:signUp", **self.login_content(email, password), **claims)
        if answer.ok:
            self._ids[email] = answer.data["localId"]
        return answer

    def sign_up_verified(self, email: str, password: str) -> Response:
        """Set the member `emailVerified`, which only administrators may send."""
        return self.sign_up(email, password, emailVerified=True)

    def confirmation_code(self, email: str, password: str) -> str:
        """Request the code as the logged-in user."""
        session = self.session(self.log_in(email, password))
        require("a code", self._call(f"{ACCOUNTS}:sendOobCode", requestType="VERIFY_EMAIL", idToken=session.access))
        return self._sent(email, "VERIFY_EMAIL")

    def confirm(self, _email: str, code: str) -> Response:
        """Send the code, which identifies the address."""
        return self._call(f"{ACCOUNTS}:update", oobCode=code)

    def log_in(self, email: str, password: str) -> Response:
        """Call signInWithPassword."""
        return self._call(LOGIN, **self.login_content(email, password))

    def login_content(self, email: str, password: str) -> Json:
        """Return the members that client libraries send."""
        return {"email": email, "password": password, "returnSecureToken": True}

    def send_login(self, content: bytes) -> Response:
        """Send the bytes to signInWithPassword."""
        return Response.of(self._http.post(LOGIN, content=content, headers={"Content-Type": "application/json"}))

    def session(self, answer: Response) -> Session:
        """Read the tokens of a login."""
        if not answer.ok or "idToken" not in answer.data:
            raise Inconclusive(f"the login opened no session: {answer}")
        return Session(answer.data["idToken"], answer.data["refreshToken"])

    def get_profile(self, access: str) -> Response:
        """Call accounts:lookup."""
        return self._call(f"{ACCOUNTS}:lookup", idToken=access)

    def refresh(self, token: str) -> Response:
        """Call the token service."""
        return self._call(TOKENS, grantType="refresh_token", refreshToken=token)

    def renewed(self, answer: Response) -> Session:
        """Read the tokens; the token service uses other member names than the login."""
        if not answer.ok:
            raise Inconclusive(f"the refresh gave no tokens: {answer}")
        return Session(answer.data["access_token"], answer.data["refresh_token"])

    def delete(self, access: str) -> Response:
        """Call accounts:delete."""
        return self._call(f"{ACCOUNTS}:delete", idToken=access)

    def change_password(self, access: str, _present: str, new: str) -> Response:
        """Call accounts:update, which takes no current password."""
        return self._call(f"{ACCOUNTS}:update", idToken=access, password=new)

    def set_password_without_credentials(self, email: str, new: str) -> Response:
        """Name the account by its id, but without an admin token."""
        return self._call(f"{ACCOUNTS}:update", localId=self._ids[email], password=new)

    def request_reset(self, email: str) -> Response:
        """Request a mail with a code."""
        return self._call(f"{ACCOUNTS}:sendOobCode", requestType="PASSWORD_RESET", email=email)

    def reset_code(self, email: str) -> str:
        """Read the last mail of the outbox."""
        return self._sent(email, "PASSWORD_RESET")

    def _sent(self, email: str, kind: str) -> str:
        sent = self._http.get(OUTBOX).json()["oobCodes"]
        return str([mail["oobCode"] for mail in sent if mail["email"] == email and mail["requestType"] == kind][-1])

    def reset(self, _email: str, code: str, new: str) -> Response:
        """Send the code, which identifies the account."""
        return self._call(f"{ACCOUNTS}:resetPassword", oobCode=code, newPassword=new)

    def claim_verified(self, access: str) -> Response:
        """Set the member `emailVerified`, which only administrators may send."""
        return self._call(f"{ACCOUNTS}:update", idToken=access, emailVerified=True)

    def is_verified(self, email: str) -> bool:
        """Read the account as an administrator, whose token is a fixed word."""
        url, owner = f"{ACCOUNTS}:lookup", {"Authorization": "Bearer owner"}
        found = require("a look-up", Response.of(self._http.post(url, json={"email": [email]}, headers=owner)))
        return bool(found.data["users"][0].get("emailVerified"))


@contextmanager
def started() -> Iterator[Firebase]:
    """Run the system during the block."""
    script = install.from_npm() / "firebase-tools" / "lib" / "bin" / "firebase.js"
    ports = dict(zip(["auth", "hub", "logging"], free_ports(3), strict=True))
    settings = {name: {"host": "127.0.0.1", "port": port} for name, port in ports.items()}
    words = ["emulators:start", "--only", "auth", "--project", PROJECT, "--non-interactive"]
    with home_folder() as home:
        (home / "firebase.json").write_text(json.dumps({"emulators": {**settings, "ui": {"enabled": False}}}))
        with running([install.command("node"), script, *words], "All emulators ready", home):
            yield Firebase(f"http://127.0.0.1:{ports['auth']}")
