"""Tokens in the form of a JWE, as tenants with encrypted tokens issue them (product-facts.md#values).

Nothing is encrypted: the text carries the GUID that it stands for, so that a request with it is read as one with the
GUID.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha512
from typing import Any

Json = Any

GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
PREFIX = urlsafe_b64encode(b'{"alg":"dir","enc":"A256GCM","kid":"emulated"}').decode().rstrip("=")
_JWE = re.compile(re.escape(PREFIX) + r"\.\.[\w-]+\.([\w-]+)\.[\w-]+")  # header, no encrypted key, IV, text, tag


def to_jwe(guid: str) -> str:
    """Return the JWE-formed text of a GUID; always the same."""
    digest = sha512(guid.encode()).digest()
    return ".".join([PREFIX, "", _encode(digest[:12]), _encode(guid.encode()), _encode(digest[12:28])])


def from_jwe(text: str) -> str:
    """Return the GUID that a text carries; any other text as it is."""
    found = _JWE.fullmatch(text)
    return urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode("ascii", "replace") if found else text


def read_body(body: Json) -> Json:
    """Return a body with the GUIDs of its JWE-formed texts."""
    if isinstance(body, str):
        return from_jwe(body)
    if isinstance(body, dict):
        return {name: read_body(value) for name, value in body.items()}
    return [read_body(value) for value in body] if isinstance(body, list) else body


def read_headers(headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Return headers whose `Authorization` carries the GUID of a JWE-formed token."""
    header = headers.get(b"authorization", b"")
    scheme, _, token = header.decode("latin-1").rpartition(" ")
    if not token.startswith(PREFIX):
        return headers
    return {**headers, b"authorization": f"{scheme} {from_jwe(token)}".strip().encode("latin-1")}


def mentions(raw: bytes) -> bool:
    """Return whether a raw body may hold a JWE-formed token; most do not, and are not searched."""
    return PREFIX.encode() in raw


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
