"""Sign management requests: an HMAC over URL and body replaces the secret.

The emulator has an implementation of its own on purpose: each checks the other.
Source: product-facts.md#request-signing.
"""

import hmac
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, unquote

from loginradius_harness.client.secrets import Secret

LIFETIME = timedelta(minutes=20)


def applies_to(path: str) -> bool:
    """Return whether a path is signed: management calls are, except the one that issues access tokens."""
    lowered = path.lower()
    return "/manage/" in lowered and not lowered.endswith("/account/access_token")


def headers(url: str, body: bytes, api_secret: Secret, now: datetime) -> dict[str, str]:
    """Return the two headers that sign a request. `url` is the one sent, with query and without the secret."""
    expires = (now.astimezone(UTC) + LIFETIME).strftime("%Y-%m-%d %H:%M:%S")
    return {"X-Request-Expires": expires, "digest": digest(url, body, api_secret, expires)}


def digest(url: str, body: bytes, api_secret: Secret, expires: str) -> str:
    """Return `SHA-256=<base64>` over expiry, encoded URL and, where there is one, the body."""
    encoded = quote(unquote(url), safe="!'()*-._~").lower()  # what encodeURIComponent leaves alone
    text = f"{expires}:{encoded}".encode() + (b":" + body if body else b"")
    return "SHA-256=" + b64encode(hmac.digest(api_secret.reveal().encode(), text, sha256)).decode()
