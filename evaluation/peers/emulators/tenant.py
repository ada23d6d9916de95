"""The emulator of this project as a system under test: it shows that the checks themselves work."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from evaluation.peers.emulators.authenticator import totp_code
from evaluation.peers.emulators.system import Inconclusive, Json, Response, Session, System, require
from loginradius_harness.checks.security.login_attempts import attempt_login
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session as Login
from loginradius_harness.journey.people import Person, new_person
from loginradius_harness.tenants import TenantContext


class Tenant(System):
    """A tenant whose mails carry codes and whose users may enrol a second factor."""

    name = "emulator"
    needs_confirmation = True

    def __init__(self, context: TenantContext) -> None:
        self._context = context
        self._journey = context.journey

    def _call(self, operation: str, **request: Any) -> Response:
        return _answer(self._context.client.call(operation, **request, check=False))

    def _mailed(self, email: str, kind: str) -> str:
        return self._journey.mailbox.wait(to=email, kind=kind).otp

    def sign_up(self, email: str, password: str, **claims: Json) -> Response:
        """Register by e-mail; `claims` are further members of the request."""
        body = {"Email": [{"Type": "Primary", "Value": email}], "Password": password, **claims}
        return self._call("authentication.register_by_email", body=body)

    def sign_up_verified(self, email: str, password: str) -> Response:
        """Set the member `EmailVerified`, which only administrators may send."""
        return self.sign_up(email, password, EmailVerified=True)

    def confirmation_code(self, email: str, _password: str) -> str:
        """Read the mail of the registration."""
        return self._mailed(email, "emailverification")

    def confirm(self, email: str, code: str) -> Response:
        """Send the mailed code."""
        return self._call("authentication.verify_email_by_otp", body={"email": email, "otp": code})

    def log_in(self, email: str, password: str) -> Response:
        """Use the login that may ask for a second factor."""
        return _answer(attempt_login(self._journey, _person(email), password, check=False))

    def login_content(self, email: str, password: str) -> Json:
        """Return the members of a login by e-mail."""
        return {"email": email, "password": password}

    def send_login(self, content: bytes) -> Response:
        """Send the bytes to that login."""
        return self._call("mfa.login_by_email", body=content)

    def session(self, answer: Response) -> Session:
        """Read the tokens; a response that asks for a second factor has none, or one of zeros."""
        token = (answer.data or {}).get("access_token") if answer.ok else None
        if not token or "refresh_token" not in answer.data:
            raise Inconclusive(f"the login opened no session: {answer}")
        return Session(token, answer.data["refresh_token"])

    def get_profile(self, access: str) -> Response:
        """Read the user's own profile."""
        return self._call("authentication.get_profile", token=access)

    def refresh(self, token: str) -> Response:
        """Request a new pair of tokens."""
        return self._call("account.refresh_access_token_by_refresh_token", query={"refresh_Token": token})

    def renewed(self, answer: Response) -> Session:
        """Read the tokens as after a login."""
        return self.session(answer)

    def sign_out(self, session: Session) -> Response:
        """Invalidate both tokens."""
        query = {"preventRefresh": True}
        return self._call("authentication.invalidate_access_token", token=session.access, query=query)

    def delete(self, access: str) -> Response:
        """Delete the account by the management API: users themselves need a link."""
        return self._call("account.delete_account_by_uid", path={"uid": self.get_profile(access).data["Uid"]})

    def change_password(self, access: str, present: str, new: str) -> Response:
        """Send the current and the new password."""
        body = {"oldpassword": present, "newpassword": new}
        return self._call("authentication.change_password", token=access, body=body)

    def set_password_without_credentials(self, email: str, new: str) -> Response:
        """Call the management API without the API secret."""
        path = {"uid": self._journey.accounts.find(_person(email))["Uid"]}
        bare = {"apisecret": None}
        return self._call("account.set_password_by_uid", path=path, body={"password": new}, credentials=bare)

    def request_reset(self, email: str) -> Response:
        """Request a mail with a code."""
        return self._call("authentication.forgot_password", body={"email": email})

    def reset_code(self, email: str) -> str:
        """Read the mail."""
        return self._mailed(email, "forgotpassword")

    def reset(self, email: str, code: str, new: str) -> Response:
        """Send the mailed code."""
        body = {"email": email, "otp": code, "password": new}
        return self._call("authentication.reset_password_by_email_otp", body=body)

    def claim_verified(self, access: str) -> Response:
        """Set the member `EmailVerified`, which only administrators may send."""
        return self._call("authentication.update_profile", token=access, body={"EmailVerified": True})

    def is_verified(self, email: str) -> bool:
        """Read the account by the management API."""
        return bool(self._journey.accounts.find(_person(email))["EmailVerified"])

    def enrol_totp(self, session: Session) -> str:
        """Enrol with an access token."""
        secret: str = self._journey.mfa.settings(Login(session.access))["ManualEntryCode"]
        body = {"authenticatorcode": totp_code(secret)}
        call = self._call("mfa.verify_authenticator_code_by_access_token", token=session.access, body=body)
        require("the first code of an app", call)
        return secret

    def submit_totp(self, challenge: Response, _email: str, code: str) -> Response:
        """Send the code with the token of the challenge, or with a made-up token if there is none."""
        waiting = (challenge.data or {}).get("SecondFactorAuthentication") or {}
        query = {"secondfactorauthenticationtoken": waiting.get("SecondFactorAuthenticationToken") or str(uuid4())}
        return self._call("mfa.validate_authenticator_code", query=query, body={"authenticatorcode": code})


def _person(email: str) -> Person:
    return replace(new_person(), email=email)


def _answer(reply: ApiResponse) -> Response:
    return Response(reply.status, json.dumps(reply.data), reply.data, reply.headers)
