"""Taking second factors away, and the server's side of them (product-facts.md#mfa-settings)."""

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session

_REMOVALS = {  # factor -> operation up to `_by_...`, body that names the factor where its path does not
    "totp": ("mfa.reset_authenticator", {"authenticator": True}),
    "sms": ("mfa.reset_sms_authenticator", {"otpauthenticator": True}),
    "email": ("mfa.reset_email_otp_authenticator", None),
    "answers": ("mfa.reset_security_question_authenticator", None),
}


class MfaRemoval:
    """Factors are totp, sms, email and answers."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def remove(self, session: Session, factor: str) -> ApiResponse:
        """Give up one of one's own factors."""
        operation, body = _REMOVALS[factor]
        return self._client.call(f"{operation}_by_access_token", token=session.token, body=body).must_succeed()

    def remove_from(self, uid: str, factor: str) -> ApiResponse:
        """Have the server side take a factor of an account."""
        operation, body = _REMOVALS[factor]
        return self._client.call(f"{operation}_by_uid", query={"uid": uid}, body=body).must_succeed()

    def backup_codes_of(self, uid: str) -> list[str]:
        """Have the server side get the ten backup codes of an account, once."""
        return self._codes("mfa.get_backup_codes_by_uid", uid)

    def new_backup_codes_of(self, uid: str) -> list[str]:
        """Have the server side make ten others; the old ones die."""
        return self._codes("mfa.reset_backup_codes_by_uid", uid)

    def _codes(self, operation: str, uid: str) -> list[str]:
        codes: list[str] = self._client.call(operation, query={"uid": uid}).must_succeed().data["BackUpCodes"]
        return codes
