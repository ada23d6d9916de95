"""Generate the secured one-time token (SOTT) that permits registration (product-facts.md#sott).

It is `base64(AES-256-CBC(<start UTC>#<API key>#<end UTC>))`, a `*`, and the MD5 of the base64 text.
The emulator has an implementation of its own on purpose: each checks the other.
"""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import md5, pbkdf2_hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from loginradius_harness.client.secrets import Secret

WINDOW = timedelta(minutes=10)  # the product's default

_INITIAL_VECTOR = b"tu89geji340t89u2"
_BLOCK_BITS = 128


def generate(api_key: Secret, api_secret: Secret, start: datetime, end: datetime) -> str:
    """Return a token that is valid between two moments in UTC. Dates are unpadded, as in most SDKs."""
    plain = f"{_date(start)}#{api_key.reveal()}#{_date(end)}"
    text = b64encode(_encrypt(plain.encode(), derived_key(api_secret))).decode()
    return f"{text}*{md5(text.encode(), usedforsecurity=False).hexdigest()}"


def window(now: datetime) -> tuple[datetime, datetime]:
    """Return start and end of a token: the product's default length, begun a minute ago."""
    start = now - timedelta(minutes=1)
    return start, start + WINDOW


@lru_cache(maxsize=8)  # 10,000 rounds of PBKDF2 take milliseconds, and a run has one or two secrets
def derived_key(api_secret: Secret) -> bytes:
    """Derive the AES key from an API secret."""
    return pbkdf2_hmac("sha1", api_secret.reveal().encode(), bytes(8), 10_000, 32)


def _date(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.year}/{utc.month}/{utc.day} {utc.hour:02}:{utc.minute}:{utc.second}"


def _encrypt(plain: bytes, key: bytes) -> bytes:
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(_INITIAL_VECTOR)).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
