"""What a login gives its person."""

from dataclasses import dataclass, field
from typing import Any, Self

from loginradius_harness.client.response import ApiResponse

Json = Any


@dataclass(frozen=True)
class Session:
    """A live login. Tokens that the tenant does not give are empty."""

    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)  # of PIN login
    uid: str = ""
    id: str = ""

    @classmethod
    def of(cls, reply: ApiResponse) -> Self:
        """The session of a login response, or of one wrapped in `Data`; Refused where the login was refused."""
        data: Json = reply.must_succeed().data
        login = data.get("Data") or data
        profile = login.get("Profile") or {}
        return cls(
            token=login["access_token"],
            refresh_token=login.get("refresh_token") or "",
            session_token=login.get("session_token") or "",
            uid=profile.get("Uid", ""),
            id=profile.get("ID", ""),
        )


@dataclass(frozen=True)
class Challenge:
    """A login that waits for its second factor. `secret` is set while an authenticator app may be enrolled."""

    token: str = field(repr=False)
    factors: frozenset[str] = frozenset()  # those that are verified: totp, sms, email, answers
    secret: str = field(default="", repr=False)

    @classmethod
    def of(cls, reply: ApiResponse) -> Self | None:
        """The challenge of an MFA login response; None where the first factor was enough."""
        waiting: Json = reply.must_succeed().data.get("SecondFactorAuthentication")
        if waiting is None:
            return None
        flags = {
            "totp": "IsAuthenticatorVerified",
            "sms": "IsOTPAuthenticatorVerified",
            "email": "IsEmailOtpAuthenticatorVerified",
            "answers": "IsSecurityQuestionAuthenticatorVerified",
        }
        verified = frozenset(name for name, flag in flags.items() if waiting[flag])
        return cls(waiting["SecondFactorAuthenticationToken"], verified, waiting["ManualEntryCode"] or "")
