"""One webhook delivery: its signature, and the HTTP request that carries it (product-facts.md#webhooks)."""

import asyncio
import hashlib
import hmac
from base64 import b64encode
from typing import Literal
from urllib.parse import SplitResult, urlencode, urlsplit

import msgspec

PATIENCE = 5.0  # real seconds that a receiver may take
SUCCESS = range(200, 300)
OWN_HEADERS = frozenset({"host", "connection", "content-length", "content-type", "transfer-encoding", "signature"})


class Receiver(msgspec.Struct, kw_only=True):
    """Where deliveries go, and what they carry beside the event."""

    url: str
    headers: dict[str, str] | None = None
    query: dict[str, str] | None = None
    username: str | None = None  # of basic authentication
    password: str | None = None


class Delivery(msgspec.Struct, kw_only=True):
    """One event on its way to one subscriber, without the secrets that the receiver's own query and headers may be."""

    id: int
    at: float
    hook_id: str
    event: str
    url: str
    body: str
    signature: str | None  # None: of a REST hook
    outcome: Literal["waiting", "delivered", "failed", "held"] = "waiting"
    status: int | None = None  # of the receiver's answer
    error: str | None = None


def sign(body: bytes, secret: str) -> str:
    """Return the `signature` header: HMAC-SHA256 of the body in upper-case hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().upper()


async def deliver(delivery: Delivery, receiver: Receiver) -> None:
    """Send it once, and record the outcome."""
    try:
        async with asyncio.timeout(PATIENCE):
            delivery.status = await _post(delivery, receiver)
    except (OSError, ValueError, IndexError) as error:  # no connection, no TLS, no time, or no HTTP
        delivery.outcome, delivery.error = "failed", f"{type(error).__name__}: {error}"
    else:
        delivery.outcome = "delivered" if delivery.status in SUCCESS else "failed"


async def _post(delivery: Delivery, receiver: Receiver) -> int:
    """Write the request and read the status of the answer."""
    parts = urlsplit(receiver.url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure or None)
    try:
        writer.write(_request(parts, delivery, receiver))
        await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()


def _request(parts: SplitResult, delivery: Delivery, receiver: Receiver) -> bytes:
    body = delivery.body.encode()
    query = "&".join(part for part in (parts.query, urlencode(receiver.query or {})) if part)
    lines = [f"POST {parts.path or '/'}{'?' if query else ''}{query} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in _headers(parts, delivery, receiver, len(body)).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _headers(parts: SplitResult, delivery: Delivery, receiver: Receiver, length: int) -> dict[str, str]:
    headers = {name: value for name, value in (receiver.headers or {}).items() if name.lower() not in OWN_HEADERS}
    if receiver.username is not None:
        credentials = f"{receiver.username}:{receiver.password}".encode()
        headers["Authorization"] = f"Basic {b64encode(credentials).decode()}"
    own = {
        "Host": parts.netloc.rpartition("@")[2],
        "Content-Type": "application/json",
        "Content-Length": str(length),
        "Connection": "close",
    }
    signature = {} if delivery.signature is None else {"signature": delivery.signature}
    return headers | own | signature
