"""One process's part of a run: on a worker, or on a machine that does everything itself.

The chief (`chief.py`) says when: `load.share` (which part), `load.begin`, `load.rate`, `load.end`. The hand answers
with `load.ready` when tokens are fetched and with `load.books` once a second.
"""

import dataclasses
import time
from collections.abc import Mapping
from typing import Any, cast

import gevent
import msgspec
from gevent import monkey
from gevent.event import Event
from locust.env import Environment

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.config import plan, targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Options, Plan
from loginradius_harness.load.config.profiles import Profile
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.engine.engine_thread import EngineThread, Job
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.locust_plugin import stats
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.workload import account_pool, execution
from loginradius_harness.load.workload.arrival_schedule import WorkerShare, arrivals
from loginradius_harness.load.workload.virtual_users import VirtualUser, steady

_SEND_SECONDS = 1.0
_MERGE_SECONDS = 0.25
_RENEW_SECONDS = 20.0

start_native_thread = monkey.get_original("_thread", "start_new_thread")
native_lock = monkey.get_original("_thread", "allocate_lock")


class WorkerNode:
    """Lives as long as the process; `start` makes it ready for one run."""

    def __init__(self, environment: Environment, guard: EgressFilter) -> None:
        assert environment.runner  # noqa: S101  # locust fires `init` with a runner
        self._environment, self._guard, self._runner = environment, guard, environment.runner
        self._share = WorkerShare()
        self._driver: EngineThread | None = None
        self._plan: Plan | None = None
        self._lanes = 0
        self._epoch = 0.0
        self._timed = 0.0, 0.0  # wall and processor time until which users were timed
        self._unsent = RunMetrics()
        self._clock: ServerClock | None = None
        self.client: Client | None = None
        self.governor: RateLimiter | None = None
        self.mix: execution.ScenarioMix | None = None
        self.begun = Event()
        self.open = False  # whether users may start something
        self.under_way = 0  # flows of the locust tier
        self.books = RunMetrics()  # of the locust tier
        for name in ("share", "begin", "rate", "end"):
            self._runner.register_message(f"load.{name}", self._listener(name))

    # --- orders of the chief ---------------------------------------------------------------------------------------

    def _listener(self, name: str) -> Any:
        order = getattr(self, f"on_{name}")
        return lambda msg, **_: order(msg.data or {})

    def on_share(self, data: Mapping[str, Any]) -> None:
        """Which part of the load is ours; also in the middle of a run, when a worker came or went."""
        self._share = WorkerShare(data["index"], data["count"])
        if self.governor:
            self.governor.deal(self._share, time.perf_counter())
        if self.begun.is_set():
            self._offer()

    def on_begin(self, _data: Mapping[str, Any]) -> None:
        """All are ready: go."""
        assert self._plan  # noqa: S101  # the chief waits for `load.ready`
        assert self._driver  # noqa: S101  # as above
        warm_up = self._plan.profile.warm_up
        self._epoch = time.perf_counter()
        self._timed = self._epoch, time.process_time()
        if self._plan.profile.tier == "engine":
            self._driver.tell(lambda engine: engine.begin(warm_up))
        self.open = True
        self.begun.set()
        self._offer()
        self._keep_lanes()

    def on_rate(self, data: Mapping[str, Any]) -> None:
        """Another highest rate from now on."""
        if self._plan:
            self._plan = dataclasses.replace(self._plan, curve=self._plan.curve.scaled(data["rate"]))
            self._offer()

    def on_end(self, _data: Mapping[str, Any]) -> None:
        """Finish what is under way, then hand in the last books."""
        gevent.spawn(self._end)

    # --- a run -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Get ready, and tell the chief: accounts, connections, tokens."""
        self.begun.clear()
        try:
            driver, chores = self._prepare()
        except (ConfigurationError, InfrastructureError) as error:
            self._send("ready", {"error": str(error), "code": error.exit_code})
            return
        gevent.spawn(self._warm_up, driver, chores)
        gevent.spawn(self._work, driver)

    def _prepare(self) -> tuple[EngineThread, list[execution.Chore]]:
        options = cast("Options", self._environment.parsed_options)
        self._plan = made = plan.decide(options, self._environment.host, self._guard.permit)
        self.client = client = Client(made.target)
        client.listeners.append(self._count)
        self._clock = clock = steady(client.clock)
        accounts = account_pool.part(account_pool.load(made.pool, made.accounts), self._share)
        account_pool.age(accounts, clock.now())
        actors = [VirtualUser(clock, account) for account in accounts]
        self.mix = mix = execution.compose(made.profile.mix, made.target, actors, clock)
        self.governor = governor = self._governor(made)
        endpoint = targets.endpoint(made.target, self._guard.permit(made.target.api_url, made.target.config_url))
        profile = made.profile
        self._driver = EngineThread(
            lambda: Engine(
                endpoint, mix, client.redactor, governor=governor,
                connections=profile.connections, timeout=profile.timeout, think=profile.think,
            ),
            start_native_thread,
        )  # fmt: skip
        return self._driver, execution.setup_task(mix, made.target, clock)

    def _warm_up(self, driver: EngineThread, chores: list[execution.Chore]) -> None:
        """Fetch the tokens that are missing."""
        failures = wait(driver.start(chores))
        self._send("ready", {"error": failures[0], "code": ConfigurationError.exit_code} if failures else {})

    def _governor(self, made: Plan) -> RateLimiter | None:
        if not made.allowance:
            return None
        return RateLimiter(made.allowance, self._share, time.perf_counter(), lock=native_lock)

    def _work(self, driver: EngineThread) -> None:
        """Beside the run: merge what the engine counted, report, keep tokens alive."""
        ticks = 0
        while driver is self._driver:
            gevent.sleep(_MERGE_SECONDS)
            self._merge()
            ticks += 1
            if ticks % round(_SEND_SECONDS / _MERGE_SECONDS) == 0 and driver is self._driver:
                self._send_books()
            if ticks % round(_RENEW_SECONDS / _MERGE_SECONDS) == 0:
                self._renew(driver)

    def _renew(self, driver: EngineThread) -> None:
        if self.mix and self._plan and self._clock and self.open:
            chores = execution.renewals(self.mix, self._plan.target, self._clock)
            driver.tell(lambda engine: engine.renew(chores))

    def _end(self) -> None:
        self.open = False
        while self.under_way:
            gevent.sleep(0.01)
        driver, self._driver = self._driver, None
        if driver:
            wait(driver.end())
            self._take(driver)
            driver.close()
        self._send_books(final=True)

    # --- the load --------------------------------------------------------------------------------------------------

    def lane(self, change: int) -> None:
        """One engine user more or less."""
        self._lanes += change
        self._keep_lanes()

    def program(self, scenario: str) -> execution.BoundScenario:
        """The program of a scenario, for the users of the locust tier."""
        assert self.mix  # noqa: S101  # users wait until the run has begun
        return next(program for program in self.mix.programs if program.name == scenario)

    @property
    def profile(self) -> Profile:
        """What is run, for the users of the locust tier."""
        assert self._plan  # noqa: S101  # users are made after `start`
        return self._plan.profile

    @property
    def redactor(self) -> Redactor:
        """Makes answers fit to be shown."""
        assert self.client  # noqa: S101  # users wait until the run has begun
        return self.client.redactor

    def measured(self, at: float) -> bool:
        """Whether what starts at a moment enters the figures."""
        return self._plan is not None and self.begun.is_set() and at >= self._epoch + self._plan.profile.warm_up

    def _keep_lanes(self) -> None:
        lanes = self._lanes
        if self._driver and self._plan and self.open and self._is_engine("closed"):
            self._driver.tell(lambda engine: engine.keep_lanes(lanes))

    def _offer(self) -> None:
        if self._driver and self._plan and self.open and self._is_engine("open"):
            begin = time.perf_counter() - self._epoch
            starts = arrivals(self._plan.curve, self._share, self._plan.profile.spacing, begin=begin)
            self._driver.tell(lambda engine: engine.offer(starts))

    def _is_engine(self, model: str) -> bool:
        return self._plan is not None and self._plan.profile.tier == "engine" and self._plan.profile.model == model

    # --- books -----------------------------------------------------------------------------------------------------

    def _count(self, exchange: Exchange) -> None:
        """A request that the harness itself made: the target counts it too."""
        self.books.wired += exchange.attempts
        self.books.answered += exchange.attempts

    def _merge(self) -> None:
        if self._driver:
            self._take(self._driver)

    def _take(self, driver: EngineThread) -> None:
        counted = driver.reports()
        stats.merge(self._environment, counted)
        self._unsent.add(counted)

    def _send_books(self, *, final: bool = False) -> None:
        self._time_users()
        self._unsent.add(self.books)
        books, self._unsent, self.books = self._unsent, RunMetrics(), RunMetrics()
        at = time.perf_counter() - self._epoch
        self._send("books", {"books": msgspec.msgpack.encode(books), "at": at, "final": final})

    def _time_users(self) -> None:
        """How busy the users of the locust tier kept this process; the engine tells its own."""
        now, busy = time.perf_counter(), time.process_time()
        if self._plan and self._plan.profile.tier == "locust" and self.measured(now):
            self.books.elapsed += now - self._timed[0]
            self.books.busy += busy - self._timed[1]
        self._timed = now, busy

    def _send(self, name: str, data: Mapping[str, Any]) -> None:
        self._runner.send_message(f"load.{name}", dict(data))


def wait(job: Job) -> Any:
    """Let other greenlets work until the engine has done something."""
    while not job.done:
        gevent.sleep(0.01)
    if job.error:
        raise job.error
    return job.result
