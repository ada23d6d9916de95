"""Codes of an authenticator app: RFC 6238 with SHA-1, 6 digits, 30 seconds (domain 3.10)."""

from datetime import datetime

import pyotp


def code(secret: str, at: datetime, steps: int = 0) -> str:
    """The code that the app shows at a moment, or so many steps of 30 seconds later. `secret` is base32."""
    return pyotp.TOTP(secret).at(at, counter_offset=steps)
