"""The engine against faulty servers. Times here are real, short, and asserted with tolerance."""

import asyncio
import contextlib
import gzip
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
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

MACHINE_TOKEN = b'{"access_token": "a.b.c", "token_type": "Bearer", "expires_in": 60}'

Load = Callable[[Engine], Awaitable[None]]


@dataclass
class Drive:
    """Runs a load against a scripted server; returns the engine's metrics and the server's state."""

    target: Target
    clock: ServerClock
    users: list[VirtualUser]

    def __call__(  # noqa: PLR0913  # by name
        self, answer: Answer, load: Load, *, warm_up: float = 0.0, port: int = 0, connections: int = 50,
        timeout: float = 5.0, rate_limiter: RateLimiter | None = None,
        serving: ssl.SSLContext | None = None, asking: ssl.SSLContext | None = None,
    ) -> tuple[RunMetrics, Scripted]:  # fmt: skip
        async def main() -> tuple[RunMetrics, Scripted]:
            async with scripted(answer, serving) as server:
                engine = Engine(
                    {"api": Endpoint("localhost", "127.0.0.1", port or server.port, asking)},
                    compose({"validate_token": 1}, self.target, self.users, self.clock),
                    Redactor(), connections=connections, timeout=timeout, rate_limiter=rate_limiter,
                )  # fmt: skip
                engine.begin(warm_up)
                await load(engine)
                await engine.end()
                metrics = RunMetrics()
                for report in engine.reports:
                    metrics.add(report)
                return metrics, server

        return asyncio.run(main())


@pytest.fixture
def drive(target: Target, clock: ServerClock) -> Drive:
    facts = {"email": "lrh-1@example.com", "password": "x", "token": TOKEN}
    return Drive(target, clock, [VirtualUser(clock, facts) for _ in range(20)])


def scheduled(rate: float, seconds: float) -> Load:
    """Return an open load of evenly spaced starts."""

    async def load(engine: Engine) -> None:
        engine.follow(arrivals(LoadCurve((Stage(seconds, rate),)), spacing="even"))
        await asyncio.sleep(seconds)

    return load


async def good(_request: bytes) -> bytes:
    return reply()


def outcomes(metrics: RunMetrics) -> dict[str, int]:
    return metrics.total.outcomes


def test_every_start_is_sent_answered_and_checked(drive: Drive) -> None:
    metrics, server = drive(good, scheduled(200, 0.5))
    assert outcomes(metrics) == {"ok": 100}
    assert (
        metrics.scheduled
        == metrics.started
        == metrics.requests_sent
        == metrics.answered
        == len(server.received_requests)
        == 100
    )


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
def test_every_transfer_encoding_is_decoded(drive: Drive, said: bytes) -> None:
    async def answer(_request: bytes) -> bytes:
        return said

    metrics, _ = drive(answer, scheduled(50, 0.2))
    assert outcomes(metrics) == {"ok": 10}


def test_a_redirect_violates_the_contract_and_is_not_followed(
    drive: Drive,
) -> None:
    async def answer(_request: bytes) -> bytes:
        return reply(b"{}", "Location: http://127.0.0.1:1/", status="302 Found")

    metrics, server = drive(answer, scheduled(50, 0.2))
    assert outcomes(metrics) == {"contract_violation": 10}
    assert len(server.received_requests) == 10


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (reply(b"", status="429 Too Many Requests"), "rate_limited"),
        (reply(b"oops", status="503 Service Unavailable"), "server_error"),
        (reply(b"{}"), "contract_violation"),
        (None, "connection"),
        (b"garbage\r\n\r\n", "connection"),
        (reply(b"not gzip", "Content-Encoding: gzip"), "connection"),
    ],
)
def test_each_kind_of_failure_has_its_own_outcome(drive: Drive, said: bytes | None, outcome: str) -> None:
    async def answer(_request: bytes) -> bytes | None:
        return said

    metrics, _ = drive(answer, scheduled(50, 0.2))
    assert outcomes(metrics) == {outcome: 10}


def test_a_timeout_is_counted_with_the_time_waited(
    drive: Drive,
) -> None:
    async def answer(_request: bytes) -> bytes:
        await asyncio.sleep(60)
        return reply()

    metrics, _ = drive(answer, scheduled(50, 0.1), timeout=0.3)
    assert outcomes(metrics) == {"timeout": 5}
    assert metrics.total.corrected.smallest >= 300_000


def test_an_unreachable_target_is_distinguished_from_a_slow_generator(drive: Drive) -> None:
    metrics, _ = drive(good, scheduled(50, 0.2), port=1)
    assert outcomes(metrics) == {"connection": 10}
    assert (metrics.scheduled, metrics.started, metrics.requests_sent) == (10, 10, 0)


def test_a_stall_enters_the_latency_of_every_start_it_delays(drive: Drive) -> None:
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
        await scheduled(200, 1)(engine)

    metrics, _ = drive(answer, load, connections=200)
    times = metrics.total.corrected
    assert outcomes(metrics) == {"ok": 200}
    assert times.milliseconds(0.99) >= 380
    assert times.milliseconds(0.80) >= 190
    assert times.milliseconds(0.65) >= 40


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize("outcome", ["ok", "connection"])
def test_tls_connects_only_to_a_verified_certificate(drive: Drive, authority: trustme.CA, outcome: str) -> None:
    serving, asking = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(serving)
    if outcome == "ok":
        authority.configure_trust(asking)
    metrics, _ = drive(good, scheduled(50, 0.2), serving=serving, asking=asking)
    assert outcomes(metrics) == {outcome: 10}


@contextlib.asynccontextmanager
async def proxy(answer: bytes, target_port: int) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Yield the port of a proxy that answers CONNECT and then passes bytes on, and the requests that it got."""
    asked: list[bytes] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError), contextlib.closing(writer):
            while data := await reader.read(65536):
                writer.write(data)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        there, back = await asyncio.open_connection("127.0.0.1", target_port)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], asked
    server.close()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(b"HTTP/1.1 200 Connection established\r\n\r\n", "ok"), (b"HTTP/1.1 407 Denied\r\n\r\n", "connection")],
)
def test_tls_passes_through_the_tunnel_of_a_proxy(
    target: Target, clock: ServerClock, authority: trustme.CA, answer: bytes, outcome: str
) -> None:
    serving, asking = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(serving)
    authority.configure_trust(asking)

    async def main() -> tuple[RunMetrics, list[bytes]]:
        async with scripted(good, serving) as server, proxy(answer, server.port) as (port, asked):
            engine = Engine(
                {"api": Endpoint("localhost", "127.0.0.1", port, asking, b"CONNECT localhost:443 HTTP/1.1\r\n\r\n")},
                compose({"validate_token": 1}, target, [VirtualUser(clock, {"token": TOKEN})], clock),
                Redactor(), connections=5, timeout=5,
            )  # fmt: skip
            engine.begin(0)
            await scheduled(50, 0.1)(engine)
            await engine.end()
            metrics = RunMetrics()
            for report in engine.reports:
                metrics.add(report)
            return metrics, asked

    metrics, asked = asyncio.run(main())
    assert outcomes(metrics) == {outcome: 5}
    assert set(asked) == {b"CONNECT localhost:443 HTTP/1.1\r\n\r\n"}


def test_an_end_with_grace_leaves_answers_in_flight_uncounted(drive: Drive) -> None:
    async def answer(_request: bytes) -> bytes:
        await asyncio.sleep(60)
        return reply()

    async def load(engine: Engine) -> None:
        await scheduled(50, 0.1)(engine)
        await engine.end(0.05)

    metrics, _ = drive(answer, load, timeout=30)
    assert metrics.requests_sent == 5
    assert outcomes(metrics) == {}


def test_each_closed_user_has_one_request_in_flight(drive: Drive) -> None:
    under_way, most = 0, 0

    async def answer(_request: bytes) -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return reply()

    async def load(engine: Engine) -> None:
        engine.keep_users(5)
        await asyncio.sleep(0.3)
        engine.keep_users(2)

    metrics, server = drive(answer, load)
    assert most == 5
    assert server.connections == 5
    assert metrics.total.outcomes["ok"] > 50


@pytest.mark.parametrize("asked", ["30", "30.5", "1000000000", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_retry_after_pauses_the_engine(drive: Drive, asked: str) -> None:
    async def answer(_request: bytes) -> bytes:
        return reply(b"", f"Retry-After: {asked}", status="429 Too Many Requests")

    metrics, server = drive(answer, scheduled(100, 0.5), rate_limiter=RateLimiter(100))
    assert len(server.received_requests) < 20
    assert metrics.throttled > 0


def test_the_end_of_a_run_does_not_wait_for_the_end_of_a_pause(drive: Drive) -> None:
    async def answer(_request: bytes) -> bytes:
        return reply(b"", "Retry-After: 3600", status="429 Too Many Requests")

    # five starts are in the queue of the rate limit when the first answer asks for the pause
    _, server = drive(answer, scheduled(50, 0.5), rate_limiter=RateLimiter(5))
    assert len(server.received_requests) == 1


def test_the_warm_up_enters_no_figure(drive: Drive) -> None:
    metrics, _ = drive(good, scheduled(100, 0.5), warm_up=0.25)
    assert metrics.requests_sent == 50
    assert metrics.scheduled == metrics.total.requests == 25


def test_each_step_goes_to_the_host_of_its_operation(target: Target, clock: ServerClock) -> None:
    mix = compose(
        {"validate_token": 1, "validate_by_introspection": 1}, target, [VirtualUser(clock, {"token": TOKEN})], clock
    )

    async def of_hub(request: bytes) -> bytes:
        return reply(MACHINE_TOKEN if b"oauth/token" in request else b'{"active": true}')

    async def main() -> tuple[RunMetrics, Scripted, Scripted]:
        async with scripted(good) as api, scripted(of_hub) as hub:
            places = {
                "api": Endpoint("localhost", "127.0.0.1", api.port), "hub": Endpoint("localhost", "127.0.0.1", hub.port)
            }  # fmt: skip
            engine = Engine(places, mix, Redactor(), connections=5, timeout=5)
            engine.begin(0)
            await scheduled(50, 0.2)(engine)
            await engine.end()
            metrics = RunMetrics()
            for report in engine.reports:
                metrics.add(report)
            return metrics, api, hub

    metrics, api, hub = asyncio.run(main())
    assert outcomes(metrics) == {"ok": 15}
    assert (len(api.received_requests), len(hub.received_requests)) == (5, 10)
