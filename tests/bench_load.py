"""`python -m tests.bench_load [FIGURE ...]`: what the load generator costs and how right it is, beside its rivals.

Server and generator have a core each. Rates are requests per CPU-second of the generator, medians of interleaved
rounds: only ratios of one run mean something. wrk takes part where it is installed.
"""

import asyncio
import contextlib
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
import trustme
import uvloop

import emulator
from harness import settings
from harness.client import Client
from harness.clock import ServerClock
from harness.people import new_person
from harness.redaction import Redactor
from loadtests import oracle, population, targets
from loadtests.actors import Actor
from loadtests.arrivals import Curve, Stage, arrivals
from loadtests.books import Books
from loadtests.engine import Engine
from loadtests.flow import compose
from loadtests.histogram import Histogram
from loadtests.pool import Endpoint

SERVER_CORE, GENERATOR_CORE = "0", "1"
CONNECTIONS = 32
ROUNDS, SECONDS = 3, 6.0
TOKEN = msgspec.json.decode(oracle.TOKEN)["access_token"]
PROFILE_PATH = "/identity/v2/auth/account"
ROOT = Path(__file__).parents[1]

UNCHECKED = """
from locust import FastHttpUser, task
class Unchecked(FastHttpUser):
    @task
    def ask(self):
        self.client.get({path!r}, name="ask", headers={{"Authorization": "Bearer {token}"}})
"""


@dataclass(frozen=True)
class Server:
    """The oracle, pinned to its core."""

    url: str
    process: subprocess.Popen[str]

    @property
    def served(self) -> int:
        return int(httpx.get(f"{self.url}/__emulator__/journal", verify=False).json()["count"])  # noqa: S501  # our own


@contextlib.contextmanager
def server(*options: str) -> Iterator[Server]:
    command = ["taskset", "-c", SERVER_CORE, sys.executable, "-m", "loadtests.oracle", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield Server(process.stdout.readline().split()[1], process)
        process.kill()


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def rate(process: psutil.Process, target: Server, seconds: float = SECONDS) -> float:
    """Requests per CPU-second of a generator that is already at full speed."""
    served, busy = target.served, cpu(process)
    time.sleep(seconds)
    return (target.served - served) / (cpu(process) - busy)


@contextlib.contextmanager
def pinned(*command: str, **more: Any) -> Iterator[psutil.Process]:
    """A generator on its core, three seconds after its start."""
    with subprocess.Popen(
        ["taskset", "-c", GENERATOR_CORE, *command],  # noqa: S607  # of the system
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **more,
    ) as process:
        time.sleep(3)
        yield psutil.Process(process.pid)
        process.kill()


def fast_http_user(target: Server, path: str) -> float:
    """Locust's own fast client without any check."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "locustfile.py"
        file.write_text(UNCHECKED.format(path=f"{path}?apikey=x", token=TOKEN))
        options = ["-f", str(file), "--headless", "-u", str(CONNECTIONS), "-r", "100", "--host", target.url]
        with pinned(sys.executable, "-m", "locust", *options) as process:
            return rate(process, target)


def wrk(target: Server, path: str) -> float:
    """The rival in C."""
    with pinned(
        "wrk", "-t1", f"-c{CONNECTIONS}", "-d60s", "-H", f"Authorization: Bearer {TOKEN}", target.url + path
    ) as process:
        return rate(process, target)


def engine_alone(target: Server, scenario: str) -> float:
    """The engine in a process of its own, every answer checked."""
    with pinned(sys.executable, "-m", "tests.bench_load", "--child", target.url, scenario) as process:
        return rate(process, target)


def child(url: str, scenario: str) -> None:
    """What `engine_alone` starts: closed lanes until killed."""

    async def run() -> None:
        engine = _engine(url, scenario, verify=False)
        engine.begin(0)
        engine.keep_lanes(CONNECTIONS)
        while True:
            await asyncio.sleep(1)
            engine.reports.clear()

    uvloop.run(run())


def _engine(url: str, scenario: str, *, verify: bool = True) -> Engine:
    target = settings.load(url, environ={}, answers=lambda _: True)
    clock = ServerClock(lambda: None)
    accounts = [{"email": f"{number}@x.y", "password": "x", "token": TOKEN} for number in range(50)]
    mix = compose({scenario: 1}, target, [Actor(clock, account) for account in accounts], clock)
    place = targets.endpoint(target, ("127.0.0.1",))
    if place.tls and not verify:
        place.tls.check_hostname = False
        place.tls.verify_mode = 0  # type: ignore[assignment]  # ssl.CERT_NONE
    return Engine(
        Endpoint("localhost", place.address, place.port, place.tls), mix, Redactor(), connections=2000, timeout=30
    )


@contextlib.contextmanager
def web_ui(target: Server, profile: str, *options: str) -> Iterator[tuple[psutil.Process, str]]:
    """The stock web UI with a run under way."""
    with tempfile.TemporaryDirectory() as folder:
        pool = Path(folder) / "pool.jsonl"
        population.save(pool, [{"email": f"{n}@x.y", "password": "x", "token": TOKEN} for n in range(10_000)])
        port = _free_port()
        command = [sys.executable, "-m", "locust", "--host", target.url, "--pool", str(pool), "--web-port", str(port)]
        with pinned(*command, *options, cwd=ROOT) as process:
            address = f"http://127.0.0.1:{port}"
            httpx.post(f"{address}/swarm", data={"host": target.url, "load_profile": profile}, timeout=30)
            time.sleep(4)
            yield process, address


def _free_port() -> int:
    import socket  # noqa: PLC0415  # one use

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# --- figures --------------------------------------------------------------------------------------------------------


def validation() -> Iterator[str]:
    """Token validation from the stock web UI, every answer checked, beside FastHttpUser and wrk."""
    ours, theirs, wrks, polls = [], [], [], []
    path = "/identity/v2/auth/access_token/validate"
    with server() as target:
        for _ in range(ROUNDS):
            with web_ui(target, "validation") as (process, address):
                served, busy = target.served, cpu(process)
                for _ in range(int(SECONDS / 0.5)):
                    began = time.perf_counter()
                    httpx.get(f"{address}/stats/requests")
                    polls.append((time.perf_counter() - began) * 1000)
                    time.sleep(0.5)
                ours.append((target.served - served) / (cpu(process) - busy))
            theirs.append(fast_http_user(target, path))
            if shutil.which("wrk"):
                wrks.append(wrk(target, path))
    yield _ratio("validation from the web UI", ours, theirs, 10)
    if wrks:
        yield _ratio("validation from the web UI", ours, wrks, 0.6, "wrk")
    yield f"UI poll p95 {statistics.quantiles(polls, n=20)[-1]:.1f} ms (wanted <= 20)"


def tls() -> Iterator[str]:
    """The same over TLS 1.3, the engine without locust around it."""
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "server.pem"
        trustme.CA().issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
        ours, theirs = [], []
        with server("--certificate", str(pem)) as target:
            for _ in range(ROUNDS):
                ours.append(engine_alone(target, "validate_token"))
                theirs.append(fast_http_user(target, "/identity/v2/auth/access_token/validate"))
    yield _ratio("validation over TLS", ours, theirs, 8)


def profile() -> Iterator[str]:
    """A profile of 3 to 4 kB, every answer checked, beside FastHttpUser without a check."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "profile.json"
        file.write_bytes(_profile())
        ours, theirs = [], []
        with server("--answer", f"{PROFILE_PATH}={file}") as target:
            for _ in range(ROUNDS):
                ours.append(engine_alone(target, "read_profile"))
                theirs.append(fast_http_user(target, PROFILE_PATH))
        yield _ratio(f"profile of {file.stat().st_size} bytes", ours, theirs, 4)


def _profile() -> bytes:
    with emulator.running() as running, Client(settings.load(running.url, environ={})) as client:
        person = new_person()
        body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
        client.call("account.create_account", body=body)
        session = client.call(
            "authentication.login_by_email", body={"email": person.email, "password": person.password}
        )
        return msgspec.json.encode(client.call("authentication.get_profile", token=session.data["access_token"]).data)


def lateness() -> Iterator[str]:
    """Send lateness at 20,000 a second."""
    with server() as target:
        books = _open_run(target.url, Curve((Stage(1, 20_000), Stage(5, 20_000))))
    p50, p99 = books.lateness.percentile(0.5), books.lateness.percentile(0.99)
    yield f"send lateness at 20,000/s: p50 {p50:.0f}, p99 {p99:.0f} us (wanted <= 100)"
    yield f"offered {books.offered}, delivered {books.delivered}, answered {books.answered}"


def _open_run(url: str, curve: Curve, *, warm_up: float = 1.0) -> Books:
    os.sched_setaffinity(0, {int(GENERATOR_CORE)})

    async def run() -> Books:
        engine = _engine(url, "validate_token")
        engine.begin(warm_up)
        engine.offer(arrivals(curve, spacing="even"))
        await asyncio.sleep(curve.seconds)
        await engine.end()
        books = Books()
        for report in engine.reports:
            books.add(report)
        return books

    return uvloop.run(run())


def stalls(patterns: int = 20) -> Iterator[str]:
    """Random freezes of the server, one of them of two seconds: what is measured beside what must be true."""
    dice, worst = random.Random(1), 0.0  # noqa: S311  # patterns that can be repeated
    for number in range(patterns):
        freezes = (
            [(2.0, 2.0)] if number == 0 else sorted((dice.uniform(0.5, 5), dice.uniform(0.2, 1.0)) for _ in range(2))
        )
        with server() as target:
            books, truth = _stalled_run(target, freezes)
        seen = books.total.corrected
        rights = {share: truth.percentile(share) for share in (0.95, 0.99, 1.0)}
        touched = {share: right for share, right in rights.items() if right}  # by a freeze
        worst = max([worst, *(abs(seen.percentile(share) / right - 1) for share, right in touched.items())])
    yield f"{patterns} stall patterns: p95, p99 and max at most {worst:.2%} from the truth (wanted <= 1%)"


def _stalled_run(target: Server, freezes: Sequence[tuple[float, float]]) -> tuple[Books, Histogram]:
    """A run of 8 s at 200/s; the truth follows from when the server really was stopped and let go."""
    curve, stopped = Curve((Stage(8, 200),)), []
    began = 0.0

    async def run() -> Books:
        nonlocal began
        engine = _engine(target.url, "validate_token")
        began = time.perf_counter()
        engine.begin(0)
        engine.offer(arrivals(curve, spacing="even"))
        freezing = asyncio.create_task(freeze())
        await asyncio.sleep(curve.seconds)
        await freezing
        await engine.end()
        books = Books()
        for report in engine.reports:
            books.add(report)
        return books

    async def freeze() -> None:
        for at, seconds in freezes:
            await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
            target.process.send_signal(signal.SIGSTOP)
            since = time.perf_counter()
            await asyncio.sleep(seconds)
            target.process.send_signal(signal.SIGCONT)
            stopped.append((since - began, time.perf_counter() - began))

    os.sched_setaffinity(0, {int(GENERATOR_CORE)})
    books, truth = uvloop.run(run()), Histogram()
    for start in arrivals(curve, spacing="even"):
        waits = [until - start for since, until in stopped if since <= start < until]
        truth.record(int(1e6 * max([*waits, 0.0])))
    return books, truth


def users() -> Iterator[str]:
    """Ten thousand virtual users in one process."""
    with tempfile.TemporaryDirectory() as folder, server() as target:
        file = Path(folder) / "crowd.toml"
        file.write_text(
            'says = "A crowd"\nmodel = "closed"\nthink = 5\naccounts = 10000\nconnections = 10000\ntimeout = 60\n'
            "[mix]\nvalidate_token = 1\n[[stage]]\nseconds = 60\nlevel = 10000\n"
        )
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        with web_ui(target, str(file), "--load-profile", str(file)) as (process, address):
            time.sleep(20)
            memory = process.memory_info().rss / 1e6
            count = httpx.get(f"{address}/stats/requests").json()["user_count"]
    yield f"{count} virtual users in {memory:.0f} MB (wanted 10000 in <= 1000)"


def seeding() -> Iterator[str]:
    """Ten thousand accounts in an emulator and in a pool."""
    with tempfile.TemporaryDirectory() as folder, emulator.running() as running:
        began = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "loadtests",
            "seed",
            running.url,
            "--users",
            "10000",
            "--pool",
            f"{folder}/pool",
        ]
        subprocess.run(command, check=True, capture_output=True)
        yield f"seeding 10,000 users: {time.perf_counter() - began:.1f} s (wanted <= 10)"


def _ratio(name: str, ours: list[float], theirs: list[float], wanted: float, rival: str = "FastHttpUser") -> str:
    mine, other = statistics.median(ours), statistics.median(theirs)
    figures = f"{mine:,.0f} requests per CPU-second, {rival} {other:,.0f}"
    return f"{name}: {figures}: {mine / other:.2f}x (wanted >= {wanted})"


FIGURES: dict[str, Callable[[], Iterator[str]]] = {
    function.__name__: function for function in (validation, tls, profile, lateness, stalls, users, seeding)
}


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["--child"]:
        child(*arguments[1:])
    unknown = set(arguments) - set(FIGURES)
    if unknown:
        sys.stderr.write(f"no figure {', '.join(sorted(unknown))}; there are: {', '.join(FIGURES)}\n")
        return 2
    for name in arguments or FIGURES:
        for line in FIGURES[name]():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
