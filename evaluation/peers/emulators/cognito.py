"""The wire of Amazon Cognito user pools, as far as the two systems that imitate it speak it."""

import json
from typing import Any

import httpx

from evaluation.peers.emulators.authenticator import shown
from evaluation.peers.emulators.system import PATIENCE, Answer, Json, Session, System, Unjudged, needed

SERVICE = "AWSCognitoIdentityProviderService"
FORM = "application/x-amz-json-1.1"
LOGIN = "InitiateAuth"
TOTP = "SOFTWARE_TOKEN_MFA"
# Eight characters, whatever they are: the form that NIST SP 800-63B-4 3.1.1.2 asks for.
POLICY = {
    "MinimumLength": 8,
    **dict.fromkeys(["RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"], False),
}


class Cognito(System):
    """A user pool whose users are their e-mail addresses, and an application that may not tell who has an account."""

    name = "cognito"
    needs_confirmation = True

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)
        self.pool = self._made(
            "CreateUserPool",
            PoolName="harness",
            UsernameAttributes=["email"],
            AutoVerifiedAttributes=["email"],
            Policies={"PasswordPolicy": POLICY},
        )["UserPool"]["Id"]
        codes = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}
        self._made("SetUserPoolMfaConfig", UserPoolId=self.pool, **codes)
        self.client = self._made(
            "CreateUserPoolClient",
            UserPoolId=self.pool,
            ClientName="harness",
            PreventUserExistenceErrors="ENABLED",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]

    def _made(self, action: str, **request: Any) -> Json:
        return needed(action, self.call(action, **request)).data

    def call(self, action: str, **request: Any) -> Answer:
        """One action."""
        return self._send(action, json.dumps(request).encode())

    def _send(self, action: str, content: bytes) -> Answer:
        headers = {"X-Amz-Target": f"{SERVICE}.{action}", "Content-Type": FORM}
        return Answer.of(self._http.post("/", content=content, headers=headers))

    def sign_up(self, email: str, password: str, **attributes: str) -> Answer:
        """Further attributes are the user's own words."""
        named = _attributes(email=email, **attributes)
        return self.call("SignUp", ClientId=self.client, Username=email, Password=password, UserAttributes=named)

    def sign_up_verified(self, email: str, password: str) -> Answer:
        """By an attribute of its own."""
        return self.sign_up(email, password, email_verified="true")

    def confirm(self, email: str, code: str) -> Answer:
        """With the code that registration sent."""
        return self.call("ConfirmSignUp", ClientId=self.client, Username=email, ConfirmationCode=code)

    def log_in(self, email: str, password: str) -> Answer:
        """By the plain password flow."""
        return self.call(LOGIN, **self.login_content(email, password))

    def login_content(self, email: str, password: str) -> Json:
        """The members of the plain password flow."""
        given = {"USERNAME": email, "PASSWORD": password}
        return {"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": given}

    def knock(self, content: bytes) -> Answer:
        """At the login."""
        return self._send(LOGIN, content)

    def session(self, answer: Answer) -> Session:
        """From the result of a login; a challenge is none."""
        result = (answer.data or {}).get("AuthenticationResult") if answer.ok else None
        if not result:
            raise Unjudged(f"the login opened no session: {answer}")
        return Session(result["AccessToken"], result.get("RefreshToken") or "", result.get("IdToken") or "")

    def who_is(self, access: str) -> Answer:
        """The user's own record."""
        return self.call("GetUser", AccessToken=access)

    def refresh(self, token: str) -> Answer:
        """By the flow of the same name."""
        given = {"REFRESH_TOKEN": token}
        return self.call(LOGIN, ClientId=self.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)

    renewed = session

    def change_password(self, access: str, present: str, new: str) -> Answer:
        """By the user."""
        return self.call("ChangePassword", AccessToken=access, PreviousPassword=present, ProposedPassword=new)

    def set_password_unproved(self, email: str, new: str) -> Answer:
        """Requests of operators carry a signature; this one has none."""
        return self.call("AdminSetUserPassword", UserPoolId=self.pool, Username=email, Password=new, Permanent=True)

    def ask_reset(self, email: str) -> Answer:
        """By e-mail."""
        return self.call("ForgotPassword", ClientId=self.client, Username=email)

    def reset(self, email: str, code: str, new: str) -> Answer:
        """With the code that was asked for."""
        given = {"ClientId": self.client, "Username": email, "ConfirmationCode": code}
        return self.call("ConfirmForgotPassword", Password=new, **given)

    def claim_verified(self, access: str) -> Answer:
        """By an attribute of its own."""
        return self.call("UpdateUserAttributes", AccessToken=access, UserAttributes=_attributes(email_verified="true"))

    def is_verified(self, email: str) -> bool:
        """As operators see it."""
        found = self._made("AdminGetUser", UserPoolId=self.pool, Username=email)
        named = {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}
        return str(named.get("email_verified")).lower() == "true"

    def enrol_totp(self, session: Session) -> str:
        """Associate, verify, prefer."""
        secret = str(self._made("AssociateSoftwareToken", AccessToken=session.access)["SecretCode"])
        self._made("VerifySoftwareToken", AccessToken=session.access, UserCode=shown(secret))
        wanted = {"Enabled": True, "PreferredMfa": True}
        self._made("SetUserMFAPreference", AccessToken=session.access, SoftwareTokenMfaSettings=wanted)
        return secret

    def answer_totp(self, challenge: Answer, email: str, code: str) -> Answer:
        """The challenge names itself by its session."""
        begun = (challenge.data or {}).get("Session")
        given = {"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": code}
        request = {"ClientId": self.client, "ChallengeName": TOTP, "Session": begun, "ChallengeResponses": given}
        return self.call("RespondToAuthChallenge", **request)


def _attributes(**named: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in named.items()]
