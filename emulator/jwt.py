"""JSON web tokens (RFC 7515, RFC 7519). Who reads one says the algorithm, whatever its header asks for."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cached_property
from hashlib import sha256
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from emulator.identifiers import Identifiers

Json = Any

_HALF = 32  # bytes of each half of an ES256 signature
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256: private keys lie below it
_HASH = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979: a seed makes signatures reproducible


class Key(Protocol):
    """Signs and verifies by one algorithm."""

    @property
    def header(self) -> dict[str, str]:
        """What stands at the head of a token."""

    def sign(self, signed: bytes) -> bytes:
        """The signature of a header and claims."""

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether a signature is right."""


class SharedKey:
    """HS256, with a text that both sides know."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    @property
    def header(self) -> dict[str, str]:
        """What stands at the head of a token."""
        return {"alg": "HS256", "typ": "JWT"}

    def sign(self, signed: bytes) -> bytes:
        """HMAC-SHA256."""
        return hmac.digest(self._secret, signed, sha256)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether the other side knows the text."""
        return hmac.compare_digest(signature, self.sign(signed))


class KeyPair:
    """ES256, with a key of a tenant's own that is made on first need."""

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(1 + int(self._identifiers.hex(64), 16) % (_ORDER - 1), ec.SECP256R1())

    @cached_property
    def kid(self) -> str:
        """The name of the key."""
        return self._identifiers.hex(8)

    @property
    def header(self) -> dict[str, str]:
        """What stands at the head of a token."""
        return {"alg": "ES256", "typ": "JWT", "kid": self.kid}

    def public(self) -> dict[str, str]:
        """The public half, as a JWK (RFC 7517)."""
        point = self._private.public_key().public_numbers()
        coordinates = {name: _text(getattr(point, name).to_bytes(_HALF, "big")) for name in ("x", "y")}
        return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, **coordinates}

    def sign(self, signed: bytes) -> bytes:
        """ECDSA over P-256, both halves at full length."""
        halves = decode_dss_signature(self._private.sign(signed, _HASH))
        return b"".join(half.to_bytes(_HALF, "big") for half in halves)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether this key's owner signed; halves that are zero are refused by the curve's rules."""
        if len(signature) != 2 * _HALF:
            return False
        halves = [int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:])]
        try:
            self._private.public_key().verify(encode_dss_signature(*halves), signed, _HASH)
        except InvalidSignature:
            return False
        return True


def sign(claims: dict[str, Json], key: Key) -> str:
    """A compact token with these claims."""
    signed = f"{_encode(key.header)}.{_encode(claims)}"
    return f"{signed}.{_text(key.sign(signed.encode()))}"


def read(token: str, key: Key) -> dict[str, Json] | None:
    """The claims of a token with a right signature, else None. Times in the claims are the caller's to judge."""
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
    """Whether the present lies between `nbf` and `exp`; a limit that is not there does not bind."""
    begins, ends = claims.get("nbf", 0), claims.get("exp", now + 1)
    return all(isinstance(limit, int | float) for limit in (begins, ends)) and begins <= now < ends


def _encode(value: Json) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _decode(text: str) -> Json:
    return json.loads(_bytes(text))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """The bytes of base64url without padding; ValueError for any other spelling of them (RFC 7515 2)."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(raw) != text:
        raise ValueError("not the canonical spelling")
    return raw
