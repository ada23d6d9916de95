"""Removal of second factors, and management calls about them (product-facts.md#mfa-settings)."""

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session

_REMOVALS = {  # factor -> operation up to `_by_...`, body that names the factor where its path does not
    "totp": ("mfa.reset_authenticator", {"authenticator": True}),
    "sms": ("mfa.reset_sms_authenticator", {"otpauthenticator": True}),
    "email": ("mfa.reset_email_otp_authenticator", None),
    "answers": ("mfa.reset_security_question_authenticator", None),
    "passkey": ("mfa.reset_passkey_authenticator", None),
    "push": ("mfa.reset_push_authenticator", None),
    "duo": ("mfa.reset_duo_authenticator", None),
}


class MfaRemoval:
    """Remove the factors totp, sms, email, answers (security questions), passkey, push and duo."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def remove(self, session: Session, factor: str) -> ApiResponse:
        """Remove a factor of the session's user."""
        operation, body = _REMOVALS[factor]
        return self._client.call(f"{operation}_by_access_token", token=session.token, body=body).must_succeed()

    def remove_from(self, uid: str, factor: str) -> ApiResponse:
        """Remove a factor of an account by a management call."""
        operation, body = _REMOVALS[factor]
        return self._client.call(f"{operation}_by_uid", query={"uid": uid}, body=body).must_succeed()

    def backup_codes_of(self, uid: str) -> list[str]:
        """Return the ten backup codes of an account by a management call, once."""
        return self._codes("mfa.get_backup_codes_by_uid", uid)

    def new_backup_codes_of(self, uid: str) -> list[str]:
        """Replace the backup codes of an account by a management call; return the new ones."""
        return self._codes("mfa.reset_backup_codes_by_uid", uid)

    def _codes(self, operation: str, uid: str) -> list[str]:
        codes: list[str] = self._client.call(operation, query={"uid": uid}).must_succeed().data["BackUpCodes"]
        return codes
