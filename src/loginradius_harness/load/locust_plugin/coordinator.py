"""The coordinator of a run: decides what is run, when it begins and ends, and how it is reported.

It lives on the master, or in the only process.
"""

import contextlib
import dataclasses
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import gevent
import msgspec
from locust import User, runners
from locust.env import Environment
from locust.runners import STATE_INIT, STATE_RUNNING, MasterRunner, Runner

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load import seeding
from loginradius_harness.load.analysis import report, run_result, slo
from loginradius_harness.load.analysis.abort import AbortMonitor
from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.analysis.slo import Row
from loginradius_harness.load.analysis.validity import Validity
from loginradius_harness.load.config import plan, targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Options, Plan
from loginradius_harness.load.config.profiles import Profile
from loginradius_harness.load.locust_plugin import cli_options
from loginradius_harness.load.metrics.counters import RunMetrics

_POLL_SECONDS = 0.5
_SILENCE_SECONDS = 3  # after which the others take over a worker's share
_LAST_METRICS_SECONDS = 5.0  # beyond the profile's timeout, for the last metrics to arrive
_STOP_SECONDS = 0.8  # for the answers in flight when a run is stopped; as long again for the last metrics

Tick = tuple[int, float, list[type[User]]]


class Coordinator:
    """Lives as long as the process; one run at a time.

    `engine` is the user class of the engine tier, `users` maps scenario -> user class of the locust tier.
    """

    def __init__(
        self, environment: Environment, egress: EgressFilter, engine: type[User], users: Mapping[str, type[User]]
    ) -> None:
        assert environment.runner  # noqa: S101  # locust fires `init` with a runner
        self._environment, self._egress, self._engine, self._users = environment, egress, engine, users
        self._runner: Runner = environment.runner
        self._runner.register_message("load.ready", lambda msg, **_: self._on_ready(msg.node_id, msg.data))
        self._runner.register_message("load.metrics", lambda msg, **_: self._on_metrics(msg.node_id, msg.data))
        self._runner.register_message("load.hello", lambda msg, **_: self._on_hello(msg.node_id))
        self._state = "idle"  # idle -> preparing -> running -> ending -> over
        self._workers: list[str] = []
        self._reported: dict[str, float] = {}  # worker -> the moment until which its starts are counted
        self._ready: set[str] = set()
        self._final: set[str] = set()
        self._left: set[str] = set()  # lost without their last metrics
        self._epoch = 0.0
        self._served_before: int | None = None
        self.plan: Plan | None = None
        self.run: Run | None = None

    # --- before ----------------------------------------------------------------------------------------------------

    def decide(self, options: Options, host: str | None) -> Plan:
        """Return the plan of a run; ConfigurationError or InfrastructureError when it cannot be carried out."""
        made = plan.decide(options, host, self._egress.permit)
        self._require_user_classes(made.profile)
        self._egress.permit(*targets.urls(made.target, made.hosts))
        targets.require_consent(made.target, made.consent)
        seeding.ensure_accounts(made)
        return made

    def _require_user_classes(self, profile: Profile) -> None:
        """Raise ConfigurationError when locust has no user class for a scenario of the locust tier."""
        missing = [name for name in profile.mix if name not in self._users]
        if profile.tier == "locust" and missing:
            raise ConfigurationError(
                f'The profile {profile.name} has tier = "locust", but no user class runs {", ".join(missing)}. Add one '
                "to CONTRACT_USERS (load/locust_plugin/users.py) and to loadtests/locustfile.py, or leave out `tier`."
            )

    def start(self) -> None:
        """Plan a run and give every process its share; each prepares when locust starts the test there."""
        self.plan, self.run, self._epoch, self._served_before = None, None, 0.0, None
        self._ready, self._final, self._left = set(), set(), set()
        self._reported, self._state = {}, "preparing"
        try:
            options = cli_options.read(self._environment.parsed_options)
            self.plan = made = self.decide(options, self._environment.host)
        except (ConfigurationError, InfrastructureError) as error:
            self.fail(str(error), error.exit_code)
            return
        self.run = run_result.new_run(made, datetime.now(UTC))
        print_lines(*made.lines())
        self._served_before = self._served()
        if self._state == "preparing":  # it may have been stopped in the meantime
            self._assign_shares(self._present())
            gevent.spawn(self._supervise, AbortMonitor(made.profile.abort))

    def fail(self, text: str, exit_code: int) -> None:
        """End without a run, and print why."""
        print_lines(text)
        self._environment.process_exit_code = exit_code
        self._send_all("load.end", grace=0.0)
        self._state = "over"

    # --- during ----------------------------------------------------------------------------------------------------

    def tick(self) -> Tick | None:
        """Return what locust's shape needs each second: users, spawn rate, user classes; None when the run is over."""
        if self._runner.state == STATE_INIT and self._state in {"idle", "over"}:
            self.start()
        if self._state == "running" and self.plan and self.seconds >= self.plan.curve.seconds:
            self.finish()
        if self._state in {"ending", "over"} or self.plan is None:
            return None
        self._start_latecomers()
        wanted = len(self._workers)
        if self.plan.profile.model == "closed":
            wanted = max(1, round(self.plan.curve.level(self.seconds)))
        return wanted, float(max(wanted, 1)), self._classes(self.plan)

    @property
    def seconds(self) -> float:
        """Return the seconds since the start of the load; 0 before."""
        return time.perf_counter() - self._epoch if self._epoch else 0.0

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the limits of the current run, evaluated now; none before the first measured answer."""
        if not self.run or not self.plan or not self.run.metrics.operations:
            return ()
        seconds = max(0.0, min(self.seconds - self.run.warm_up, self.run.planned))
        return self.run.rows or slo.evaluate(self.run.metrics, self.plan.profile.slo, seconds)

    @property
    def validity(self) -> Validity | None:
        """Return the validity of the current run, assessed now; None without a run."""
        if not self.run or not self.plan:
            return None
        return self.run.validity or self.run.assess(self.plan, self.rows)

    def change_rate(self, peak: float) -> None:
        """Scale the rest of an open run to another peak rate; ConfigurationError when there is no such run."""
        if self._state != "running" or not self.plan or self.plan.profile.model != "open":
            raise ConfigurationError("There is no run with open arrivals whose rate could be changed.")
        if not peak > 0:
            raise ConfigurationError("The rate must be above 0.")
        self.plan = dataclasses.replace(self.plan, curve=self.plan.curve.scaled(peak))
        self._send_all("load.rate", rate=peak)
        print_lines(f"the peak rate is {peak:g}/s from now on")

    def _classes(self, made: Plan) -> list[type[User]]:
        if made.profile.tier == "engine":
            return [self._engine]
        for name, weight in made.profile.mix.items():
            self._users[name].weight = weight
        return [self._users[name] for name in made.profile.mix]

    def _assign_shares(self, workers: list[str]) -> None:
        """Tell every process which part of the load is its own."""
        self._workers = workers
        for index, worker in enumerate(workers):
            self._runner.send_message("load.share", {"index": index, "count": len(workers)}, worker)

    def _present(self) -> list[str]:
        if not isinstance(self._runner, MasterRunner):
            return ["local"]
        clients = self._runner.clients
        return sorted(node.id for node in (*clients.ready, *clients.spawning, *clients.running))

    def _send_all(self, name: str, **data: Any) -> None:
        for worker in self._workers:
            self._runner.send_message(name, data, worker)

    def _start_latecomers(self) -> None:
        """Make locust start the test on workers that have come since.

        By itself it does so only if no other dispatch is in progress, and one that only rebalances users is for ever.
        """
        if (
            isinstance(self._runner, MasterRunner)
            and self._runner.state == STATE_RUNNING
            and self._runner.clients.ready
        ):
            self._runner.shape_last_tick = None  # locust dispatches users when its shape says something new

    def _on_hello(self, worker: str) -> None:
        """Tell a worker that comes while a run prepares or runs which part is its own: the next share."""
        if self._state in {"preparing", "running"}:
            workers = self._workers if worker in self._workers else [*self._workers, worker]
            self._runner.send_message("load.share", {"index": workers.index(worker), "count": len(workers)}, worker)

    def _on_ready(self, worker: str, data: Mapping[str, Any]) -> None:
        if self._state == "running" and worker not in self._workers:
            self._admit(worker, data.get("error", ""))
        if self._state != "preparing":
            return
        if "error" in data:
            self.fail(data["error"], data["code"])
            return
        self._ready.add(worker)
        self._begin_when_ready()

    def _begin_when_ready(self) -> None:
        if self._ready >= set(self._workers):
            self._state, self._epoch = "running", time.perf_counter()
            self._send_all("load.begin")
            for late in sorted(self._ready - set(self._workers)):
                self._admit(late)

    def _admit(self, worker: str, error: str = "") -> None:
        """Let a worker that came during the run take its share of what remains; one that cannot is left out."""
        if error:
            self._note(f"a worker that came after {self.seconds:.0f} s cannot take part: {error}")
            return
        assert self.plan  # noqa: S101  # there is a run
        self._note(f"a worker joined after {self.seconds:.0f} s")
        self._assign_shares([*self._workers, worker])
        self._reported[worker] = self.seconds
        self._runner.send_message("load.rate", {"rate": self.plan.curve.peak}, worker)
        self._runner.send_message("load.begin", {"at": self.seconds}, worker)

    def _note(self, text: str) -> None:
        """Print an incident, and keep it for the report."""
        print_lines(text)
        if self.run:
            self.run.notes += (text,)

    def _on_metrics(self, worker: str, data: Mapping[str, Any]) -> None:
        if self.run and self._state in {"preparing", "running", "ending"}:
            self._reported[worker] = data["at"]
            metrics = msgspec.msgpack.decode(data["metrics"], type=RunMetrics)
            self.run.add(metrics, data["at"])
            self._newest.add(metrics)
            if data["final"]:
                self._final.add(worker)

    def _supervise(self, monitor: AbortMonitor) -> None:
        """Notice what sends no message: lost workers, a target that does not answer."""
        self._newest = RunMetrics()
        while self._state in {"preparing", "running"}:
            gevent.sleep(_POLL_SECONDS)
            if self._state not in {"preparing", "running"}:
                return  # the run has ended meanwhile, and its workers leave
            self._notice_lost_workers()
            newest, self._newest = self._newest, RunMetrics()
            reason = monitor.observe(newest, self.seconds) if self._state == "running" else ""
            if reason:
                self.finish(reason, silent=monitor.silent)

    def _heard(self) -> list[str]:
        """Return the workers whose heartbeat came in time.

        If it is everyone's that is missing, this machine has stood still rather than theirs.
        """
        present = self._present()
        if self._state != "running" or not isinstance(self._runner, MasterRunner):
            return present
        silent = {
            node.id
            for node in self._runner.clients.values()
            if runners.HEARTBEAT_LIVENESS - node.heartbeat > _SILENCE_SECONDS
        }
        return [worker for worker in present if worker not in silent] or present

    def _notice_lost_workers(self) -> None:
        present = set(self._heard())
        gone = set(self._workers) - present
        if gone:
            self._replace(gone)
        for worker in sorted(self._left & present):  # it was only out of reach, and goes on with its old share
            self._left.remove(worker)
            self._note(f"a worker is back after {self.seconds:.0f} s")
            self._assign_shares([*self._workers, worker])

    def _replace(self, gone: set[str]) -> None:
        """Divide the load among the workers that remain; what is missing meanwhile counts against the run."""
        assert self.run  # noqa: S101  # there is a run
        lost = gone - self._final  # the others have left in order, with their last metrics
        self.run.lost_workers += len(lost)
        missing = sum(map(self._missing_starts, gone))
        self.run.missing_starts += missing
        note = f"{len(gone)} of {len(self._workers)} workers left after {self.seconds:.0f} s; the others take over"
        if lost:
            note += f"; what {len(lost)} did since the last report is not counted"
        self._note(f"{note}; about {missing:.0f} planned starts are missing")
        self._left |= lost
        self._assign_shares([worker for worker in self._workers if worker not in gone])
        if not self._workers:
            self.finish("every worker has left")
        elif self._state == "preparing":
            self._begin_when_ready()

    def _missing_starts(self, worker: str) -> float:
        """Return the measured starts of an open run that a worker should have made since its last report."""
        assert self.plan  # noqa: S101  # there is a run
        if self.plan.profile.model != "open" or not self._epoch:
            return 0.0
        since = max(self._reported.get(worker, 0.0), self.plan.profile.warm_up)
        due = self.plan.curve.area_at(max(since, self.seconds)) - self.plan.curve.area_at(since)
        return due / len(self._workers)

    # --- after -----------------------------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Return whether a run has been started and has not ended."""
        return self._state in {"preparing", "running", "ending"}

    def finish(self, reason: str = "", *, silent: bool = False) -> None:
        """End the run, wait for the last metrics, report; a second caller waits for the first.

        `reason` is why it ends early; `silent` says that the target has stopped answering.
        """
        if self.plan and self._state in {"preparing", "running"}:
            self._state = "ending"
            ended = self.seconds
            is_over = ended >= self.plan.curve.seconds
            grace = self.plan.profile.timeout if is_over or silent else _STOP_SECONDS
            self._send_all("load.end", grace=grace)
            self._wait_for_metrics(grace + (_LAST_METRICS_SECONDS if is_over else _STOP_SECONDS))
            self._conclude(ended, "" if is_over else reason or "stopped by hand", silent=silent)
            self._state = "over"
        while self._state == "ending":
            gevent.sleep(_POLL_SECONDS / 10)

    def _wait_for_metrics(self, seconds: float) -> None:
        deadline = time.perf_counter() + seconds
        while not self._final >= set(self._workers) and time.perf_counter() < deadline:
            gevent.sleep(_POLL_SECONDS / 10)

    def _conclude(self, ended: float, reason: str, *, silent: bool) -> None:
        assert self.plan and self.run  # noqa: S101, PT018  # there is a run
        served = self._served()
        if served is not None and self._served_before is not None:
            self.run.served = served - self._served_before
        self.run.conclude(self.plan, ended, reason, silent=silent)
        self._environment.process_exit_code = self.run.result.exit_code
        print_lines(*report.lines(self.run))
        try:
            path = run_result.save(self.run)
            report.record(self.run)
            print_lines(f"recorded in {path}")
        except OSError as error:
            print_lines(f"The report could not be written: {error}.")
            self._environment.process_exit_code = InfrastructureError.exit_code

    def _served(self) -> int | None:
        """Return how many requests an emulator has answered, by its own count."""
        if not self.plan or not self.plan.target.is_emulator:
            return None
        try:
            with EmulatorClient(self.plan.target.api_url, self.plan.target.api_key) as control:
                return int(control.journal(after=sys.maxsize)["count"])
        except InfrastructureError:
            return None


class Console:
    """Where a run prints: standard output, unless locust's own `--json` needs that for itself."""

    takes_error_stream: ClassVar[bool] = False


def print_lines(*lines: str) -> None:
    """Print to the console: the figures are the output of the command, not a log.

    A reader that has gone away must not keep a run from ending.
    """
    stream = sys.stderr if Console.takes_error_stream else sys.stdout
    with contextlib.suppress(BrokenPipeError):
        for line in lines:
            print(line, file=stream, flush=True)
