"""The API of Amazon Cognito user pools, as far as the two systems that emulate it support it."""

import json
from typing import Any

import httpx

from evaluation.peers.emulators.authenticator import totp_code
from evaluation.peers.emulators.system import TIMEOUT, Inconclusive, Json, Response, Session, System, require

SERVICE = "AWSCognitoIdentityProviderService"
FORM = "application/x-amz-json-1.1"
LOGIN = "InitiateAuth"
TOTP = "SOFTWARE_TOKEN_MFA"
# Eight characters of any kind, as NIST SP 800-63B-4 3.1.1.2 requires.
POLICY = {
    "MinimumLength": 8,
    **dict.fromkeys(["RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"], False),
}


class Cognito(System):
    """A user pool with e-mail addresses as user names, and a client that must not reveal who has an account."""

    name = "cognito"
    needs_confirmation = True

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT, trust_env=False)
        self.pool = self._require(
            "CreateUserPool",
            PoolName="harness",
            UsernameAttributes=["email"],
            AutoVerifiedAttributes=["email"],
            Policies={"PasswordPolicy": POLICY},
        )["UserPool"]["Id"]
        codes = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}
        self._require("SetUserPoolMfaConfig", UserPoolId=self.pool, **codes)
        self.client = self._require(
            "CreateUserPoolClient",
            UserPoolId=self.pool,
            ClientName="harness",
            PreventUserExistenceErrors="ENABLED",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]

    def _require(self, action: str, **request: Any) -> Json:
        return require(action, self.call(action, **request)).data

    def call(self, action: str, **request: Any) -> Response:
        """Call an action of the API."""
        return self._send(action, json.dumps(request).encode())

    def _send(self, action: str, content: bytes) -> Response:
        headers = {"X-Amz-Target": f"{SERVICE}.{action}", "Content-Type": FORM}
        return Response.of(self._http.post("/", content=content, headers=headers))

    def sign_up(self, email: str, password: str, **attributes: str) -> Response:
        """Sign up; `attributes` are claims of the user."""
        named = _attributes(email=email, **attributes)
        return self.call("SignUp", ClientId=self.client, Username=email, Password=password, UserAttributes=named)

    def sign_up_verified(self, email: str, password: str) -> Response:
        """Set the attribute `email_verified`."""
        return self.sign_up(email, password, email_verified="true")

    def confirm(self, email: str, code: str) -> Response:
        """Send the code of the registration."""
        return self.call("ConfirmSignUp", ClientId=self.client, Username=email, ConfirmationCode=code)

    def log_in(self, email: str, password: str) -> Response:
        """Use the password flow."""
        return self.call(LOGIN, **self.login_content(email, password))

    def login_content(self, email: str, password: str) -> Json:
        """Return the members of the password flow."""
        given = {"USERNAME": email, "PASSWORD": password}
        return {"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": given}

    def send_login(self, content: bytes) -> Response:
        """Send the bytes to InitiateAuth."""
        return self._send(LOGIN, content)

    def session(self, answer: Response) -> Session:
        """Read the result of a login; a challenge is no session."""
        result = (answer.data or {}).get("AuthenticationResult") if answer.ok else None
        if not result:
            raise Inconclusive(f"the login opened no session: {answer}")
        return Session(result["AccessToken"], result.get("RefreshToken") or "", result.get("IdToken") or "")

    def get_profile(self, access: str) -> Response:
        """Call GetUser."""
        return self.call("GetUser", AccessToken=access)

    def refresh(self, token: str) -> Response:
        """Use the refresh-token flow."""
        given = {"REFRESH_TOKEN": token}
        return self.call(LOGIN, ClientId=self.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)

    renewed = session

    def change_password(self, access: str, present: str, new: str) -> Response:
        """Call ChangePassword."""
        return self.call("ChangePassword", AccessToken=access, PreviousPassword=present, ProposedPassword=new)

    def set_password_without_credentials(self, email: str, new: str) -> Response:
        """Send an admin request without the signature that it needs."""
        return self.call("AdminSetUserPassword", UserPoolId=self.pool, Username=email, Password=new, Permanent=True)

    def request_reset(self, email: str) -> Response:
        """Call ForgotPassword."""
        return self.call("ForgotPassword", ClientId=self.client, Username=email)

    def reset(self, email: str, code: str, new: str) -> Response:
        """Call ConfirmForgotPassword."""
        given = {"ClientId": self.client, "Username": email, "ConfirmationCode": code}
        return self.call("ConfirmForgotPassword", Password=new, **given)

    def claim_verified(self, access: str) -> Response:
        """Set the attribute `email_verified`."""
        return self.call("UpdateUserAttributes", AccessToken=access, UserAttributes=_attributes(email_verified="true"))

    def is_verified(self, email: str) -> bool:
        """Call AdminGetUser."""
        found = self._require("AdminGetUser", UserPoolId=self.pool, Username=email)
        named = {entry["Name"]: entry["Value"] for entry in found["UserAttributes"]}
        return str(named.get("email_verified")).lower() == "true"

    def enrol_totp(self, session: Session) -> str:
        """Associate a TOTP secret, verify it and make it the preferred factor."""
        secret = str(self._require("AssociateSoftwareToken", AccessToken=session.access)["SecretCode"])
        self._require("VerifySoftwareToken", AccessToken=session.access, UserCode=totp_code(secret))
        wanted = {"Enabled": True, "PreferredMfa": True}
        self._require("SetUserMFAPreference", AccessToken=session.access, SoftwareTokenMfaSettings=wanted)
        return secret

    def submit_totp(self, challenge: Response, email: str, code: str) -> Response:
        """Send the code with the session of the challenge."""
        begun = (challenge.data or {}).get("Session")
        given = {"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": code}
        request = {"ClientId": self.client, "ChallengeName": TOTP, "Session": begun, "ChallengeResponses": given}
        return self.call("RespondToAuthChallenge", **request)


def _attributes(**named: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in named.items()]
