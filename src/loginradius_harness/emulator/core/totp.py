"""Codes of an authenticator app: RFC 6238 with SHA-1, 6 digits, 30 seconds (product-facts.md#mfa-login)."""

import base64
import hmac
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6


def code_at(secret: str, step: int) -> str:
    """Return the code of a time step (RFC 4226 5.3)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def qr_code(secret: str, holder: str, issuer: str) -> str:
    """Address of the picture that an app scans: a chart of the otpauth URI."""
    uri = f"otpauth://totp/{quote(holder, safe='@')}?secret={secret}&issuer={quote(issuer)}"
    return f"http://chart.googleapis.com/chart?cht=qr&chs=150x150&chl={quote(uri, safe='')}"
