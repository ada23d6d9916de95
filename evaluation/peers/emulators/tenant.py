"""The emulator of this project in the place of a foreign system: on it the checks are tried themselves."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from evaluation.peers.emulators.authenticator import shown
from evaluation.peers.emulators.system import Answer, Json, Session, System, Unjudged, needed
from loginradius_harness.checks.security.login_attempts import attempt_login
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session as Login
from loginradius_harness.journey.people import Person, new_person
from loginradius_harness.tenants import TenantContext


class Tenant(System):
    """Mail carries codes; the second factor is up to each person."""

    name = "emulator"
    needs_confirmation = True

    def __init__(self, scene: TenantContext) -> None:
        self._scene = scene
        self._journey = scene.journey

    def _call(self, operation: str, **request: Any) -> Answer:
        return _answer(self._scene.client.call(operation, **request, check=False))

    def _mailed(self, email: str, kind: str) -> str:
        return self._journey.mailbox.wait(to=email, kind=kind).otp

    def sign_up(self, email: str, password: str, **claims: Json) -> Answer:
        """By e-mail."""
        body = {"Email": [{"Type": "Primary", "Value": email}], "Password": password, **claims}
        return self._call("authentication.register_by_email", body=body)

    def sign_up_verified(self, email: str, password: str) -> Answer:
        """By a member that operators may send."""
        return self.sign_up(email, password, EmailVerified=True)

    def confirmation_code(self, email: str, _password: str) -> str:
        """Registration mails it."""
        return self._mailed(email, "emailverification")

    def confirm(self, email: str, code: str) -> Answer:
        """With the mailed code."""
        return self._call("authentication.verify_email_by_otp", body={"email": email, "otp": code})

    def log_in(self, email: str, password: str) -> Answer:
        """Where second factors may follow."""
        return _answer(attempt_login(self._journey, _called(email), password, check=False))

    def login_content(self, email: str, password: str) -> Json:
        """By e-mail."""
        return {"email": email, "password": password}

    def knock(self, content: bytes) -> Answer:
        """At that login."""
        return self._call("mfa.login_by_email", body=content)

    def session(self, answer: Answer) -> Session:
        """An answer that waits for a second factor has no token, or zeros for one."""
        token = (answer.data or {}).get("access_token") if answer.ok else None
        if not token or "refresh_token" not in answer.data:
            raise Unjudged(f"the login opened no session: {answer}")
        return Session(token, answer.data["refresh_token"])

    def who_is(self, access: str) -> Answer:
        """One's own profile."""
        return self._call("authentication.get_profile", token=access)

    def refresh(self, token: str) -> Answer:
        """A new pair."""
        return self._call("account.refresh_access_token_by_refresh_token", query={"refresh_Token": token})

    def renewed(self, answer: Answer) -> Session:
        """As after a login."""
        return self.session(answer)

    def sign_out(self, session: Session) -> Answer:
        """Of both tokens."""
        query = {"preventRefresh": True}
        return self._call("authentication.invalidate_access_token", token=session.access, query=query)

    def delete(self, access: str) -> Answer:
        """By the operator: people delete themselves with a link."""
        return self._call("account.delete_account_by_uid", path={"uid": self.who_is(access).data["Uid"]})

    def change_password(self, access: str, present: str, new: str) -> Answer:
        """With the present one."""
        body = {"oldpassword": present, "newpassword": new}
        return self._call("authentication.change_password", token=access, body=body)

    def set_password_unproved(self, email: str, new: str) -> Answer:
        """Without the secret."""
        path = {"uid": self._journey.accounts.find(_called(email))["Uid"]}
        bare = {"apisecret": None}
        return self._call("account.set_password_by_uid", path=path, body={"password": new}, credentials=bare)

    def ask_reset(self, email: str) -> Answer:
        """By mail."""
        return self._call("authentication.forgot_password", body={"email": email})

    def reset_code(self, email: str) -> str:
        """From the mail."""
        return self._mailed(email, "forgotpassword")

    def reset(self, email: str, code: str, new: str) -> Answer:
        """With the mailed code."""
        body = {"email": email, "otp": code, "password": new}
        return self._call("authentication.reset_password_by_email_otp", body=body)

    def claim_verified(self, access: str) -> Answer:
        """By a member that operators may send."""
        return self._call("authentication.update_profile", token=access, body={"EmailVerified": True})

    def is_verified(self, email: str) -> bool:
        """As operators see it."""
        return bool(self._journey.accounts.find(_called(email))["EmailVerified"])

    def enrol_totp(self, session: Session) -> str:
        """With an access token."""
        secret: str = self._journey.mfa.settings(Login(session.access))["ManualEntryCode"]
        body = {"authenticatorcode": shown(secret)}
        call = self._call("mfa.verify_authenticator_code_by_access_token", token=session.access, body=body)
        needed("the first code of an app", call)
        return secret

    def answer_totp(self, challenge: Answer, _email: str, code: str) -> Answer:
        """The challenge knows whose it is; one that never was has an invented token."""
        waiting = (challenge.data or {}).get("SecondFactorAuthentication") or {}
        query = {"secondfactorauthenticationtoken": waiting.get("SecondFactorAuthenticationToken") or str(uuid4())}
        return self._call("mfa.validate_authenticator_code", query=query, body={"authenticatorcode": code})


def _called(email: str) -> Person:
    return replace(new_person(), email=email)


def _answer(reply: ApiResponse) -> Answer:
    return Answer(reply.status, json.dumps(reply.data), reply.data, reply.headers)
