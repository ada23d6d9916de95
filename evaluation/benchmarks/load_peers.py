"""Generators on a core of their own, and the server that all of them load: for `evaluation.benchmarks.load`.

`python -m evaluation.benchmarks.load_peers URL SCENARIO` is the engine alone: closed users until killed.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
import uvloop

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load import reference_server
from loginradius_harness.load.config import targets
from loginradius_harness.load.engine.connection_pool import Endpoint
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.execution import compose
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import load_target
from tests.free_ports import free_ports

SERVER_CORE, GENERATOR_CORE = "0", "1"
CONNECTIONS = 32
SECONDS = 6.0
SETTLING_SECONDS = 1.5
START_SECONDS = 120.0  # within which a generator must have sent its first requests
TOKEN = msgspec.json.decode(reference_server.TOKEN)["access_token"]
ROOT = Path(__file__).parents[2]

UNCHECKED = """
from locust import FastHttpUser, task
class Unchecked(FastHttpUser):
    @task
    def ask(self):
        self.client.get({path!r}, name="ask", headers={{"Authorization": "Bearer {token}"}})
"""


@dataclass(frozen=True)
class Server:
    """The reference server, pinned to its core."""

    url: str
    process: subprocess.Popen[str]

    @property
    def served(self) -> int:
        return int(httpx.get(f"{self.url}/__emulator__/journal", verify=False).json()["count"])  # noqa: S501  # our own

    def wait_for_load(self, requests: int = 500) -> None:
        """Wait until a generator has sent its first requests and has settled."""
        deadline, goal = time.perf_counter() + START_SECONDS, self.served + requests
        while self.served < goal:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"the generator has sent nothing within {START_SECONDS:.0f} s")
            time.sleep(0.1)
        time.sleep(SETTLING_SECONDS)


@contextlib.contextmanager
def server(*options: str) -> Iterator[Server]:
    command = [
        "taskset",
        "-c",
        SERVER_CORE,
        sys.executable,
        "-m",
        "loginradius_harness.load.reference_server",
        *options,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield Server(process.stdout.readline().split()[1], process)
        process.kill()


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def rate(process: psutil.Process, target: Server, seconds: float = SECONDS) -> float:
    """Measure the requests per CPU-second of a generator at full speed."""
    target.wait_for_load()
    served, busy = target.served, cpu(process)
    time.sleep(seconds)
    return (target.served - served) / (cpu(process) - busy)


@contextlib.contextmanager
def pinned(*command: str, **more: Any) -> Iterator[psutil.Process]:
    """Yield a generator on its core."""
    with subprocess.Popen(
        ["taskset", "-c", GENERATOR_CORE, *command],  # noqa: S607  # of the system
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **more,
    ) as process:
        yield psutil.Process(process.pid)
        process.kill()


def fast_http_user(target: Server, path: str) -> float:
    """Measure locust's own fast client without any check."""
    users = ["-u", str(CONNECTIONS), "-r", "100"]
    return headless(target, UNCHECKED.format(path=f"{path}?apikey=x", token=TOKEN), *users)


def headless(target: Server, locustfile: str, *options: str) -> float:
    """Measure locust without its web UI."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "locustfile.py"
        file.write_text(locustfile)
        command = [sys.executable, "-m", "locust", "-f", str(file), "--headless", "--host", target.url, *options]
        with pinned(*command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
            return rate(process, target)


def wrk(target: Server, path: str) -> float:
    """Measure wrk."""
    with pinned(
        "wrk", "-t1", f"-c{CONNECTIONS}", "-d60s", "-H", f"Authorization: Bearer {TOKEN}", target.url + path
    ) as process:
        return rate(process, target)


def engine_alone(target: Server, scenario: str) -> float:
    """Measure the engine in a process of its own, every answer checked."""
    with pinned(sys.executable, "-m", "evaluation.benchmarks.load_peers", target.url, scenario) as process:
        return rate(process, target)


def child(url: str, scenario: str) -> None:
    """Run closed users until killed; `engine_alone` starts this."""

    async def run() -> None:
        engine = made(url, scenario, verify=False)
        engine.begin(0)
        engine.keep_users(CONNECTIONS)
        while True:
            await asyncio.sleep(1)
            engine.reports.clear()

    uvloop.run(run())


def made(url: str, scenario: str, *, verify: bool = True) -> Engine:
    target = load_target(url, environ={}, answers=lambda _: True)
    clock = ServerClock(lambda: None)
    accounts = [{"email": f"{number}@x.y", "password": "x", "token": TOKEN} for number in range(50)]
    mix = compose({scenario: 1}, target, [VirtualUser(clock, account) for account in accounts], clock)
    place = targets.endpoint(target, target.api_url, "127.0.0.1")
    if place.tls and not verify:
        place.tls.check_hostname = False
        place.tls.verify_mode = 0  # type: ignore[assignment]  # ssl.CERT_NONE
    here = Endpoint("localhost", place.address, place.port, place.tls)
    return Engine({targets.API: here}, mix, Redactor(), connections=2000, timeout=30)


@contextlib.contextmanager
def web_ui(target: Server, profile: str, *options: str) -> Iterator[tuple[psutil.Process, str]]:
    """Yield the stock web UI during a run."""
    with tempfile.TemporaryDirectory() as folder:
        pool = Path(folder) / "pool.jsonl"
        account_pool.save(pool, [{"email": f"{n}@x.y", "password": "x", "token": TOKEN} for n in range(10_000)])
        [port] = free_ports(1)
        command = [sys.executable, "-m", "locust", "--host", target.url, "--pool", str(pool), "--web-port", str(port)]
        with pinned(*command, *options, cwd=ROOT) as process:
            address = f"http://127.0.0.1:{port}"
            with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=START_SECONDS) as browser:  # ~ a minute
                browser.post(f"{address}/swarm", data={"host": target.url, "load_profile": profile})
            target.wait_for_load()
            yield process, address


if __name__ == "__main__":
    child(*sys.argv[1:])
