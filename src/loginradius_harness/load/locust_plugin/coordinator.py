"""The side that decides: what is run, when it begins and ends, what it amounts to.

It lives on the master, or in the only process.
"""

import dataclasses
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import gevent
import msgspec
from locust import User
from locust.env import Environment
from locust.runners import STATE_INIT, MasterRunner, Runner

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load import supply
from loginradius_harness.load.analysis import report, run_result
from loginradius_harness.load.analysis.abort import AbortMonitor
from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.config import plan, targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Options, Plan
from loginradius_harness.load.metrics.counters import RunMetrics

_LOOK_SECONDS = 0.5
_GRACE_SECONDS = 5.0  # beyond the profile's timeout, for the last books to arrive

Tick = tuple[int, float, list[type[User]]]


class Coordinator:
    """Lives as long as the process; one run at a time.

    `engine` is the user class of the engine tier, `users` maps scenario -> user class of the locust tier.
    """

    def __init__(
        self, environment: Environment, guard: EgressFilter, engine: type[User], users: Mapping[str, type[User]]
    ) -> None:
        assert environment.runner  # noqa: S101  # locust fires `init` with a runner
        self._environment, self._guard, self._engine, self._users = environment, guard, engine, users
        self._runner: Runner = environment.runner
        self._runner.register_message("load.ready", lambda msg, **_: self._on_ready(msg.node_id, msg.data))
        self._runner.register_message("load.books", lambda msg, **_: self._on_books(msg.node_id, msg.data))
        self._state = "idle"  # idle -> preparing -> running -> ending -> over
        self._hands: list[str] = []
        self._ready: set[str] = set()
        self._final: set[str] = set()
        self._epoch = 0.0
        self._reason = ""
        self.plan: Plan | None = None
        self.run: Run | None = None

    # --- before ----------------------------------------------------------------------------------------------------

    def decide(self, options: Options, host: str | None) -> Plan:
        """The plan of a run; ConfigurationError or InfrastructureError when it can not be carried out."""
        made = plan.decide(options, host, self._guard.permit)
        self._guard.permit(made.target.api_url, made.target.config_url)
        targets.require_consent(made.target, made.consent)
        supply.stock(made)
        return made

    @property
    def options(self) -> Options:
        """Of the command line, as changed by the start form."""
        return cast("Options", self._environment.parsed_options)

    def start(self) -> None:
        """Deal the run out: every process gets its share and makes itself ready when locust starts the test there."""
        self.plan, self.run, self._epoch, self._reason = None, None, 0.0, ""
        self._ready, self._final, self._state = set(), set(), "preparing"
        try:
            self.plan = made = self.decide(self.options, self._environment.host)
        except (ConfigurationError, InfrastructureError) as error:
            self.fail(str(error), error.exit_code)
            return
        say(*made.lines())
        self.run = run_result.begun(made, datetime.now(UTC))
        self._served_before = self._served()
        self._deal()
        gevent.spawn(self._look_after, AbortMonitor(made.profile.abort))

    def fail(self, text: str, exit_code: int) -> None:
        """Nothing will be run, or no further: say why, once."""
        say(text)
        self._environment.process_exit_code = exit_code
        self._tell("load.end")
        self._state = "over"

    # --- during ----------------------------------------------------------------------------------------------------

    def tick(self) -> Tick | None:
        """What locust's shape asks each second: users, how fast, which classes; None when the run is over."""
        if self._runner.state == STATE_INIT and self._state in {"idle", "over"}:
            self.start()
        if self._state == "running" and self.plan and self.seconds >= self.plan.curve.seconds:
            self.finish()
        if self._state in {"ending", "over"} or self.plan is None:
            return None
        wanted = len(self._hands)
        if self.plan.profile.model == "closed":
            wanted = max(1, round(self.plan.curve.level(self.seconds)))
        return wanted, float(max(wanted, 1)), self._classes(self.plan)

    @property
    def seconds(self) -> float:
        """Since the start of the load; 0 before."""
        return time.perf_counter() - self._epoch if self._epoch else 0.0

    def change_rate(self, peak: float) -> None:
        """Scale the rest of an open run to another highest rate; ConfigurationError when there is none to scale."""
        if self._state != "running" or not self.plan or self.plan.profile.model != "open":
            raise ConfigurationError("no run with open arrivals is under way")
        if not peak > 0:
            raise ConfigurationError("the rate must be above 0")
        self.plan = dataclasses.replace(self.plan, curve=self.plan.curve.scaled(peak))
        self._tell("load.rate", rate=peak)
        say(f"the highest rate is {peak:g}/s from now on")

    def _classes(self, made: Plan) -> list[type[User]]:
        if made.profile.tier == "engine":
            return [self._engine]
        for name, weight in made.profile.mix.items():
            self._users[name].weight = weight
        return [self._users[name] for name in made.profile.mix]

    def _deal(self) -> None:
        """Tell every process which part is its own."""
        self._hands = self._present()
        for index, hand in enumerate(self._hands):
            self._runner.send_message("load.share", {"index": index, "count": len(self._hands)}, hand)

    def _present(self) -> list[str]:
        if not isinstance(self._runner, MasterRunner):
            return ["local"]
        clients = self._runner.clients
        return sorted(node.id for node in (*clients.ready, *clients.spawning, *clients.running))

    def _tell(self, name: str, **data: Any) -> None:
        for hand in self._hands:
            self._runner.send_message(name, data, hand)

    def _on_ready(self, hand: str, data: Mapping[str, Any]) -> None:
        if self._state != "preparing":
            return
        if "error" in data:
            self.fail(data["error"], data["code"])
            return
        self._ready.add(hand)
        if self._ready >= set(self._hands):
            self._state, self._epoch = "running", time.perf_counter()
            self._tell("load.begin")

    def _on_books(self, hand: str, data: Mapping[str, Any]) -> None:
        if self.run and self._state in {"preparing", "running", "ending"}:
            books = msgspec.msgpack.decode(data["books"], type=RunMetrics)
            self.run.add(books, data["at"])
            self._newest.add(books)
            if data["final"]:
                self._final.add(hand)

    def _look_after(self, watch: AbortMonitor) -> None:
        """Notice what nobody tells: workers that are gone, a target that is."""
        self._newest = RunMetrics()
        while self._state in {"preparing", "running"}:
            gevent.sleep(_LOOK_SECONDS)
            self._notice_losses()
            newest, self._newest = self._newest, RunMetrics()
            reason = watch.see(newest, self.seconds) if self._state == "running" else ""
            if reason:
                self.finish(reason, silent=watch.silent)

    def _notice_losses(self) -> None:
        lost = set(self._hands) - set(self._present())
        if not lost or not self.run:
            return
        self.run.lost_workers += len(lost)
        say(f"{len(lost)} of {len(self._hands)} workers lost after {self.seconds:.0f} s; the others take over")
        number = self.run.lost_workers
        self._reason = f"{number} worker{'s'[: number > 1]} lost; what was counted in the last second is missing"
        remaining = [hand for hand in self._hands if hand not in lost]
        self._hands = remaining
        for index, hand in enumerate(remaining):
            self._runner.send_message("load.share", {"index": index, "count": len(remaining)}, hand)
        if not remaining:
            self.finish("every worker is lost")

    # --- after -----------------------------------------------------------------------------------------------------

    def finish(self, reason: str = "", *, silent: bool = False) -> None:
        """End the run, wait for the last books, say what it amounts to. Whoever comes second waits for the first.

        `reason` is why it ends early; `silent` says that the target has stopped answering.
        """
        if self._state in {"preparing", "running"}:
            self._state = "ending"
            self._tell("load.end")
            self._wait_for_books()
            self._conclude(reason, silent=silent)
            self._state = "over"
        while self._state == "ending":
            gevent.sleep(_LOOK_SECONDS / 10)

    def _wait_for_books(self) -> None:
        assert self.plan  # noqa: S101  # there is a run
        deadline = time.perf_counter() + self.plan.profile.timeout + _GRACE_SECONDS
        while not self._final >= set(self._hands) and time.perf_counter() < deadline:
            gevent.sleep(_LOOK_SECONDS / 10)

    def _conclude(self, reason: str, *, silent: bool) -> None:
        assert self.plan and self.run  # noqa: S101, PT018  # there is a run
        served = self._served()
        if served is not None and self._served_before is not None:
            self.run.served = served - self._served_before
        early = "stopped by hand" if self.seconds < self.plan.curve.seconds else ""
        self.run.conclude(self.plan, self.seconds, reason or self._reason or early, silent=silent)
        self._environment.process_exit_code = self.run.result.value
        say(*report.lines(self.run))
        try:
            run_result.save(self.run)
            report.tell(self.run)
        except OSError as error:
            say(f"the report could not be written: {error}")
            self._environment.process_exit_code = InfrastructureError.exit_code

    def _served(self) -> int | None:
        """How many requests an emulator has answered, by its own count."""
        if not self.plan or not self.plan.target.is_emulator:
            return None
        try:
            with EmulatorClient(self.plan.target.api_url, self.plan.target.api_key) as control:
                return int(control.journal(after=sys.maxsize)["count"])
        except InfrastructureError:
            return None


def say(*lines: str) -> None:
    """Tell the person at the console; the figures belong on standard output, not into a log."""
    for line in lines:
        print(line, flush=True)  # noqa: T201  # see above
