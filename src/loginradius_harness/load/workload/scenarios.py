"""What virtual users do, as data: steps that name operations, and scenarios made of steps.

The engine runs them as bytes on its own connections, the FastHttpUser classes through locust's client. A value in
braces is a variable of the virtual user (`virtual_users.py`): a fact of the account, a value kept from an earlier
answer, or one that is computed for each request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from loginradius_harness.contracts.codes import ErrorCode


@dataclass(frozen=True, slots=True)
class Step:
    """One call. `token` names the variable that holds the access token; `keep` maps variable -> member of the answer.

    `computed` names values that are computed together for each request of the step and kept (`computed_together.py`).
    A member is `outer/inner`, or `location?name` for a parameter of the address that a redirect leads to.
    `expected_members` maps member -> the value that it must have; `offline_token` is a member that must hold a JWT that
    is valid by the tenant's keys. With `expected_error` that product error is the right answer, success a violation.
    """

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    token: str | None = None
    keep: Mapping[str, str] = field(default_factory=dict)
    computed: str = ""
    expected_members: Mapping[str, Any] = field(default_factory=dict)
    offline_token: str = ""
    expected_error: int | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named list of steps, run in order by one virtual user.

    `draw` selects the accounts that take part: `exclusive` accounts are used by one iteration at a time, `shared` ones
    in turn, `hot` means the same ten for everybody, `none` no account at all. `needs` are the variables that must be
    known before; a missing token is fetched by a log-in that enters no figure.
    """

    name: str
    description: str
    steps: tuple[Step, ...]
    draw: Literal["exclusive", "shared", "hot", "none"] = "exclusive"
    needs: tuple[str, ...] = ()


FETCHED = frozenset({"token", "refresh_token"})  # variables that a log-in gives

_SESSION = {"token": "access_token", "expires": "expires_in"}
_PAIR = {**_SESSION, "refresh_token": "refresh_token"}
_MACHINE = {"client_id": "{machine_client_id}", "client_secret": "{machine_secret}"}
_CREDENTIALS = {"email": "{email}", "password": "{password}"}

LOG_IN = Step("authentication.login_by_email", body=_CREDENTIALS, keep=_SESSION)
LOG_IN_FOR_PAIR = Step("authentication.login_by_email", body=_CREDENTIALS, keep=_PAIR)
VALIDATE = Step("authentication.validate_access_token", token="token")  # noqa: S106  # the name of a variable
READ_PROFILE = Step("authentication.get_profile", token="token")  # noqa: S106  # as above
_APP = {"oidcappname": "{app}"}
_AUTHORIZATION = {
    "client_id": "{client_id}", "redirect_uri": "{redirect_uri}", "response_type": "code", "scope": "openid profile",
    "state": "{state}", "code_challenge": "{code_challenge}", "code_challenge_method": "S256",
}  # fmt: skip
MACHINE_TOKEN = Step(
    "oauth_m2m.token",
    body={"grant_type": "client_credentials", **_MACHINE, "audience": "{audience}"},
    keep={"machine_token": "access_token"},
)
LOG_OUT = Step("authentication.invalidate_access_token", token="token")  # noqa: S106  # as above


def passkey_credential(**response: str) -> dict[str, Any]:
    """Return a body with what the authenticator of the virtual user answers."""
    names = {"id": "{passkey_id}", "rawId": "{passkey_id}", "type": "public-key"}
    return {"PasskeyCredential": {**names, "response": response}}


_ALL = (
    Scenario("login_by_email", "Log in with e-mail and password", (LOG_IN,)),
    Scenario(
        "login_by_username", "Log in with user name and password",
        (Step("authentication.login_by_username", body={"username": "{username}", "password": "{password}"}),),
        needs=("username",),
    ),
    Scenario(
        "login_by_phone", "Log in with phone number and password",
        (Step("phone.login_by_phone", body={"phone": "{phone}", "password": "{password}"}),),
        needs=("phone",),
    ),
    Scenario(
        "login_unknown_user", "Log in as a user who does not exist: error 938",
        (
            Step(
                "authentication.login_by_email",
                body={"email": "{unknown_email}", "password": "{fresh_password}"},
                expected_error=ErrorCode.ACCOUNT_NOT_FOUND,
            ),
        ),
        "none",
    ),
    Scenario(
        "login_with_totp", "Log in with a second factor, its code computed for each user",
        (
            Step(
                "mfa.login_by_email",
                body=_CREDENTIALS,
                keep={"second_factor": "SecondFactorAuthentication/SecondFactorAuthenticationToken"},
            ),
            Step(
                "mfa.validate_authenticator_code",
                query={"secondFactorAuthenticationToken": "{second_factor}"},
                body={"authenticatorcode": "{totp}"},
            ),
        ),
        needs=("totp_secret",),
    ),
    Scenario(
        "login_with_passkey", "Log in with a passkey; the generator signs, for each user with its own key",
        (
            Step(
                "passkey.login_begin", query={"identifier": "{email}"},
                keep={
                    "challenge": "LoginBeginCredential/publicKey/challenge",
                    "rp_id": "LoginBeginCredential/publicKey/rpId",
                },
            ),
            Step(
                "passkey.login_finish", computed="assertion",
                body=passkey_credential(
                    authenticatorData="{authenticator_data}", clientDataJSON="{client_data}",
                    signature="{signature}", userHandle="{passkey_handle}",
                ),
            ),
        ),
        needs=("passkey_key",),
    ),
    Scenario("validate_token", "Validate one of a few hot tokens", (VALIDATE,), "hot", ("token",)),
    Scenario("validate_many", "Validate many tokens in turn", (VALIDATE,), "shared", ("token",)),
    Scenario(
        "validate_expired", "Validate an expired token: error 906",
        (
            Step(
                "authentication.validate_access_token",
                token="expired_token",  # noqa: S106  # as above
                expected_error=ErrorCode.ACCESS_TOKEN_EXPIRED,
            ),
        ),
        "shared", ("expired_token",),
    ),
    Scenario(
        "validate_unknown", "Validate a token that was never issued: error 905",
        (
            Step(
                "authentication.validate_access_token",
                token="unknown_token",  # noqa: S106  # as above
                expected_error=ErrorCode.ACCESS_TOKEN_INVALID,
            ),
        ),
        "none",
    ),
    Scenario("read_profile", "Read the user's own profile", (READ_PROFILE,), "shared", ("token",)),
    Scenario(
        "refresh", "Exchange a refresh token for a new pair",
        (
            Step(
                "account.refresh_access_token_by_refresh_token",
                query={"refresh_Token": "{refresh_token}"},
                keep=_PAIR,
            ),
        ),
        needs=("refresh_token",),
    ),
    Scenario(
        "register", "Register with e-mail and SOTT",
        (
            Step(
                "authentication.register_by_email",
                body={
                    "Email": [{"Type": "Primary", "Value": "{fresh_email}"}],
                    "Password": "{fresh_password}",
                },
            ),
        ),
        "none",
    ),
    Scenario(
        "session", "Log in, validate the token, read the profile, log out",
        (LOG_IN, VALIDATE, READ_PROFILE, LOG_OUT),
    ),
    Scenario(
        "login_by_oidc", "Log in to an app by OpenID Connect: authorization code with PKCE, at the hosted page",
        (
            Step(
                "oidc.authorize", path=_APP, query=_AUTHORIZATION, computed="pkce",
                keep={"return_url": "location?return_url"},
            ),
            LOG_IN,
            Step(
                "oidc.authorize", path=_APP, query={**_AUTHORIZATION, "token": "{token}"},
                keep={"code": "location?code"},
            ),
            Step(
                "oidc.token", path=_APP,
                body={
                    "grant_type": "authorization_code", "client_id": "{client_id}", "client_secret": "{client_secret}",
                    "redirect_uri": "{redirect_uri}", "code": "{code}", "code_verifier": "{code_verifier}",
                },
                keep={"id_token": "id_token"},
            ),
        ),
    ),
    Scenario("machine_token", "Fetch a token as a machine, by client credentials", (MACHINE_TOKEN,), "none"),
    Scenario(
        "validate_offline", "Fetch a token as a machine and validate it by keys that were fetched once",
        (replace(MACHINE_TOKEN, offline_token="access_token"),),  # noqa: S106  # the name of a member
        "none",
    ),
    Scenario(
        "validate_by_introspection", "Fetch a token as a machine and ask the hub whether it is live",
        (
            MACHINE_TOKEN,
            Step(
                "oauth_m2m.introspect",
                body={**_MACHINE, "token": "{machine_token}"},
                expected_members={"active": True},
            ),
        ),
        "none",
    ),
)  # fmt: skip

SCENARIOS = {scenario.name: scenario for scenario in _ALL}
