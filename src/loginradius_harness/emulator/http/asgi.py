"""HTTP as the emulator reads and writes it: targets, headers, bodies."""

import gzip
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus

import msgspec

from loginradius_harness.emulator.core.errors import ApiError

Json = Any
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON_TYPES = ("application/json", "text/json")
FORM_TYPE = "application/x-www-form-urlencoded"
NO_CONTENT = 204
GZIP_FROM = 1_000  # bytes; below, compressing costs more than it saves

encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

_SLASH, _NUL = "\udc2f", "\udc00"  # stand for `%2F` and `%00` in a path: no escaped text decodes to a lone surrogate


class TooLargeError(Exception):
    """A body above the tenant's bound."""


def parameters(query: bytes) -> dict[str, str]:
    """Return the values of a query string by lower-case name; of a repeated name the last counts."""
    if not query:
        return {}
    if b"%" in query or b"+" in query:
        given = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        return {name.strip().lower(): value for name, value in given}
    pairs = (pair.partition("=") for pair in query.decode("latin-1").split("&"))
    return {name.lower(): value for name, _, value in pairs if name}


def path_of(scope: Scope) -> str:
    """Return the path without a trailing slash. Escapes are decoded by segment, so that an escaped slash stays one."""
    raw = scope.get("raw_path") or scope["path"].encode()
    path: str = raw.decode("latin-1").partition("?")[0]
    if "%" in path:
        path = "/".join(unquote(part).replace("/", _SLASH).replace("\0", _NUL) for part in path.split("/"))
    return path.rstrip("/") or "/"


def path_value(value: str) -> str:
    """Return the text of a path parameter, in which an escaped slash is a slash."""
    return value.replace(_SLASH, "/").replace(_NUL, "\0")


def printable_path(path: str) -> str:
    """Return a path of `path_of` with escaped slashes and NULs escaped again, for journal and messages."""
    return path.replace(_SLASH, "%2F").replace(_NUL, "%00")


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the whole body. Raise TooLargeError above `limit` bytes; the rest is read and dropped."""
    event = await receive()
    body: bytes = event.get("body", b"")
    if not event.get("more_body"):
        if len(body) > limit:
            raise TooLargeError
        return body
    parts, size = [body], len(body)
    while event.get("more_body"):
        event = await receive()
        size += len(event.get("body", b""))
        if size <= limit:
            parts.append(event.get("body", b""))
    if size > limit:
        raise TooLargeError
    return b"".join(parts)


def content_type(headers: dict[bytes, bytes]) -> str:
    """Return the media type in lower case, without its parameters."""
    return headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()


def parse_body(raw: bytes, media_type: str, codes: Any) -> Json:
    """Parse a JSON or form body.

    `codes` maps the refusals: content_type CONTENT_TYPE_NOT_SUPPORTED, not_json and not_form by method.
    """
    if media_type == FORM_TYPE:
        return _form(raw, codes["not_form"])
    if media_type and media_type not in JSON_TYPES:
        raise ApiError(codes["content_type"])
    try:
        return _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ApiError(codes["not_json"]) from None


def _form(raw: bytes, code: int) -> Json:
    if raw[:1] in (b"{", b"["):  # some clients label JSON as a form (product-facts.md#tolerance)
        try:
            return _decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise ApiError(code) from None
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise ApiError(code) from None
    return {unquote_plus(name): value for name, value in pairs}


async def respond(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]], *, zipped: bool = False
) -> None:
    """Send one whole response."""
    if zipped and len(body) >= GZIP_FROM:
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers = [*headers, (b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
    if status != NO_CONTENT:  # RFC 9110 8.6
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
