"""`python -m evaluation.benchmarks.load [FIGURE ...]`: cost and accuracy of the load generator, beside its peers.

Server and generator have a core each, which nothing else may use meanwhile. Rates are requests per CPU-second of the
generator, medians of interleaved rounds: only ratios of one run mean something. wrk takes part where it is installed.

All figures take a quarter of an hour; `half_hour` is measured only when it is named. A figure that fails does not end
the others; the last line is the command that measures what is missing.
"""

import _thread
import asyncio
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import trustme

from evaluation.benchmarks import load_peers
from evaluation.benchmarks.load_peers import (  # fmt: skip
    GENERATOR_CORE,
    SECONDS,
    TOKEN,
    Server,
    cpu,
    engine_alone,
    fast_http_user,
    headless,
    server,
    web_ui,
    wrk,
)
from loginradius_harness import emulator
from loginradius_harness.client.client import Client
from loginradius_harness.journey.people import new_person
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.engine.engine_thread import EngineThread, Job
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.metrics.histogram import Histogram
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.arrival_schedule import LoadCurve, Stage, arrivals
from loginradius_harness.target.target import load_target

ROUNDS = 3
WINDOW = 0.005  # seconds
MEMORY_SAMPLES = 12
PROFILE_PATH, PROFILE_BYTES = "/identity/v2/auth/account", 4000

TIER = """
description = "The locust tier"
model = "closed"
tier = "locust"
accounts = 50
[mix]
read_profile = 1
[[stage]]
seconds = 60
users = 32
[slo."*"]
contract_violations = 0
"""
TIER_FILE = "from loadtests.locustfile import *\nfrom loginradius_harness.load.workload import response_check\n"
UNCHECKED = "response_check.ResponseChecker.check = lambda *_: response_check.CheckResult('ok', '200')\n"
UNCACHED = "response_check._MAX_CACHED_BYTES = 0\n"


def validation() -> Iterator[str]:
    """Measure token validation from the stock web UI, every answer checked, beside FastHttpUser and wrk."""
    ours, theirs, wrks, polls = [], [], [], []
    path = "/identity/v2/auth/access_token/validate"
    with server() as target:
        for _ in range(ROUNDS):
            with web_ui(target, "validation") as (process, address):
                served, busy = target.served, cpu(process)
                polls += list(_polls(address))
                ours.append((target.served - served) / (cpu(process) - busy))
            theirs.append(fast_http_user(target, path))
            if shutil.which("wrk"):
                wrks.append(wrk(target, path))
    yield _ratio("validation from the web UI", ours, theirs, 10)
    if wrks:
        yield _ratio("validation from the web UI", ours, wrks, 0.85, "wrk")
    yield f"UI poll p95 {statistics.quantiles(polls, n=20)[-1]:.1f} ms (wanted <= 20)"


def _polls(address: str) -> Iterator[float]:
    """Yield the milliseconds that a browser waits for the figures, polled twice a second."""
    with httpx.Client(base_url=address) as browser:
        for _ in range(int(SECONDS / 0.5)):
            began = time.perf_counter()
            browser.get("/stats/requests")
            yield (time.perf_counter() - began) * 1000
            time.sleep(0.5)


def tls() -> Iterator[str]:
    """Measure token validation over TLS 1.3 with the engine alone."""
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
    """Measure a profile of 4 kB, every answer checked, beside FastHttpUser without a check."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "profile.json"
        file.write_bytes(_profile())
        ours, theirs = [], []
        with server("--answer", f"{PROFILE_PATH}={file}") as target:
            for _ in range(ROUNDS):
                ours.append(engine_alone(target, "read_profile"))
                theirs.append(fast_http_user(target, PROFILE_PATH))
        yield _ratio(f"profile of {file.stat().st_size} bytes", ours, theirs, 8)


def checking() -> Iterator[str]:
    """Measure the locust tier with and without checks, with repeating answers and with the cache off."""
    with tempfile.TemporaryDirectory() as folder:
        place, file = Path(folder), Path(folder) / "profile.json"
        file.write_bytes(_profile())
        (place / "tier.toml").write_text(TIER)
        account_pool.save(place / "pool", [{"email": f"{n}@x.y", "password": "x", "token": TOKEN} for n in range(50)])
        options = ["--load-profile", str(place / "tier.toml"), "--pool", str(place / "pool")]
        rates: dict[str, list[float]] = {change: [] for change in (UNCHECKED, "", UNCACHED)}
        with server("--answer", f"{PROFILE_PATH}={file}") as target:
            for _ in range(ROUNDS):
                for change, found in rates.items():
                    found.append(headless(target, TIER_FILE + change, *options))
    unchecked, cached, fresh = (statistics.median(found) for found in rates.values())
    yield f"checking on the FastHttpUser tier keeps {cached / unchecked:.1%} of the rate (wanted >= 90%)"
    yield f"checking on the FastHttpUser tier keeps {fresh / unchecked:.1%} when no answer repeats (wanted >= 90%)"


def _profile() -> bytes:
    """Return the profile of an account, padded to 4 kB."""
    with emulator.running() as running, Client(load_target(running.url, environ={})) as client:
        brief = _told(client, "-")
        return _told(client, "-" * (1 + PROFILE_BYTES - len(brief)))


def _told(client: Client, about: str) -> bytes:
    person = new_person()
    emails = [{"Type": "Primary", "Value": person.email}]
    body = {"Email": emails, "EmailVerified": True, "Password": person.password, "About": about}
    client.call("account.create_account", body=body)
    credentials = {"email": person.email, "password": person.password}
    token = client.call("authentication.login_by_email", body=credentials).data["access_token"]
    return msgspec.json.encode(client.call("authentication.get_profile", token=token).data)


def schedule_delay() -> Iterator[str]:
    """Measure the schedule delay at 20,000 starts a second, with and without the moments of a preemption."""
    rounds = [DelayRound() for _ in range(ROUNDS)]
    with server() as target:
        for each in rounds:
            curve = LoadCurve((Stage(1, 20_000), Stage(5, 20_000)))
            metrics = _open_run(target.url, curve, observe=each.observe)
    for name, histograms in (
        ("", [each.all for each in rounds]),
        (f", windows of {WINDOW * 1000:.0f} ms without a preemption", [each.undisturbed for each in rounds]),
    ):
        p99s = [histogram.percentile(0.99) for histogram in histograms]
        p50 = statistics.median(histogram.percentile(0.5) for histogram in histograms)
        figures = f"p50 {p50:.0f}, p99 {statistics.median(p99s):.0f} us (wanted <= 100), best round {min(p99s):.0f}"
        yield f"schedule delay at 20,000/s{name}: {figures}"
    counts = f"scheduled {metrics.scheduled}, started {metrics.started}, answered {metrics.answered}"
    share = sum(each.undisturbed.count for each in rounds) / sum(each.all.count for each in rounds)
    yield f"{counts}; preempted {sum(each.preemptions for each in rounds)} times, {share:.0%} of the starts undisturbed"


class DelayRound:
    """The schedule delays of one round: all of them, and those of windows in which the thread was not preempted."""

    def __init__(self) -> None:
        self.all, self.undisturbed, self.preemptions = Histogram(), Histogram(), 0

    async def observe(self, engine: Engine) -> None:
        """Take the delays of each window out of the engine, in its thread."""
        before = _preemptions()
        while True:
            await asyncio.sleep(WINDOW)
            delays, engine._metrics.schedule_delay = engine._metrics.schedule_delay, Histogram()
            now = _preemptions()
            self.all.add(delays)
            if now == before:
                self.undisturbed.add(delays)
            self.preemptions += now - before
            before = now


def _preemptions() -> int:
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw


def _open_run(
    url: str, curve: LoadCurve, *, warm_up: float = 1.0, observe: Callable[[Engine], Coroutine[Any, Any, None]]
) -> RunMetrics:
    """Return the engine's metrics, in a thread of its own as in a run; `observe` begins together with the load."""
    os.sched_setaffinity(0, {int(GENERATOR_CORE)})
    engine_thread = EngineThread(lambda: load_peers.made(url, "validate_token"), _thread.start_new_thread)
    tasks = []

    def begin(engine: Engine) -> None:
        engine.begin(warm_up)
        engine.follow(arrivals(curve, spacing="even"))
        tasks.append(asyncio.get_running_loop().create_task(observe(engine)))

    _wait(engine_thread.start([]))
    engine_thread.call(begin)
    time.sleep(curve.seconds)
    _wait(engine_thread.end())
    engine_thread.close()
    return engine_thread.reports()


def _wait(job: Job) -> None:
    while not job.done:
        time.sleep(0.01)
    if job.error:
        raise job.error


def stalls(patterns: int = 20) -> Iterator[str]:
    """Compare measured percentiles with the truth under random freezes of the server, one of them of two seconds."""
    rng, errors = random.Random(1), []  # noqa: S311  # patterns that can be repeated
    for number in range(patterns):
        apart = [(rng.uniform(0.5, 2), rng.uniform(0.4, 1.2)), (rng.uniform(4, 5.5), rng.uniform(0.4, 1.2))]
        with server() as target:
            metrics, truth = _stalled_run(target, apart if number else [(2.0, 2.0)])
        seen = metrics.total.corrected
        errors.append(max(abs(seen.percentile(share) / truth.percentile(share) - 1) for share in (0.95, 0.99, 1.0)))
    said = f"at most {max(errors):.2%} from the truth (wanted <= 1%), median {statistics.median(errors):.2%}"
    yield f"{patterns} stall patterns: p95, p99 and max {said}"


def _stalled_run(target: Server, freezes: Sequence[tuple[float, float]]) -> tuple[RunMetrics, Histogram]:
    """Run 8 s at 200/s; return the metrics and the truth, which follows from the reported times of the freezes."""
    curve, stood = LoadCurve((Stage(8, 200),)), []
    began = 0.0

    async def freeze(_: Engine) -> None:
        nonlocal began
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(target.url).port)
        for at, seconds in freezes:
            await asyncio.sleep(began + at - time.perf_counter())
            writer.write(b"GET /__emulator__/freeze/%f HTTP/1.1\r\n\r\n" % seconds)
            stood.append(msgspec.json.decode((await reader.readuntil(b"]")).rpartition(b"\n")[2]))

    metrics, truth = _open_run(target.url, curve, warm_up=0, observe=freeze), Histogram()
    for start in arrivals(curve, spacing="even"):
        waits = [end - start - began for begin, end in stood if begin <= start + began < end]
        truth.record(int(1e6 * max([*waits, 0.0])))
    return metrics, truth


def users() -> Iterator[str]:
    """Measure the memory of ten thousand virtual users in one process."""
    with tempfile.TemporaryDirectory() as folder, server() as target:
        file = Path(folder) / "crowd.toml"
        file.write_text(
            'description = "Many users"\nmodel = "closed"\nthink = 5\naccounts = 10000\nconnections = 10000\n'
            "timeout = 60\n"
            '[mix]\nvalidate_token = 1\n[[stage]]\nseconds = 60\nusers = 10000\n[slo."*"]\nerror_ratio = 1\n'
        )
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        with web_ui(target, str(file), "--load-profile", str(file)) as (process, address):
            time.sleep(20)
            memory = process.memory_info().rss / 1e6
            count = httpx.get(f"{address}/stats/requests").json()["user_count"]
    yield f"{count} virtual users in {memory:.0f} MB (wanted 10000 in <= 1000)"


def memory(seconds: int = 120) -> Iterator[str]:
    """Measure the memory of a run at full speed over time."""
    with server() as target, web_ui(target, "validation", "--duration", str(seconds + 60)) as (process, _):
        sizes = []
        for _ in range(MEMORY_SAMPLES):
            time.sleep(seconds / MEMORY_SAMPLES)
            sizes.append(process.memory_info().rss / 1e6)
        served = target.served
    half = MEMORY_SAMPLES // 2
    growth = statistics.median(sizes[half:]) / statistics.median(sizes[:half]) - 1
    seen = ", ".join(f"{size:.0f}" for size in sizes)
    yield f"memory over {seconds} s and {served:,} requests: {seen} MB; second half {growth:+.1%} (wanted <= 2%)"


def half_hour() -> Iterator[str]:
    """Measure the memory over half an hour."""
    yield from memory(1800)


def first_request() -> Iterator[str]:
    """Measure the time from the start of the command to the first request that the target answers."""
    found = []
    with tempfile.TemporaryDirectory() as folder, server() as target:
        pool = Path(folder) / "pool.jsonl"
        account_pool.save(pool, [{"email": f"{n}@x.y", "password": "x", "token": TOKEN} for n in range(10_000)])
        command = [sys.executable, "-m", "locust", "-f", str(load_peers.ROOT / "loadtests/locustfile.py"), "--headless"]
        options = ["--host", target.url, "--load-profile", "validation", "--pool", str(pool)]
        for _ in range(ROUNDS):
            before, began = target.served, time.perf_counter()
            with subprocess.Popen(
                [*command, *options], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as process:
                while target.served == before:
                    time.sleep(0.01)
                found.append(time.perf_counter() - began)
                process.kill()
    yield f"start of the generator to its first request: {statistics.median(found):.1f} s (wanted <= 3)"


def seeding() -> Iterator[str]:
    """Measure the seeding of ten thousand accounts."""
    with tempfile.TemporaryDirectory() as folder, emulator.running() as running:
        began = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "loginradius_harness",
            "load",
            "seed",
            running.url,
            "--users",
            "10000",
            "--pool",
            f"{folder}/pool",
        ]
        subprocess.run(command, check=True, capture_output=True)
        yield f"seeding 10,000 users: {time.perf_counter() - began:.1f} s (wanted <= 10)"


def _ratio(name: str, ours: list[float], theirs: list[float], wanted: float, peer: str = "FastHttpUser") -> str:
    mine, other = statistics.median(ours), statistics.median(theirs)
    figures = f"{mine:,.0f} requests per CPU-second, {peer} {other:,.0f}"
    return f"{name}: {figures}: {mine / other:.2f}x (wanted >= {wanted})"


FIGURES: dict[str, Callable[[], Iterator[str]]] = {
    function.__name__: function
    for function in (
        validation, tls, profile, checking, schedule_delay, stalls, memory, first_request, users, seeding, half_hour,
    )
}  # fmt: skip
_BY_NAME_ONLY = {"half_hour"}


def main(arguments: Sequence[str]) -> int:
    unknown = set(arguments) - set(FIGURES)
    if unknown:
        sys.stderr.write(f"no figure {', '.join(sorted(unknown))}; there are: {', '.join(FIGURES)}\n")
        return 2
    missing = list(arguments or [name for name in FIGURES if name not in _BY_NAME_ONLY])
    failed = []
    try:
        while missing:
            failed += [] if _measure(missing[0]) else [missing[0]]
            del missing[0]
    finally:
        if failed + missing:
            print(f"missing: tox -e bench-load -- {' '.join(failed + missing)}", flush=True)
    return 1 if failed else 0


def _measure(name: str) -> bool:
    """Print the lines of a figure; return whether it could be measured."""
    try:
        for line in FIGURES[name]():
            print(line, flush=True)
    except Exception as error:  # noqa: BLE001  # the other figures are worth having
        print(f"{name} could not be measured: {type(error).__name__}: {error}", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
