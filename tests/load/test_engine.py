"""The engine against servers that misbehave. Times here are real, short, and asserted with room to spare."""

import asyncio
import gzip
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
import trustme

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.engine.connection_pool import Endpoint
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.workload.arrival_schedule import LoadCurve, Stage, arrivals
from loginradius_harness.load.workload.execution import compose
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import Target

from .servers import GOOD, TOKEN, Answer, Scripted, reply, scripted

Load = Callable[[Engine], Awaitable[None]]


@dataclass
class Drive:
    """Runs a load against a scripted server; what the engine counted, and what the server saw."""

    target: Target
    clock: ServerClock
    actors: list[VirtualUser]

    def __call__(  # noqa: PLR0913  # by name
        self, answer: Answer, load: Load, *, warm_up: float = 0.0, port: int = 0, connections: int = 50,
        timeout: float = 5.0, governor: RateLimiter | None = None,
        serving: ssl.SSLContext | None = None, asking: ssl.SSLContext | None = None,
    ) -> tuple[RunMetrics, Scripted]:  # fmt: skip
        async def main() -> tuple[RunMetrics, Scripted]:
            async with scripted(answer, serving) as server:
                engine = Engine(
                    Endpoint("localhost", "127.0.0.1", port or server.port, asking),
                    compose({"validate_token": 1}, self.target, self.actors, self.clock),
                    Redactor(), connections=connections, timeout=timeout, governor=governor,
                )  # fmt: skip
                engine.begin(warm_up)
                await load(engine)
                await engine.end()
                books = RunMetrics()
                for report in engine.reports:
                    books.add(report)
                return books, server

        return asyncio.run(main())


@pytest.fixture
def drive(target: Target, clock: ServerClock) -> Drive:
    facts = {"email": "lrh-1@example.com", "password": "x", "token": TOKEN}
    return Drive(target, clock, [VirtualUser(clock, facts) for _ in range(20)])


def offered(rate: float, seconds: float) -> Load:
    """An open load of evenly spaced starts."""

    async def load(engine: Engine) -> None:
        engine.offer(arrivals(LoadCurve((Stage(seconds, rate),)), spacing="even"))
        await asyncio.sleep(seconds)

    return load


async def good(_request: bytes) -> bytes:
    return reply()


def outcomes(books: RunMetrics) -> dict[str, int]:
    return books.total.outcomes


def test_every_start_is_sent_answered_and_judged(drive: Drive) -> None:
    books, server = drive(good, offered(200, 0.5))
    assert outcomes(books) == {"ok": 100}
    assert books.offered == books.delivered == books.wired == books.answered == len(server.heard) == 100


@pytest.mark.parametrize(
    "said",
    [
        reply(gzip.compress(GOOD), "Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n"
        % (10, GOOD[:10], len(GOOD) - 10, GOOD[10:]),
        reply(GOOD, "Connection: close"),
    ],
    ids=["gzip", "chunked", "connection-close"],
)
def test_every_transfer_form_is_understood(drive: Drive, said: bytes) -> None:
    async def answer(_request: bytes) -> bytes:
        return said

    books, _ = drive(answer, offered(50, 0.2))
    assert outcomes(books) == {"ok": 10}


def test_a_redirect_is_an_answer_that_breaks_the_contract_and_is_not_followed(
    drive: Drive,
) -> None:
    async def answer(_request: bytes) -> bytes:
        return reply(b"{}", "Location: http://127.0.0.1:1/", status="302 Found")

    books, server = drive(answer, offered(50, 0.2))
    assert outcomes(books) == {"contract": 10}
    assert len(server.heard) == 10


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (reply(b"", status="429 Too Many Requests"), "limited"),
        (reply(b"oops", status="503 Service Unavailable"), "server_error"),
        (reply(b"{}"), "contract"),
        (None, "connection"),
        (b"garbage\r\n\r\n", "connection"),
        (reply(b"not gzip", "Content-Encoding: gzip"), "connection"),
    ],
)
def test_each_kind_of_trouble_has_its_own_class(drive: Drive, said: bytes | None, outcome: str) -> None:
    async def answer(_request: bytes) -> bytes | None:
        return said

    books, _ = drive(answer, offered(50, 0.2))
    assert outcomes(books) == {outcome: 10}


def test_an_answer_that_takes_too_long_is_a_timeout_with_the_time_that_was_waited(
    drive: Drive,
) -> None:
    async def answer(_request: bytes) -> bytes:
        await asyncio.sleep(60)
        return reply()

    books, _ = drive(answer, offered(50, 0.1), timeout=0.3)
    assert outcomes(books) == {"timeout": 5}
    assert books.total.corrected.smallest >= 300_000


def test_a_target_that_is_down_is_told_apart_from_a_generator_that_can_not_keep_up(drive: Drive) -> None:
    books, _ = drive(good, offered(50, 0.2), port=1)
    assert outcomes(books) == {"connection": 10}
    assert (books.offered, books.delivered, books.wired) == (10, 10, 0)


def test_a_stall_is_charged_to_every_start_that_it_delayed(drive: Drive) -> None:
    """200 starts a second for a second, frozen for its first 0.4 s: 80 starts wait from 0.4 s down to nothing.

    A busy machine makes answers later, never earlier: what must hold anywhere is that no delay is left out.
    """
    freed = time.perf_counter() + 3600

    async def answer(_request: bytes) -> bytes:
        await asyncio.sleep(max(0.0, freed - time.perf_counter()))
        return reply()

    async def load(engine: Engine) -> None:
        nonlocal freed
        freed = time.perf_counter() + 0.4
        await offered(200, 1)(engine)

    books, _ = drive(answer, load, connections=200)
    times = books.total.corrected
    assert outcomes(books) == {"ok": 200}
    assert times.milliseconds(0.99) >= 380
    assert times.milliseconds(0.80) >= 190
    assert times.milliseconds(0.65) >= 40


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize("outcome", ["ok", "connection"])
def test_over_tls_only_a_certificate_that_can_be_verified_is_talked_to(
    drive: Drive, authority: trustme.CA, outcome: str
) -> None:
    serving, asking = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(serving)
    if outcome == "ok":
        authority.configure_trust(asking)
    books, _ = drive(good, offered(50, 0.2), serving=serving, asking=asking)
    assert outcomes(books) == {outcome: 10}


def test_closed_lanes_have_one_request_under_way_each(drive: Drive) -> None:
    under_way, most = 0, 0

    async def answer(_request: bytes) -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return reply()

    async def load(engine: Engine) -> None:
        engine.keep_lanes(5)
        await asyncio.sleep(0.3)
        engine.keep_lanes(2)

    books, server = drive(answer, load)
    assert most == 5
    assert server.connections == 5
    assert books.total.outcomes["ok"] > 50


def test_retry_after_silences_the_engine(drive: Drive) -> None:
    async def answer(_request: bytes) -> bytes:
        return reply(b"", "Retry-After: 30", status="429 Too Many Requests")

    books, server = drive(answer, offered(100, 0.5), governor=RateLimiter(100))
    assert len(server.heard) < 20
    assert books.withheld > 0


def test_the_warm_up_enters_no_figure(drive: Drive) -> None:
    books, _ = drive(good, offered(100, 0.5), warm_up=0.25)
    assert books.wired == 50
    assert books.offered == books.total.requests == 25
