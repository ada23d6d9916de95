"""Fifty workers and their coordinator in one process and in simulated time, with engines that only count.

`python -m tests.load.simulated_cluster SCENE RATE_LIMIT` leaves the recorded run and `sent.json`, the moments of all
requests, in the working folder. It is a process of its own because importing locust patches sockets. Coordinator and
workers are the real ones; messages, clock and engines are simulated.
"""

import heapq
import itertools
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import gevent
import msgspec
from gevent.event import AsyncResult
from gevent.pool import Group
from locust import runners
from locust.runners import STATE_INIT, MasterRunner
from locust.stats import RequestStats

from loginradius_harness.load.config import profiles
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.config.targets import LoadConsent
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.engine.engine_thread import EngineThread, Job
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.locust_plugin import coordinator, worker
from loginradius_harness.load.locust_plugin.coordinator import Coordinator
from loginradius_harness.load.locust_plugin.users import EngineUser
from loginradius_harness.load.locust_plugin.worker import Worker
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.workload.execution import SetupTask
from loginradius_harness.target.target import Limits, load_target

if TYPE_CHECKING:
    from locust.env import Environment

OPERATION = "authentication.validate_access_token"
WORKERS = 50
RATE, SECONDS, WARM_UP = 1000, 30, 2
SILENCE = 3.0  # seconds after which locust takes a worker for lost

PROFILE = f"""
description = "Fifty workers"
warm_up = {WARM_UP}
spacing = "even"
accounts = 5000
[mix]
validate_token = 1
[[stage]]
seconds = {SECONDS}
rate = {RATE}
[slo."*"]
error_ratio = 0
"""

OPTIONS = Namespace(load_profile="own.toml", rate=0, duration=0, accounts=0, pool="", yes=False, vendor_approved=False)


class Time:
    """Simulated seconds; `sleep` parks a greenlet until they have come."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleeping: list[tuple[float, int, AsyncResult[None]]] = []
        self._numbers = itertools.count()

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        woken: AsyncResult[None] = AsyncResult()
        heapq.heappush(self._sleeping, (self.now + seconds, next(self._numbers), woken))
        woken.get()

    def run(self, until: Callable[[], bool]) -> None:
        """Wake the greenlets one by one."""
        while not until():
            gevent.sleep(0)
            if not self._sleeping:
                break
            self.now, _, woken = heapq.heappop(self._sleeping)
            woken.set()


class CountingEngine:
    """An engine whose requests are answered after a time that depends on the worker."""

    def __init__(self, time: Time, latency: int, limiter: RateLimiter | None, started: list[float]) -> None:
        self._time, self._latency, self._limiter, self._started = time, latency, limiter, started
        self._began = self._measured_from = 0.0
        self._arrivals: Iterator[float] = iter(())
        self._due = float("inf")
        self._metrics = RunMetrics()

    def begin(self, warm_up: float) -> None:
        self._began = self._time.now
        self._measured_from = self._began + warm_up

    def follow(self, arrivals: Iterator[float]) -> None:
        self._start_due()
        self._arrivals = arrivals
        self._due = self._next()

    def _next(self) -> float:
        return self._began + next(self._arrivals, float("inf"))

    def count(self) -> RunMetrics:
        """Return what was due since the last call."""
        self._start_due()
        metrics, self._metrics = self._metrics, RunMetrics()
        return metrics

    def _start_due(self) -> None:
        metrics = self._metrics
        while self._due <= self._time.now:
            measured = self._due >= self._measured_from
            if self._limiter and self._limiter.wait(self._due) > 1:
                metrics.throttled += measured
            else:
                sent = self._limiter.reserve(self._due) if self._limiter else self._due
                self._started.append(sent)
                metrics.requests_sent += 1
                metrics.answered += 1
                if measured:
                    metrics.scheduled += 1
                    metrics.started += 1
                    metrics.schedule_delay.record(20)
                    metrics.operation(OPERATION).count("ok", self._latency, self._latency)
            self._due = self._next()

    def keep_users(self, _: int) -> None:
        """Do nothing: the load is open."""

    def renew(self, _: Any) -> None:
        """Do nothing: there are no tokens."""


class CountingThread:
    """Stands in for the thread of an engine; everything happens at once."""

    def __init__(self, engine: CountingEngine) -> None:
        self._engine: CountingEngine | None = engine

    def call(self, order: Callable[[Engine], None]) -> None:
        if self._engine:
            order(cast("Engine", self._engine))

    def start(self, _: Any) -> Job:
        return _done([])

    def end(self, _: float) -> Job:
        return _done(None)

    def reports(self) -> RunMetrics:
        return self._engine.count() if self._engine else RunMetrics()

    def close(self) -> None:
        self._engine = None


def _done(result: Any) -> Job:
    job = Job()
    job.done, job.result = True, result
    return job


class SimulatedWorker(Worker):
    """The real worker with a counting engine. Its number is its latency in milliseconds."""

    def __init__(self, cluster: "Cluster", number: int, state: str) -> None:
        self.name, self.number, self.started = f"worker-{number}", number, list[float]()
        self._cluster, self._handlers = cluster, dict[str, Callable[..., None]]()
        runner = SimpleNamespace(
            register_message=self._handlers.__setitem__, send_message=self._tell, worker_state=state
        )
        super().__init__(cast("Environment", SimpleNamespace(runner=runner, stats=RequestStats())), EgressFilter())
        self.reachable = True

    def receive(self, name: str, data: Mapping[str, Any]) -> None:
        """Take a message of the coordinator."""
        if self.reachable:
            self._handlers[name](SimpleNamespace(data=data))

    def _tell(self, name: str, data: Mapping[str, Any]) -> None:
        if self.reachable:
            self._cluster.master.receive(name, self.name, data)

    def kill(self) -> None:
        """End at once, with all that was not reported."""
        assert self._engine_thread
        self._engine_thread.close()

    def begin_test(self) -> None:
        """Prepare when locust starts the test here: at another moment on each machine."""
        self._cluster.time.sleep(self.number * 0.0137)
        self.start()

    def _prepare(self) -> tuple[EngineThread, list[SetupTask]]:
        self._plan = made = self._cluster.plan
        self.rate_limiter = self._rate_limiter(made)
        self._ended.clear()
        engine = CountingEngine(self._cluster.time, self.number * 1000, self.rate_limiter, self.started)
        self._engine_thread = cast("EngineThread", CountingThread(engine))
        return self._engine_thread, []


class Master(MasterRunner):
    """Passes messages instead of sending them; locust's own constructor would bind a port."""

    def __init__(self, cluster: "Cluster") -> None:
        self.cluster, self._handlers = cluster, dict[str, Callable[..., None]]()
        self.state, self.greenlet = STATE_INIT, Group()
        self.nodes: list[SimpleNamespace] = []
        self.clients = cast(
            "Any", SimpleNamespace(ready=self.nodes, spawning=[], running=[], values=lambda: self.nodes)
        )

    def register_message(self, msg_type: str, listener: Callable[..., None], concurrent: bool = False) -> None:  # noqa: FBT001, FBT002  # locust's own
        del concurrent
        self._handlers[msg_type] = listener

    def send_message(self, msg_type: str, data: dict[str, Any] | None = None, client_id: str | None = None) -> None:
        self.cluster.workers[client_id or ""].receive(msg_type, data or {})

    def receive(self, name: str, sender: str, data: Mapping[str, Any]) -> None:
        """Take a message of a worker."""
        self._handlers[name](SimpleNamespace(node_id=sender, data=data))


class SimulatedCoordinator(Coordinator):
    """The real coordinator with a plan that needs no target."""

    simulated: Plan

    def decide(self, *_: Any) -> Plan:
        return self.simulated

    def _served(self) -> int | None:
        return None


class Cluster:
    """A coordinator and its workers; `scene` says what happens to them."""

    def __init__(self, rate_limit: float = 0) -> None:
        self.time, self.workers = Time(), dict[str, SimulatedWorker]()
        for module in (coordinator, worker):
            vars(module)["time"] = SimpleNamespace(perf_counter=self.time.perf_counter, process_time=lambda: 0.0)
            vars(module)["gevent"] = SimpleNamespace(sleep=self.time.sleep, spawn=gevent.spawn)
        Path("own.toml").write_text(PROFILE)
        profile = profiles.load("own.toml")
        target = load_target("http://127.0.0.1:9", environ={}, answers=lambda _: True)
        target = msgspec.structs.replace(target, limits=Limits(requests_per_second=rate_limit))
        self.plan = Plan(target, profile, profile.curve(), 5000, Path("pool.jsonl"), LoadConsent(yes=True))
        self.master = Master(self)
        environment = SimpleNamespace(runner=self.master, parsed_options=OPTIONS, host="")
        self.coordinator = SimulatedCoordinator(cast("Environment", environment), EgressFilter(), EngineUser, {})
        self.coordinator.simulated = self.plan
        for number in range(WORKERS):
            self.connect(number)

    def connect(self, number: int, state: str = STATE_INIT) -> SimulatedWorker:
        """Let a worker connect, as locust's master sees it; `state` is locust's on the worker when that can hear."""
        made = SimulatedWorker(self, number, state)
        self.workers[made.name] = made
        self.master.nodes.append(SimpleNamespace(id=made.name, heartbeat=runners.HEARTBEAT_LIVENESS))
        made.announce()
        return made

    def forget(self, *numbers: int) -> None:
        """Take workers for lost."""
        names = {f"worker-{number}" for number in numbers}
        self.master.nodes[:] = [node for node in self.master.nodes if node.id not in names]

    def lose(self, *numbers: int, killed: bool = True) -> None:
        """Kill workers, or only cut them off; locust notices a little later."""
        for number in numbers:
            made = self.workers[f"worker-{number}"]
            made.reachable = False
            if killed:
                made.kill()
        self.time.sleep(SILENCE)
        self.forget(*numbers)

    def play(self, scene: Callable[["Cluster"], None]) -> None:
        """Run the load with what the scene does, and write down what the workers sent."""
        shape = gevent.spawn(self._shape)
        gevent.spawn(scene, self)
        self.time.run(shape.ready)
        shape.get()
        epoch = next(iter(self.workers.values()))._epoch
        sent = sorted(at - epoch for made in self.workers.values() for at in made.started)
        Path("sent.json").write_text(json.dumps(sent))

    def _shape(self) -> None:
        while self.coordinator.tick() is not None:
            if self.master.state == STATE_INIT:
                self.master.state = "running"
                for made in self.workers.values():
                    gevent.spawn(made.begin_test)
            self.time.sleep(1.05)  # a little more than a second, as locust does: not in step with the coordinator
        self.master.nodes.clear()  # locust lets the workers quit when the run has ended
        self.time.sleep(1)

    def wait(self, second: float) -> None:
        """Wait for a second of the run."""
        while self.coordinator.seconds < second:
            self.time.sleep(0.05)


def steady(_: Cluster) -> None:
    """Let nothing happen."""


def one_leaves(cluster: Cluster) -> None:
    """Let a worker leave in order after 10 s."""
    cluster.wait(10)
    cluster.workers["worker-7"].end(0.5)
    cluster.forget(7)


def one_lost(cluster: Cluster) -> None:
    """Lose a worker after 10 s."""
    cluster.wait(10)
    cluster.lose(7)


def half_lost(cluster: Cluster) -> None:
    """Lose every second worker after 10 s."""
    cluster.wait(10)
    cluster.lose(*range(0, WORKERS, 2))


def one_joins(cluster: Cluster) -> None:
    """Let a worker come after 10 s."""
    cluster.wait(10)
    cluster.connect(WORKERS).begin_test()


def one_joins_in_the_midst_of_its_test(cluster: Cluster) -> None:
    """Let a worker come after 10 s on which locust has started the test before it could hear the coordinator."""
    cluster.wait(10)
    cluster.connect(WORKERS, state="running")


def one_returns(cluster: Cluster) -> None:
    """Cut a worker off after 10 s, and let it come back five seconds later with all it has counted."""
    cluster.wait(10)
    cluster.lose(7, killed=False)
    cluster.wait(15)
    cluster.workers["worker-7"].reachable = True
    cluster.master.nodes.append(SimpleNamespace(id="worker-7", heartbeat=runners.HEARTBEAT_LIVENESS))


def rate_doubled(cluster: Cluster) -> None:
    """Double the rate after 10 s."""
    cluster.wait(10)
    cluster.coordinator.change_rate(2 * RATE)


SCENES = {
    scene.__name__: scene
    for scene in (
        steady, one_leaves, one_lost, half_lost, one_joins, one_joins_in_the_midst_of_its_test, one_returns,
        rate_doubled,
    )
}  # fmt: skip

if __name__ == "__main__":
    Cluster(float(sys.argv[2])).play(SCENES[sys.argv[1]])
