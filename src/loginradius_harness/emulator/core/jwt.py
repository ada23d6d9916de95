"""JSON web tokens (RFC 7515, RFC 7519). The reader sets the algorithm, whatever the header says."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any, Protocol

Json = Any


class Key(Protocol):
    """Signs and verifies by one algorithm."""

    @property
    def header(self) -> dict[str, str]:
        """Return the header of a token."""

    def sign(self, signed: bytes) -> bytes:
        """Return the signature of a header and claims."""

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Return whether a signature is right."""


class SharedKey:
    """HS256, with a secret that both sides know."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    @property
    def header(self) -> dict[str, str]:
        """Return the header of a token."""
        return {"alg": "HS256", "typ": "JWT"}

    def sign(self, signed: bytes) -> bytes:
        """Return the HMAC-SHA256."""
        return hmac.digest(self._secret, signed, sha256)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Return whether the signature was made with this secret."""
        return hmac.compare_digest(signature, self.sign(signed))


def sign(claims: dict[str, Json], key: Key) -> str:
    """Return a compact token with these claims."""
    signed = f"{_encode(key.header)}.{_encode(claims)}"
    return f"{signed}.{text_of(key.sign(signed.encode()))}"


def read(token: str, key: Key) -> dict[str, Json] | None:
    """Return the claims of a token with a right signature, else None. Checking times is the caller's part."""
    signed, _, signature = token.rpartition(".")
    header, _, claims = signed.partition(".")
    try:
        head, body, proof = _decode(header), _decode(claims), _bytes(signature)
    except (ValueError, RecursionError):  # RecursionError: thousands of nested brackets
        return None
    if not isinstance(head, dict) or head.get("alg") != key.header["alg"] or "crit" in head:
        return None
    return body if isinstance(body, dict) and key.verifies(signed.encode(), proof) else None


def is_current(claims: dict[str, Json], now: float) -> bool:
    """Return whether `now` lies between `nbf` and `exp`; an absent limit does not apply."""
    begins, ends = claims.get("nbf", 0), claims.get("exp", now + 1)
    return all(isinstance(limit, int | float) for limit in (begins, ends)) and begins <= now < ends


def _encode(value: Json) -> str:
    return text_of(json.dumps(value, separators=(",", ":")).encode())


def _decode(text: str) -> Json:
    return json.loads(_bytes(text))


def text_of(raw: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Return the bytes of base64url without padding. Raise ValueError for any other spelling of them (RFC 7515 2)."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if text_of(raw) != text:
        raise ValueError("not the canonical spelling")
    return raw
