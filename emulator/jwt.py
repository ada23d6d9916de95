"""JSON web tokens signed with HS256 (RFC 7515, RFC 7519): no other algorithm is taken, `none` least of all."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

Json = Any


def sign(claims: dict[str, Json], key: str) -> str:
    """A compact token with these claims."""
    signed = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(claims)}"
    return f"{signed}.{_text(_mac(signed, key))}"


def read(token: str, key: str) -> dict[str, Json] | None:
    """The claims of a token with a right signature, else None. Times in the claims are the caller's to judge."""
    signed, _, signature = token.rpartition(".")
    header, _, claims = signed.partition(".")
    try:
        head, body, mac = _decode(header), _decode(claims), _bytes(signature)
    except (ValueError, RecursionError):  # RecursionError: thousands of nested brackets
        return None
    if not isinstance(head, dict) or head.get("alg") != "HS256" or not hmac.compare_digest(mac, _mac(signed, key)):
        return None
    return body if isinstance(body, dict) else None


def _mac(signed: str, key: str) -> bytes:
    return hmac.digest(key.encode(), signed.encode(), sha256)


def _encode(value: Json) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _decode(text: str) -> Json:
    return json.loads(_bytes(text))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
