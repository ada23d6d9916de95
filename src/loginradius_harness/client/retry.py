"""Send a request until there is a response that can be checked, or until it is clear that there will be none.

What a network, a gateway or a rate limit does to a response is no contract violation: no connection, no response, 429,
502 to 504, an empty body, HTML, truncated JSON.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import msgspec

from loginradius_harness.client import retry_after
from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.contracts.operation import JSON_TYPE
from loginradius_harness.target.target import Limits

Json = Any
MediaType = Callable[[int], str]  # of a response, by its status

GATEWAY_TROUBLE = frozenset({502, 503, 504})
TOO_MANY_REQUESTS = 429
NO_CONTENT = 204
REDIRECTS = frozenset({302, 303})  # which the operations of OAuth answer with
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; every response of the product is far smaller
LONGEST_WAIT = 60.0  # seconds; the longest Retry-After that is respected
LONGEST_PAUSE = 120.0  # seconds; how long one request waits for a rate limit to end
_TITLE = re.compile(rb"<title>\s*([ -;=-~]{1,80})", re.IGNORECASE)  # what a gateway's page says of itself, in ASCII
_FIRST_WAIT = 0.5
_LONGEST_STEP = 10.0  # seconds between two attempts while a rate limit lasts, or a gateway fails


def json_only(_status: int) -> str:
    """Return the media type of JSON."""
    return JSON_TYPE


@dataclass(frozen=True)
class Received:
    """A complete response, decompressed."""

    status: int
    headers: httpx.Headers
    content: bytes


@dataclass(frozen=True)
class Answer:
    """A response with its JSON decoded. `seconds` are those of the last attempt."""

    received: Received
    data: Json
    seconds: float
    attempts: int


class TransportFailure(Exception):  # noqa: N818  # the client turns it into an InfrastructureError
    """No response that could be checked: a failure of the infrastructure, whoever catches it.

    `not_processed` is true where the tenant cannot have processed the request. `wait` is its Retry-After in seconds.
    """

    exit_code = InfrastructureError.exit_code

    def __init__(
        self, trouble: str, received: Received | None = None, *, not_processed: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.received = received
        self.not_processed = not_processed
        self.wait = wait
        self.attempts = 1

    @property
    def is_rate_limit(self) -> bool:
        """Whether the tenant refused the request because of a rate limit."""
        return self.received is not None and self.received.status == TOO_MANY_REQUESTS


class RetryingSender:
    """Sends over one connection pool and repeats what may be repeated, within the run's limits.

    Every request of a client passes here. `before_request` holds functions that see a request before its first attempt
    and may raise to stop it, `before_attempt` functions that are called before each attempt, `after_response` functions
    that see a request with its response, and `on_rate_limit` functions that are told how many seconds a rate limit asks
    to wait.
    """

    def __init__(
        self, http: httpx.Client, limits: Limits, sleep: Callable[[float], None], monotonic: Callable[[], float]
    ) -> None:
        self.before_request: list[Callable[[httpx.Request], None]] = []
        self.before_attempt: list[Callable[[], None]] = []
        self.after_response: list[Callable[[httpx.Request, Answer], None]] = []
        self.on_rate_limit: list[Callable[[float], None]] = []
        self._http = http
        self._limits = limits
        self._retries_left = limits.retries_per_run
        self._sleep = sleep
        self._monotonic = monotonic

    def send(self, request: httpx.Request, *, repeatable: bool, media_type: MediaType = json_only) -> Answer:
        """Return the response; raise TransportFailure where there is none after the retries.

        `repeatable`: the request may be sent again although the tenant may have processed it already. `media_type` says
        what a response with a status is.
        """
        for check in self.before_request:
            check(request)
        answer = self._attempt(request, media_type, repeatable=repeatable)
        for record in self.after_response:
            record(request, answer)
        return answer

    def _attempt(self, request: httpx.Request, media_type: MediaType, *, repeatable: bool) -> Answer:
        paused, failures = 0.0, 0
        for attempt in count(1):
            for wait_for_turn in self.before_attempt:
                wait_for_turn()
            started = self._monotonic()
            try:
                received = self._receive(request, started + self._limits.timeout_seconds)
                data = decode(received, media_type(received.status))
                return Answer(received, data, self._monotonic() - started, attempt)
            except TransportFailure as failure:
                failure.attempts = attempt
                if failure.is_rate_limit:
                    if not self._limits.retries or paused >= LONGEST_PAUSE:
                        raise
                    paused += self._pause(failure, attempt)
                    continue
                failures += 1
                may_repeat = repeatable or failure.not_processed
                if failures > self._limits.retries or not may_repeat or not self._retries_left:
                    raise
                self._retries_left -= 1
                wait = _FIRST_WAIT * 2 ** (failures - 1) if failure.wait is None else failure.wait
                self._sleep(min(wait, _LONGEST_STEP))
        raise AssertionError("count() does not end")  # pragma: no cover

    def _pause(self, failure: TransportFailure, attempt: int) -> float:
        """Wait for the end of a rate limit; return the seconds."""
        wait = min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_STEP) if failure.wait is None else failure.wait
        for report in self.on_rate_limit:
            report(wait)
        self._sleep(wait)
        return max(wait, _FIRST_WAIT)

    def _receive(self, request: httpx.Request, deadline: float) -> Received:
        try:
            return self._read(self._http.send(request, stream=True), deadline)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TransportFailure(f"cannot connect to {request.url.host}: {error}", not_processed=True) from None
        except httpx.TimeoutException:
            raise TransportFailure(f"no response within {self._limits.timeout_seconds:g} s") from None
        except httpx.DecodingError as error:
            raise TransportFailure(f"a response whose compression is broken: {error}") from None
        except httpx.TransportError as error:
            raise TransportFailure(f"the connection broke: {error}") from None

    def _read(self, response: httpx.Response, deadline: float) -> Received:
        """Read the whole body; TransportFailure where it is too slow or too large."""
        body = bytearray()
        try:
            for chunk in response.iter_bytes():
                body += chunk
                if self._monotonic() > deadline:
                    raise TransportFailure(
                        f"a response that was not complete within {self._limits.timeout_seconds:g} s"
                    )
                if len(body) > LARGEST_ANSWER:
                    raise TransportFailure(f"a response of more than {LARGEST_ANSWER} bytes")
        finally:
            response.close()
        return Received(response.status_code, response.headers, bytes(body))


def decode(received: Received, media_type: str = JSON_TYPE) -> Json:
    """Return the JSON of a response, or where a redirect leads; of another `media_type` the text.

    TransportFailure where a gateway, a rate limit or nothing answered.
    """
    status, content = received.status, received.content
    if status == TOO_MANY_REQUESTS:
        raise TransportFailure("429 too many requests", received, not_processed=True, wait=_retry_after(received))
    if status in GATEWAY_TROUBLE:
        raise TransportFailure(f"{status} from a gateway", received, wait=_retry_after(received))
    if status == NO_CONTENT:
        return None
    if status in REDIRECTS and "location" in received.headers:
        return {"location": received.headers["location"]}
    if not content.strip():
        raise TransportFailure(f"an empty body with status {status}", received)
    if media_type != JSON_TYPE:
        return content.decode("utf-8", "replace")
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TransportFailure(_not_json(received, error), received) from None


def _not_json(received: Received, error: Exception) -> str:
    start = received.content.lstrip()[:1]
    kind = received.headers.get("content-type", "no content type")
    if start == b"<":
        title = _TITLE.search(received.content)
        said = f": {title[1].decode().strip()}" if title else ""
        return f"HTML instead of JSON with status {received.status} ({kind}){said}"
    if start in (b"{", b"["):
        return f"JSON that cannot be read with status {received.status}: {error}"
    return f"a response that is no JSON with status {received.status} ({kind})"


def _retry_after(received: Received) -> float | None:
    """Return the seconds to wait that a response asks for, within limits."""
    headers = received.headers
    asked = retry_after.seconds(headers.get("retry-after", ""), headers.get("date", ""))
    return None if asked is None else min(asked, LONGEST_WAIT)
