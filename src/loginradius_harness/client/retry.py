"""Sending a request until an answer comes that can be judged, or until it is clear that none will.

What a network, a gateway or a limit does to an answer is never blamed on the contract: no connection, silence, 429,
502-504, an empty body, HTML, JSON that breaks off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import msgspec

from loginradius_harness.target.target import Limits

Json = Any

GATEWAY_TROUBLE = frozenset({502, 503, 504})
TOO_MANY_REQUESTS = 429
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; no answer of the product comes near
LONGEST_WAIT = 60.0  # seconds that a tenant's Retry-After may ask for
_FIRST_WAIT = 0.5


@dataclass(frozen=True)
class Received:
    """What came back, whole and unpacked."""

    status: int
    headers: httpx.Headers
    content: bytes


@dataclass(frozen=True)
class Answer:
    """An answer with its JSON decoded. `seconds` are those of the last attempt."""

    received: Received
    data: Json
    seconds: float
    attempts: int


class TransportFailure(Exception):  # noqa: N818  # it never leaves this package: the client turns it into a failure
    """No answer that could be judged. `unheard` is true where the tenant cannot have acted on the request."""

    def __init__(
        self, text: str, received: Received | None = None, *, unheard: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(text)
        self.text = text
        self.received = received
        self.unheard = unheard
        self.wait = wait
        self.attempts = 1


class RetryingSender:
    """Sends over one pool of connections and repeats what may be repeated, within the run's limits.

    `before_attempt` holds functions that are called before each request leaves, to wait for its turn.
    """

    def __init__(
        self, http: httpx.Client, limits: Limits, sleep: Callable[[float], None], monotonic: Callable[[], float]
    ) -> None:
        self.before_attempt: list[Callable[[], None]] = []
        self._http = http
        self._limits = limits
        self._retries_left = limits.retries_per_run
        self._sleep = sleep
        self._monotonic = monotonic

    def send(self, request: httpx.Request, *, repeatable: bool) -> Answer:
        """The answer; TransportFailure when there is none after the retries. `repeatable`: a second request does no harm."""
        for attempt in count(1):
            for wait_for_turn in self.before_attempt:
                wait_for_turn()
            started = self._monotonic()
            try:
                received = self._receive(request, started + self._limits.timeout_seconds)
                return Answer(received, decode(received), self._monotonic() - started, attempt)
            except TransportFailure as trouble:
                trouble.attempts = attempt
                if attempt > self._limits.retries or not (repeatable or trouble.unheard) or not self._retries_left:
                    raise
                self._retries_left -= 1
                self._sleep(_FIRST_WAIT * 2 ** (attempt - 1) if trouble.wait is None else trouble.wait)
        raise AssertionError("count() does not end")  # pragma: no cover

    def _receive(self, request: httpx.Request, deadline: float) -> Received:
        try:
            return self._read(self._http.send(request, stream=True), deadline)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TransportFailure(f"cannot connect to {request.url.host}: {error}", unheard=True) from None
        except httpx.TimeoutException:
            raise TransportFailure(f"no answer within {self._limits.timeout_seconds:g} s") from None
        except httpx.DecodingError as error:
            raise TransportFailure(f"an answer whose compression is broken: {error}") from None
        except httpx.TransportError as error:
            raise TransportFailure(f"the connection broke: {error}") from None

    def _read(self, response: httpx.Response, deadline: float) -> Received:
        """The whole body, unless it drips in too slowly or does not end."""
        body = bytearray()
        try:
            for chunk in response.iter_bytes():
                body += chunk
                if self._monotonic() > deadline:
                    raise TransportFailure(f"an answer that was not complete within {self._limits.timeout_seconds:g} s")
                if len(body) > LARGEST_ANSWER:
                    raise TransportFailure(f"an answer of more than {LARGEST_ANSWER} bytes")
        finally:
            response.close()
        return Received(response.status_code, response.headers, bytes(body))


def decode(received: Received) -> Json:
    """The JSON of an answer; TransportFailure where it was a gateway or a limit that spoke, or nobody."""
    status, content = received.status, received.content
    if status == TOO_MANY_REQUESTS:
        raise TransportFailure("429 too many requests", received, unheard=True, wait=_retry_after(received))
    if status in GATEWAY_TROUBLE:
        raise TransportFailure(f"{status} from a gateway", received)
    if not content.strip():
        raise TransportFailure(f"an empty body with status {status}", received)
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TransportFailure(_not_json(received, error), received) from None


def _not_json(received: Received, error: Exception) -> str:
    start = received.content.lstrip()[:1]
    kind = received.headers.get("content-type", "no content type")
    if start == b"<":
        return f"HTML instead of JSON with status {received.status} ({kind})"
    if start in (b"{", b"["):
        return f"JSON that cannot be read with status {received.status}: {error}"
    return f"an answer that is no JSON with status {received.status} ({kind})"


def _retry_after(received: Received) -> float | None:
    text = received.headers.get("retry-after", "")
    return min(float(text), LONGEST_WAIT) if text.isdigit() else None
