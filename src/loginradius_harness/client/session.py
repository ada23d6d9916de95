"""Sessions and second-factor challenges, as login responses contain them."""

from dataclasses import dataclass, field
from typing import Any, Self

from loginradius_harness.client.response import ApiResponse

Json = Any


@dataclass(frozen=True)
class Session:
    """A session. Tokens that the tenant does not issue are empty."""

    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)  # of PIN login
    uid: str = ""
    id: str = ""

    @classmethod
    def of(cls, reply: ApiResponse) -> Self:
        """Return the session of a login response, also of one wrapped in `Data`; raise Refused for an error."""
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
    """A login that waits for its second factor. `secret` is set while an authenticator app can be enrolled."""

    token: str = field(repr=False)
    factors: frozenset[str] = frozenset()  # those that are verified: totp, sms, email, answers, passkey, push, duo
    secret: str = field(default="", repr=False)
    push_code: str = field(default="", repr=False)  # of a phone that can be registered
    duo_endpoint: str = field(default="", repr=False)

    @classmethod
    def of(cls, reply: ApiResponse) -> Self | None:
        """Return the challenge of an MFA login response; None where no second factor is required."""
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
        if waiting.get("IsPasskeyAuthenticatorVerified"):  # comes with tenants that have passkeys only
            verified |= {"passkey"}
        if waiting.get("IsPushDeviceRegistered"):
            verified |= {"push"}
        if waiting.get("IsDuoAuthenticatorVerified"):
            verified |= {"duo"}
        return cls(
            token=waiting["SecondFactorAuthenticationToken"],
            factors=verified,
            secret=waiting["ManualEntryCode"] or "",
            push_code=waiting.get("PushQRCode") or "",
            duo_endpoint=waiting.get("DuoAuthEndpoint") or "",
        )
