"""What an authenticator app shows (RFC 6238), also for secrets that are shorter than they should be."""

from base64 import b32decode
from time import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
STEP = 30  # seconds


def raw(secret: str) -> bytes:
    """The bytes of a secret in base32, in capital letters or not."""
    return b32decode(secret + "=" * (-len(secret) % 8), casefold=True)


def step_now() -> int:
    """The number of the present step."""
    return int(time()) // STEP


def shown(secret: str, steps: int = 0) -> str:
    """The code of now, or so many steps of 30 seconds from now."""
    app = TOTP(raw(secret), DIGITS, SHA1(), STEP, enforce_key_length=False)  # noqa: S303  # what the apps use
    return app.generate(int(time()) + STEP * steps).decode()
