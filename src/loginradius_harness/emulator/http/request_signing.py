"""Server side of request signing (product-facts.md#request-signing)."""

import hashlib
import hmac
import re
from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext

_EXPIRY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?: (AM|PM))?", re.IGNORECASE)
EMPTY = (b"", b"{}")  # payloads that some clients sign as none, and others with a colon at the end
_COMPONENT_SAFE = "!'()*"  # what encodeURIComponent leaves alone beside letters, digits and -_.~


def is_signed(call: RequestContext) -> bool:
    """Return whether the request carries a digest or an expiry."""
    return call.header("digest") is not None or call.header("x-request-expires") is not None


def check(call: RequestContext, url: str, body: bytes, secret: str) -> None:
    """Check that the digest is that of the URL and body, and has not expired.

    Raise SIGNATURE_MISSING, SIGNATURE_INCORRECT, SIGNATURE_EXPIRY_MISSING, SIGNATURE_EXPIRY_MALFORMED,
    SIGNATURE_EXPIRED.
    """
    expires, digest = call.header("x-request-expires"), call.header("digest")
    if not expires:
        raise ApiError(ErrorCode.SIGNATURE_EXPIRY_MISSING)
    if not digest:
        raise ApiError(ErrorCode.SIGNATURE_MISSING)
    moment = _moment(expires)
    if moment is None:
        raise ApiError(ErrorCode.SIGNATURE_EXPIRY_MALFORMED)
    if moment < call.now:
        raise ApiError(ErrorCode.SIGNATURE_EXPIRED)
    if not any(hmac.compare_digest(digest, known) for known in digests(url, expires, body, secret)):
        raise ApiError(ErrorCode.SIGNATURE_INCORRECT)


def digests(url: str, expires: str, body: bytes, secret: str) -> list[str]:
    """Return the digest in each way of escaping and of signing an empty payload that clients use."""
    forms = {
        quote(unquote(url), safe=_COMPONENT_SAFE),
        quote(unquote(url), safe=""),
        quote(url, safe=""),
        quote(url.lower(), safe=""),
    }
    tails = [b":" + body, b""] if body in EMPTY else [b":" + body]
    return [_digest(f"{expires}:{form.lower()}".encode() + tail, secret) for form in sorted(forms) for tail in tails]


def _digest(text: bytes, secret: str) -> str:
    return "SHA-256=" + b64encode(hmac.digest(secret.encode(), text, hashlib.sha256)).decode()


def _moment(text: str) -> float | None:
    """Read `2030-1-2 4:4:5` in 24 hours, or in 12 with AM or PM, padded or not; UTC."""
    found = _EXPIRY.fullmatch(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    if found[7]:
        hour = hour % 12 + (12 if found[7].upper() == "PM" else 0)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
