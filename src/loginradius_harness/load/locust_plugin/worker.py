"""One process's part of a run: on a worker, or in the only process.

The coordinator (`coordinator.py`) sends `load.share` (which part), `load.begin`, `load.rate` and `load.end`. The worker
sends `load.hello` when it can receive them, `load.ready` when tokens are fetched, and `load.metrics` once a second.
"""

import dataclasses
import time
from collections.abc import Mapping
from typing import Any

import gevent
import msgspec
from gevent import monkey
from gevent.event import Event
from locust import runners
from locust.env import Environment
from locust.runners import STATE_INIT

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.config import plan, targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.config.profiles import Profile
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.engine.engine_thread import EngineThread, Job
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.locust_plugin import cli_options, stats
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.registrations import Registrations, registers
from loginradius_harness.load.workload import account_pool, execution
from loginradius_harness.load.workload.arrival_schedule import WorkerShare, arrivals
from loginradius_harness.load.workload.virtual_users import VirtualUser, without_requests

_SEND_SECONDS = 1.0
_MERGE_SECONDS = 0.25
_RENEW_SECONDS = 20.0
_MASTER_SILENCE_SECONDS = (
    10  # after which a worker gives up once it has load: locust's own 60 would be 60 s of stray load
)

start_native_thread = monkey.get_original("_thread", "start_new_thread")
native_lock = monkey.get_original("_thread", "allocate_lock")


class Worker:
    """Lives as long as the process; `start` prepares one run."""

    def __init__(self, environment: Environment, egress: EgressFilter) -> None:
        assert environment.runner  # noqa: S101  # locust fires `init` with a runner
        self._environment, self._egress, self._runner = environment, egress, environment.runner
        self._share = WorkerShare()
        self._awaited = {"share", "test"}  # what has not come yet of what a run needs
        if getattr(self._runner, "worker_state", STATE_INIT) != STATE_INIT:
            self._awaited.remove("test")  # locust has started it before it fired `init`
        self._engine_thread: EngineThread | None = None
        self._plan: Plan | None = None
        self._closed_users = 0
        self._epoch = 0.0  # the start of the whole run's load
        self._joined = 0.0  # seconds after it at which this worker began
        self._timed = 0.0, 0.0  # wall and processor time until which locust's users were timed
        self._unsent = RunMetrics()
        self._clock: ServerClock | None = None
        self._registrations: Registrations | None = None
        self.client: Client | None = None
        self.rate_limiter: RateLimiter | None = None
        self.mix: execution.ScenarioMix | None = None
        self.begun = Event()
        self._ended = Event()
        self._ended.set()
        self.open = False  # whether users may start an iteration
        self.in_flight = 0  # iterations of the locust tier
        self.metrics = RunMetrics()  # of the locust tier
        for name in ("share", "begin", "rate", "end"):
            self._runner.register_message(f"load.{name}", self._listener(name))

    # --- messages of the coordinator -------------------------------------------------------------------------------

    def _listener(self, name: str) -> Any:
        handle = getattr(self, f"on_{name}")
        return lambda msg, **_: handle(msg.data or {})

    def on_share(self, data: Mapping[str, Any]) -> None:
        """Set this worker's part of the load; also in the middle of a run, when a worker came or went."""
        self._share = WorkerShare(data["index"], data["count"])
        self._prepare_after("share")
        if self.rate_limiter:
            self.rate_limiter.set_share(self._share, time.perf_counter())
        if self.begun.is_set():
            self._follow_schedule(self._run_seconds())

    def on_begin(self, data: Mapping[str, Any]) -> None:
        """Begin the load: all workers are ready. `at` (seconds) says how far a run is that this worker joins."""
        assert self._plan  # noqa: S101  # the coordinator waits for `load.ready`
        assert self._engine_thread  # noqa: S101  # as above
        now, at = time.perf_counter(), data.get("at", 0.0)
        warm_up = max(0.0, self._plan.profile.warm_up - at)
        self._epoch, self._joined = now - at, at
        self._timed = now, time.process_time()
        if self.rate_limiter:
            self.rate_limiter.align(self._epoch, now)
        if self._plan.profile.tier == "engine":
            self._engine_thread.call(lambda engine: engine.begin(warm_up))
        runners.MASTER_HEARTBEAT_TIMEOUT = _MASTER_SILENCE_SECONDS
        self.open = True
        self.begun.set()
        self._follow_schedule(at)
        self._keep_users()

    def on_rate(self, data: Mapping[str, Any]) -> None:
        """Change the peak rate from now on."""
        if self._plan:
            self._plan = dataclasses.replace(self._plan, curve=self._plan.curve.scaled(data["rate"]))
            self._follow_schedule(self._run_seconds())

    def on_end(self, data: Mapping[str, Any]) -> None:
        """Stop starting; finish what is in flight within `grace` seconds, then send the last metrics."""
        gevent.spawn(self.end, data["grace"])

    # --- a run -----------------------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Tell the coordinator that this worker hears it: messages sent before have been lost."""
        self._send("hello", {})

    def start(self) -> None:
        """Take part in the test that locust starts, as soon as this worker's share is known."""
        self._prepare_after("test")

    def _prepare_after(self, event: str) -> None:
        self._awaited.discard(event)
        if not self._awaited:
            self._awaited = {"test"}  # of the next run, whose share comes before it starts
            self._begin_preparation()

    def _begin_preparation(self) -> None:
        """Prepare accounts, connections and tokens, and tell the coordinator."""
        self.begun.clear()
        try:
            engine_thread, tasks = self._prepare()
        except (ConfigurationError, InfrastructureError) as error:
            self._send("ready", {"error": str(error), "code": error.exit_code})
            return
        gevent.spawn(self._fetch_tokens, engine_thread, tasks)
        gevent.spawn(self._accompany, engine_thread)

    def _prepare(self) -> tuple[EngineThread, list[execution.SetupTask]]:
        options = cli_options.read(self._environment.parsed_options)
        self._plan = made = plan.decide(options, self._environment.host, self._egress.permit)
        endpoints = targets.endpoints(made.target, made.hosts, self._egress.permit)
        self.client = client = Client(made.target)
        client.listeners.append(self._count)
        self._clock = clock = without_requests(client.clock)
        accounts = account_pool.part(account_pool.load(made.pool, made.accounts), self._share)
        account_pool.separate_expired_tokens(accounts, clock.now())
        users = [VirtualUser(clock, account) for account in accounts]
        self._registrations = Registrations(made.target) if registers(made) else None
        new_email = self._registrations.new_email if self._registrations else None
        self.mix = mix = execution.compose(made.profile.mix, made.target, users, clock, new_email)
        execution.fetch_keys(mix, client)
        self.rate_limiter = rate_limiter = self._rate_limiter(made)
        profile = made.profile
        self._ended.clear()
        self._engine_thread = EngineThread(
            lambda: Engine(
                endpoints, mix, client.redactor, rate_limiter=rate_limiter,
                connections=profile.connections, timeout=profile.timeout, think=profile.think,
            ),
            start_native_thread,
        )  # fmt: skip
        return self._engine_thread, execution.setup_tasks(mix, made.target, clock)

    def _fetch_tokens(self, engine_thread: EngineThread, tasks: list[execution.SetupTask]) -> None:
        """Fetch the tokens that are missing."""
        failures = wait(engine_thread.start(tasks))
        self._send("ready", {"error": failures[0], "code": ConfigurationError.exit_code} if failures else {})

    def _rate_limiter(self, made: Plan) -> RateLimiter | None:
        if not made.rate_limit:
            return None
        return RateLimiter(made.rate_limit, self._share, time.perf_counter(), lock=native_lock)

    def _accompany(self, engine_thread: EngineThread) -> None:
        """Beside the run: merge what the engine counted, send it, renew tokens."""
        ticks = 0
        while engine_thread is self._engine_thread:
            gevent.sleep(_MERGE_SECONDS)
            if engine_thread is not self._engine_thread:
                return
            self._merge(engine_thread)
            ticks += 1
            if ticks % round(_SEND_SECONDS / _MERGE_SECONDS) == 0:
                self._send_metrics()
            if ticks % round(_RENEW_SECONDS / _MERGE_SECONDS) == 0:
                self._renew(engine_thread)

    def _renew(self, engine_thread: EngineThread) -> None:
        if self.mix and self._plan and self._clock and self.open:
            tasks = execution.renewals(self.mix, self._plan.target, self._clock)
            engine_thread.call(lambda engine: engine.renew(tasks))

    def end(self, grace: float) -> None:
        """End this worker's part of the run; a second caller waits for the first."""
        self.open = False
        engine_thread, self._engine_thread = self._engine_thread, None
        if engine_thread is None:
            self._ended.wait()
            return
        deadline = time.perf_counter() + grace
        while self.in_flight and time.perf_counter() < deadline:
            gevent.sleep(0.01)
        wait(engine_thread.end(max(0.0, deadline - time.perf_counter())))
        self._merge(engine_thread)
        engine_thread.close()
        if self._registrations:
            self._registrations.close()
        self._send_metrics(final=True)
        self._ended.set()

    # --- the load --------------------------------------------------------------------------------------------------

    def change_users(self, change: int) -> None:
        """Add or remove closed users of the engine."""
        self._closed_users += change
        self._keep_users()

    def scenario(self, name: str) -> execution.BoundScenario:
        """Return the bound scenario of this name, for the users of the locust tier."""
        assert self.mix  # noqa: S101  # users wait until the run has begun
        return next(scenario for scenario in self.mix.scenarios if scenario.name == name)

    @property
    def profile(self) -> Profile:
        """Return the profile of the run, for the users of the locust tier."""
        assert self._plan  # noqa: S101  # users are made after `start`
        return self._plan.profile

    @property
    def proxy(self) -> str | None:
        """Return the URL of the target's proxy, for the users of the locust tier."""
        return self._plan.target.proxy if self._plan else None

    @property
    def redactor(self) -> Redactor:
        """Return the redactor of the run's secrets."""
        assert self.client  # noqa: S101  # users wait until the run has begun
        return self.client.redactor

    def is_measured(self, at: float) -> bool:
        """Return whether what starts at a moment enters the figures."""
        return self._plan is not None and self.begun.is_set() and at >= self._epoch + self._plan.profile.warm_up

    def _keep_users(self) -> None:
        users = self._closed_users
        if self._engine_thread and self._plan and self.open and self._is_engine("closed"):
            self._engine_thread.call(lambda engine: engine.keep_users(users))

    def _run_seconds(self) -> float:
        """Return the seconds since the start of the load; 0 before."""
        return time.perf_counter() - self._epoch if self.begun.is_set() else 0.0

    def _follow_schedule(self, begin: float) -> None:
        if self._engine_thread and self._plan and self.open and self._is_engine("open"):
            starts = arrivals(self._plan.curve, self._share, self._plan.profile.spacing, begin=begin)
            joined = self._joined
            self._engine_thread.call(lambda engine: engine.follow(start - joined for start in starts))

    def _is_engine(self, model: str) -> bool:
        return self._plan is not None and self._plan.profile.tier == "engine" and self._plan.profile.model == model

    # --- metrics ---------------------------------------------------------------------------------------------------

    def _count(self, exchange: Exchange) -> None:
        """Count a request that the harness itself made: the target counts it too."""
        self.metrics.requests_sent += exchange.attempts
        self.metrics.answered += exchange.attempts

    def _merge(self, engine_thread: EngineThread) -> None:
        counted = engine_thread.reports()
        stats.merge(self._environment, counted)
        self._unsent.add(counted)

    def _send_metrics(self, *, final: bool = False) -> None:
        self._time_users()
        self._unsent.add(self.metrics)
        metrics, self._unsent, self.metrics = self._unsent, RunMetrics(), RunMetrics()
        data = {"metrics": msgspec.msgpack.encode(metrics), "at": self._run_seconds(), "final": final}
        self._send("metrics", data)

    def _time_users(self) -> None:
        """Measure how busy the users of the locust tier kept this process; the engine reports its own time."""
        now, busy = time.perf_counter(), time.process_time()
        if self._plan and self._plan.profile.tier == "locust" and self.is_measured(now):
            self.metrics.elapsed += now - self._timed[0]
            self.metrics.busy += busy - self._timed[1]
        self._timed = now, busy

    def _send(self, name: str, data: Mapping[str, Any]) -> None:
        self._runner.send_message(f"load.{name}", dict(data))


def wait(job: Job) -> Any:
    """Wait for a job of the engine while other greenlets run; return its result or raise its error."""
    while not job.done:
        gevent.sleep(0.01)
    if job.error:
        raise job.error
    return job.result
