"""Figures of the emulator, relative to a bare server of the same kind: server on one core, load on the other."""

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
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenants import TenantRegistry

KEY = "00000000-1111-2222-3333-444444444444"
AUTH = "/identity/v2/auth"
SECONDS = 3.0  # of each round
ROUNDS = 3
USERS = 1_000
LOGINS = int(os.environ.get("BENCH_LOGINS", "200000"))  # 1,000,000 take about two minutes


@contextlib.contextmanager
def emulator(*options: str, core: int | None = 0) -> Iterator[tuple[int, str]]:
    """Run an emulator on one core, or on all; yield its process id and address."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0", *options]
    compiling = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=compiling) as process:
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
    """Run the bare server on core 0; yield its port."""
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
    """Return the resident memory in bytes."""
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
    """Yield figures of start-up, memory, throughput, seeding, forking and long runs."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    _pin(0, 1)
    try:
        yield from _figures()
    finally:
        if cores:
            os.sched_setaffinity(0, cores)  # what is measured next may use every core


def _figures() -> Iterator[Figure]:
    yield from _start()
    with bare_server() as bare, emulator() as (process, address):
        yield Figure("emulator: resident memory idle", _resident(process) / 1e6, "MB", "<= 60")
        yield from _ratios(bare, address)
    with emulator() as (process, address):
        yield from _many_users(process, address)
    with emulator() as (process, address):
        yield from _long_run(process, address)
    yield from _room()
    yield from _expensive_logins()


def _start() -> Iterator[Figure]:
    times = []
    with emulator():
        pass  # compiles the modules, as the installation of a wheel does
    for _ in range(5):
        began = time.perf_counter()
        with emulator() as (_, address):
            httpx.get(f"{address}/__emulator__/health")
            times.append(time.perf_counter() - began)
    yield Figure("emulator: start to first answer, median of 5", sorted(times)[2] * 1000, "ms", "<= 200")


def _ratios(bare: int, address: str) -> Iterator[Figure]:
    emails = _seeded(address, USERS)
    body = {"email": emails[0], "password": "Seeded-pass-1"}
    token = httpx.post(f"{address}{AUTH}/login", params={"apikey": KEY}, json=body).json()["access_token"]
    validate = request("GET", f"{AUTH}/access_token/validate?apikey={KEY}&access_token={token}")
    profile = request("GET", f"{AUTH}/account?apikey={KEY}&access_token={token}")
    work = {
        "token validation": (lambda: validate, 0.60),
        "profile read": (lambda: profile, 0.45),
        "login, cheap hash": (_logins(emails[1:]), 0.30),
    }
    base_rates: list[float] = []
    results: dict[str, list[Result]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        base_rates.append(closed_loop.run("127.0.0.1", bare, lambda: request("GET", "/"), SECONDS).rate)
        for name, (next_request, _) in work.items():
            results[name].append(closed_loop.run("127.0.0.1", _port(address), next_request, SECONDS))
    yield Figure("bare server", _median(base_rates), "1/s", "")
    for name, (_, minimum) in work.items():
        ratios = [result.rate / base for result, base in zip(results[name], base_rates, strict=True)]
        yield Figure(f"emulator: {name}", _median([result.rate for result in results[name]]), "1/s", "")
        yield Figure(f"emulator: {name}, share of the bare server", _median(ratios), "", f">= {minimum}")
        yield Figure(f"emulator: {name}, p99", _median([result.p99 for result in results[name]]), "ms", "< 10")
        yield Figure(f"emulator: {name}, refused", sum(result.refused for result in results[name]), "", "== 0")


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _many_users(process: int, address: str) -> Iterator[Figure]:
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
    """Return the milliseconds since then."""
    return (time.perf_counter() - began) * 1000


def _long_run(process: int, address: str) -> Iterator[Figure]:
    """Yield figures of a long run: each user reaches the limit of sessions before the measurement starts."""
    emails = _seeded(address, 100)
    rates, resident = [], []
    next_request = _logins(emails)
    warm = _rate(address, next_request, LOGINS // 10)
    for _ in range(10):
        rates.append(_rate(address, next_request, LOGINS // 10))
        resident.append(_resident(process))
    yield Figure(
        f"emulator: {LOGINS} logins, rate of the last tenth relative to the first", rates[-1] / rates[0], "", ">= 0.95"
    )
    yield Figure("emulator: growth of memory in these logins", (resident[-1] - resident[0]) / 1e6, "MB", "<= 5")
    yield Figure("emulator: logins before the limit of sessions is reached", warm, "1/s", "")


def _rate(address: str, next_request: Callable[[], bytes], count: int) -> float:
    """Return the rate of a number of requests, per second."""
    done, began = 0, time.perf_counter()
    while done < count:
        result = closed_loop.run("127.0.0.1", _port(address), next_request, 1.0)
        done += int(result.rate)
    return done / (time.perf_counter() - began)


def _room() -> Iterator[Figure]:
    """Yield what a log-in costs that ends the oldest of many sessions, relative to few."""
    few, many = (_opening_seconds(kept) for kept in (100, 10_000))
    yield Figure("emulator: session that ends the oldest of 100", few * 1e6, "us")
    yield Figure("emulator: session that ends the oldest of 10,000, relative to that", many / few, "", "<= 2")


def _opening_seconds(kept: int) -> float:
    settings = Settings(sessions_kept=kept)
    tenant = TenantRegistry(settings).default
    account = Account(uid="u" * 32, id="i" * 32, created=0, modified=0)
    for _ in range(kept):
        tenant.sessions.open(account, settings)
    times = []
    for _ in range(1_000):
        began = time.perf_counter()
        tenant.sessions.open(account, settings)
        times.append(time.perf_counter() - began)
    return _median(times)


def _expensive_logins() -> Iterator[Figure]:
    """Yield figures of token validation while logins hash passwords with 10,000 rounds."""
    with emulator("--set", "hash_rounds=10000", core=None) as (_, address):
        emails = _seeded(address, 50)
        body = {"email": emails[0], "password": "Seeded-pass-1"}
        token = httpx.post(f"{address}{AUTH}/login", params={"apikey": KEY}, json=body).json()["access_token"]
        validate = request("GET", f"{AUTH}/access_token/validate?apikey={KEY}&access_token={token}")
        host, port, seconds = "127.0.0.1", _port(address), 2 * SECONDS
        checks, logins = (lambda: validate, 500.0), _logins(emails[1:])
        (idle,) = closed_loop.paced(host, port, [checks], seconds)
        capacity = closed_loop.run(host, port, logins, SECONDS).rate
        loaded, _ = closed_loop.paced(host, port, [checks, (logins, capacity * 0.9)], seconds)
        yield Figure("emulator: logins with 10,000 hash rounds", capacity, "1/s", "")
        yield Figure("emulator: token validation p99, without logins", idle.p99, "ms", "")
        yield Figure(
            "emulator: token validation p99 during these logins, relative to that", loaded.p99 / idle.p99, "", "<= 2"
        )
