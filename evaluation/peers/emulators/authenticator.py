"""Codes of an authenticator app (RFC 6238), also for secrets that are shorter than they should be."""

from base64 import b32decode
from time import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
STEP = 30  # seconds


def raw(secret: str) -> bytes:
    """Return the bytes of a secret in base32, in either letter case."""
    return b32decode(secret + "=" * (-len(secret) % 8), casefold=True)


def step_now() -> int:
    """Return the number of the current step."""
    return int(time()) // STEP


def totp_code(secret: str, steps: int = 0) -> str:
    """Return the current code, or that of a number of 30-second steps from now."""
    app = TOTP(raw(secret), DIGITS, SHA1(), STEP, enforce_key_length=False)  # noqa: S303  # what the apps use
    return app.generate(int(time()) + STEP * steps).decode()
