"""The server's side of an authenticator app: RFC 6238 with SHA-1, 6 digits, 30 seconds (product-facts.md#mfa-login)."""

import base64
import hmac
from typing import TYPE_CHECKING
from urllib.parse import quote

from loginradius_harness.emulator.state.accounts import SecondFactors

if TYPE_CHECKING:  # Tenant owns its Authenticator
    from loginradius_harness.emulator.state.tenant import Tenant

STEP_SECONDS = 30
DIGITS = 6


class Authenticator:
    """Secrets and codes of a tenant's authenticator apps."""

    def __init__(self, tenant: "Tenant") -> None:
        self._tenant = tenant

    def secret(self, factors: SecondFactors) -> str:
        """The secret to enrol with, made on first need; it stays the same until an app is verified with it."""
        if factors.totp_secret is None:
            factors.totp_secret = self._tenant.identifiers.totp_secret()
        return factors.totp_secret

    def accepts(self, factors: SecondFactors, code: str) -> bool:
        """Whether the app shows this code now, within the tenant's drift; used steps may be refused (RFC 6238 5.2)."""
        step = self._step_of(factors, code)
        if step is None:
            return False
        factors.totp_last_step = max(step, factors.totp_last_step)
        return True

    def _step_of(self, factors: SecondFactors, code: str) -> int | None:
        settings = self._tenant.settings
        present = int(self._tenant.clock.now()) // STEP_SECONDS
        drift = settings.totp_drift_steps
        oldest = factors.totp_last_step + 1 if settings.totp_replay_refused else 0
        for step in range(max(present - drift, oldest), present + drift + 1):
            if factors.totp_secret and hmac.compare_digest(code_at(factors.totp_secret, step).encode(), code.encode()):
                return step
        return None


def code_at(secret: str, step: int) -> str:
    """The code of a time step (RFC 4226 5.3)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def qr_code(secret: str, holder: str, issuer: str) -> str:
    """Address of the picture that an app scans: a chart of the otpauth URI."""
    uri = f"otpauth://totp/{quote(holder, safe='@')}?secret={secret}&issuer={quote(issuer)}"
    return f"http://chart.googleapis.com/chart?cht=qr&chs=150x150&chl={quote(uri, safe='')}"
