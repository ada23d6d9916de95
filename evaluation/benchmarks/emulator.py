"""The emulator beside a bare server of the same kind: server on one core, load on the other."""

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from evaluation.benchmarks import closed_loop
from evaluation.benchmarks.closed_loop import Result, request
from evaluation.benchmarks.figure import Figure

KEY = "00000000-1111-2222-3333-444444444444"
AUTH = "/identity/v2/auth"
SECONDS = 3.0  # of each round
ROUNDS = 3
USERS = 1_000
LOGINS = int(os.environ.get("BENCH_LOGINS", "200000"))  # 1,000,000 takes some two minutes


@contextlib.contextmanager
def emulator(*options: str, core: int | None = 0) -> Iterator[tuple[int, str]]:
    """A running emulator on one core, or on all: process id and address."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(line.split()[1] for line in process.stdout if line.startswith("ready"))
        if core is not None:
            _pin(process.pid, core)
        try:
            yield process.pid, address
        finally:
            process.terminate()


@contextlib.contextmanager
def bare_server() -> Iterator[int]:
    """The bare server on core 0: its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    with subprocess.Popen([sys.executable, "-m", "evaluation.benchmarks.bare_server", str(port)]) as process:
        while True:
            with contextlib.suppress(httpx.ConnectError):
                httpx.get(f"http://127.0.0.1:{port}/")
                break
        _pin(process.pid, 0)
        try:
            yield port
        finally:
            process.terminate()


def _pin(process: int, core: int) -> None:
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(process, {core})


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


def _resident(process: int) -> int:
    """Resident memory, bytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) * 1024


def _seeded(address: str, users: int) -> list[str]:
    answer = httpx.post(f"{address}/__emulator__/seed", json={"users": users, "password": "Seeded-pass-1"}, timeout=120)
    emails: list[str] = answer.json()["emails"]
    return emails


def _logins(emails: list[str]) -> Callable[[], bytes]:
    bodies = [json.dumps({"email": email, "password": "Seeded-pass-1"}).encode() for email in emails]
    requests = itertools.cycle([request("POST", f"{AUTH}/login?apikey={KEY}", body) for body in bodies])
    return lambda: next(requests)


def figures() -> Iterator[Figure]:
    """Ratios to the bare server in the same run, start, memory, seeding, forking, decay."""
    _pin(0, 1)
    yield from _start()
    with bare_server() as bare, emulator() as (process, address):
        yield Figure("emulator: resident memory idle", _resident(process) / 1e6, "MB", "<= 60")
        yield from _ratios(bare, address)
    with emulator() as (process, address):
        yield from _mass(process, address)
    with emulator() as (process, address):
        yield from _decay(process, address)
    yield from _storm()


def _start() -> Iterator[Figure]:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        with emulator() as (_, address):
            httpx.get(f"{address}/__emulator__/health")
            times.append(time.perf_counter() - began)
    yield Figure("emulator: start to first answer, median of 5", sorted(times)[2] * 1000, "ms", "<= 250")


def _ratios(bare: int, address: str) -> Iterator[Figure]:
    emails = _seeded(address, USERS)
    body = {"email": emails[0], "password": "Seeded-pass-1"}
    token = httpx.post(f"{address}{AUTH}/login", params={"apikey": KEY}, json=body).json()["access_token"]
    validate = request("GET", f"{AUTH}/access_token/validate?apikey={KEY}&access_token={token}")
    profile = request("GET", f"{AUTH}/account?apikey={KEY}&access_token={token}")
    work = {
        "token validation": (lambda: validate, 0.60),
        "profile read": (lambda: profile, 0.40),
        "log-in, cheap hash": (_logins(emails[1:]), 0.30),
    }
    floor: list[float] = []
    found: dict[str, list[Result]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        floor.append(closed_loop.run("127.0.0.1", bare, lambda: request("GET", "/"), SECONDS).rate)
        for name, (next_request, _) in work.items():
            found[name].append(closed_loop.run("127.0.0.1", _port(address), next_request, SECONDS))
    yield Figure("bare server", _median(floor), "1/s", "")
    for name, (_, wanted) in work.items():
        ratios = [result.rate / base for result, base in zip(found[name], floor, strict=True)]
        yield Figure(f"emulator: {name}", _median([result.rate for result in found[name]]), "1/s", "")
        yield Figure(f"emulator: {name}, share of the bare server", _median(ratios), "", f">= {wanted}")
        yield Figure(f"emulator: {name}, p99", _median([result.p99 for result in found[name]]), "ms", "< 10")
        yield Figure(f"emulator: {name}, refused", sum(result.refused for result in found[name]), "", "== 0")


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _mass(process: int, address: str) -> Iterator[Figure]:
    before = _resident(process)
    began = time.perf_counter()
    _seeded(address, 100_000)
    yield Figure("emulator: 100,000 users seeded", time.perf_counter() - began, "s", "<= 10")
    yield Figure("emulator: memory of a user", (_resident(process) - before) / 100_000 / 1000, "kB", "<= 2")
    client = httpx.Client(base_url=address)
    client.get("/__emulator__/health")
    began = time.perf_counter()
    client.post("/__emulator__/fork")
    yield Figure("emulator: fork of 100,000 users, its HTTP call included", _since(began), "ms", "<= 5")


def _since(began: float) -> float:
    """Milliseconds."""
    return (time.perf_counter() - began) * 1000


def _decay(process: int, address: str) -> Iterator[Figure]:
    """Every user's sessions are at their bound before the first tenth ends, so what is measured is the long run."""
    emails = _seeded(address, 100)
    rates, resident = [], []
    next_request = _logins(emails)
    warm = _count(address, next_request, LOGINS // 10)
    for _ in range(10):
        rates.append(_count(address, next_request, LOGINS // 10))
        resident.append(_resident(process))
    yield Figure(f"emulator: {LOGINS} log-ins, last tenth beside the first", rates[-1] / rates[0], "", ">= 0.95")
    yield Figure("emulator: memory of the same, growth", (resident[-1] - resident[0]) / 1e6, "MB", "<= 5")
    yield Figure("emulator: log-ins while sessions still pile up", warm, "1/s", "")


def _count(address: str, next_request: Callable[[], bytes], wanted: int) -> float:
    """Rate of so many requests."""
    done, began = 0, time.perf_counter()
    while done < wanted:
        result = closed_loop.run("127.0.0.1", _port(address), next_request, 1.0)
        done += int(result.rate)
    return done / (time.perf_counter() - began)


def _storm() -> Iterator[Figure]:
    """Token validation while log-ins hash with 10,000 rounds in the executor."""
    with emulator("--set", "hash_rounds=10000", core=None) as (_, address):
        emails = _seeded(address, 50)
        body = {"email": emails[0], "password": "Seeded-pass-1"}
        token = httpx.post(f"{address}{AUTH}/login", params={"apikey": KEY}, json=body).json()["access_token"]
        validate = request("GET", f"{AUTH}/access_token/validate?apikey={KEY}&access_token={token}")
        host, port, seconds = "127.0.0.1", _port(address), 2 * SECONDS
        checks, logins = (lambda: validate, 500.0), _logins(emails[1:])
        (idle,) = closed_loop.paced(host, port, [checks], seconds)
        capacity = closed_loop.run(host, port, logins, SECONDS).rate
        storm, _ = closed_loop.paced(host, port, [checks, (logins, capacity * 0.9)], seconds)
        yield Figure("emulator: log-ins at 10,000 rounds", capacity, "1/s", "")
        yield Figure("emulator: token validation p99, idle", idle.p99, "ms", "")
        yield Figure("emulator: the same p99 in a log-in storm, beside idle", storm.p99 / idle.p99, "", "<= 2.5")
