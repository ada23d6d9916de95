"""Where a run meets locust: its options, its shape, its start and stop, its web UI."""

import atexit
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import gevent
from locust import LoadTestShape, User, runners
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.event import Events
from locust.runners import LocalRunner, MasterRunner, WorkerRunner

from loginradius_harness import contracts
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load.analysis import prometheus
from loginradius_harness.load.analysis.slo import Result
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.locust_plugin import cli_options, quick_quit, stats, web_ui
from loginradius_harness.load.locust_plugin.coordinator import Console, Coordinator, print_lines
from loginradius_harness.load.locust_plugin.users import CONTRACT_USERS, ContractUser, EngineUser
from loginradius_harness.load.locust_plugin.worker import Worker
from loginradius_harness.load.workload.scenarios import LOG_IN

EMULATOR = "http://127.0.0.1:8484"  # where `loginradius-harness emulator` listens by default
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_OTEL_DEFAULTS = {
    "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",  # the standard's; locust's, gRPC, blocks the process while it sends
    "OTEL_METRIC_EXPORT_INTERVAL": "5000",  # milliseconds; the standard's minute is longer than many runs
    "OTEL_EXPORTER_OTLP_TIMEOUT": "2",  # seconds by which a silent collector may delay the end of the process
    "OTEL_TRACES_EXPORTER": "none",  # there are no spans of the engine, and no logs but locust's own
    "OTEL_LOGS_EXPORTER": "none",
}
_LOCUST_DEFAULTS = {
    "LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP": "0",  # a master that waits hears no worker meanwhile
}
_WORKER_SILENCE_SECONDS = 10  # after which locust forgets a worker; its own 3 end runs on machines that stand still
_POLL_SECONDS = 0.25
_STOP_SECONDS = 0.8  # for the answers in flight when a worker is stopped


class ProfileShape(LoadTestShape):
    """The profile as a locust shape: locust asks each second how many users it should keep.

    A worker has no coordinator: it is never asked.
    """

    abstract = False
    coordinator: Coordinator | None = None

    def tick(self) -> tuple[int, float, list[type[User]] | None] | None:
        """Return users, spawn rate and user classes; None ends the test."""
        return self.coordinator.tick() if self.coordinator else None


def install(events: Events) -> None:
    """Listen to locust's events."""
    for name, value in (_OTEL_DEFAULTS | _LOCUST_DEFAULTS).items():
        os.environ.setdefault(name, value)
    runners.HEARTBEAT_LIVENESS = _WORKER_SILENCE_SECONDS
    events.init_command_line_parser.add_listener(_add_options)
    events.init.add_listener(_set_up)


def _add_options(parser: LocustArgumentParser, **_: Any) -> None:
    cli_options.add(parser)


def _set_up(environment: Environment, **_: Any) -> None:
    """Give the process its roles: a worker generates load, a master coordinates, a single process does both."""
    atexit.register(gc.freeze)  # what is left is not searched for garbage, which takes longer than all else at the end
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs URLs, and a URL holds the API key
    stats.use_finer_buckets()
    Console.takes_error_stream = bool(environment.parsed_options and environment.parsed_options.json)
    egress = EgressFilter(*_collectors(environment))
    try:
        egress.install()
    except ConfigurationError as error:  # the collector has no address
        print_lines(str(error))
        sys.exit(error.exit_code)
    is_worker = isinstance(environment.runner, WorkerRunner)
    environment.host = environment.host or os.environ.get("HARNESS_TARGET") or EMULATOR
    if is_worker or isinstance(environment.runner, LocalRunner):
        _add_worker(environment, egress)
    if not is_worker:
        _add_coordinator(environment, egress)


def _add_worker(environment: Environment, egress: EgressFilter) -> None:
    worker = Worker(environment, egress)
    EngineUser.worker = ContractUser.worker = worker
    contracts.get(LOG_IN.operation)  # loads all of them now: later it would delay a heartbeat
    environment.events.test_start.add_listener(lambda **_: worker.start())
    if isinstance(environment.runner, WorkerRunner):
        environment.events.quitting.add_listener(lambda **_: worker.end(_STOP_SECONDS))
        _stop_on_signals(environment, lambda _: _leave(worker, environment))
        worker.announce()


def _leave(worker: Worker, environment: Environment) -> None:
    """Let this worker leave a run in order: the others take over."""
    worker.end(_STOP_SECONDS)
    assert environment.runner  # noqa: S101  # locust fires `init` with a runner
    environment.runner.quit()


def _add_coordinator(environment: Environment, egress: EgressFilter) -> None:
    if isinstance(environment.runner, MasterRunner):
        quick_quit.install(environment.runner)
    coordinator = Coordinator(environment, egress, EngineUser, CONTRACT_USERS)
    ProfileShape.coordinator = coordinator
    environment.events.test_stopping.add_listener(lambda **_: coordinator.finish())
    environment.events.quitting.add_listener(lambda **_: coordinator.finish())
    _stop_on_signals(environment, lambda reason: _stop(coordinator, environment, reason))
    if environment.web_ui:
        web_ui.install(environment, coordinator)
    else:
        _check_before_start(coordinator, environment)
        _wait_for_workers(environment)
    _serve_metrics(coordinator, environment)
    _export_metrics(coordinator, environment)


def _collectors(environment: Environment) -> list[str]:
    """Return the URLs to which `locust --otel` sends."""
    if not environment.parsed_options or not environment.parsed_options.otel:
        return []
    given = [os.environ.get(f"OTEL_EXPORTER_OTLP_{kind}ENDPOINT") for kind in ("", "METRICS_", "TRACES_", "LOGS_")]
    return [url for url in given if url] or ["http://localhost:4318"]


def _export_metrics(coordinator: Coordinator, environment: Environment) -> None:
    if not environment.parsed_options or not environment.parsed_options.otel:
        return
    try:
        from loginradius_harness.load.analysis import opentelemetry  # noqa: PLC0415  # the extra may be missing
    except ImportError:
        print_lines("--otel needs the extra otel: pip install 'loginradius-harness[otel]'.")
        sys.exit(ConfigurationError.exit_code)
    opentelemetry.export(coordinator)
    environment.events.test_stop.add_listener(lambda **_: opentelemetry.flush())


def _serve_metrics(coordinator: Coordinator, environment: Environment) -> None:
    port = environment.parsed_options.metrics_port if environment.parsed_options else 0
    if not port:
        return
    try:
        prometheus.serve(coordinator, port)
    except (OSError, OverflowError) as error:
        print_lines(f"--metrics-port {port} cannot be used: {error}.")
        sys.exit(ConfigurationError.exit_code)


def _stop(coordinator: Coordinator, environment: Environment, reason: str) -> None:
    """Stop the run and the process; the report is written first."""
    print_lines(f"stopping: {reason}")
    was_running = coordinator.is_running
    coordinator.finish(reason)
    if environment.web_ui:
        os.kill(os.getpid(), signal.SIGTERM)  # locust's own handler closes the web UI
    elif was_running and environment.runner:
        environment.runner.quit()
    else:
        sys.exit(Result.PARTIAL.exit_code)


def _stop_on_signals(environment: Environment, stop: Callable[[str], None]) -> None:
    """Call `stop` once, at the first signal that ends processes, or when the parent has gone."""
    stopping = False

    def stop_once(reason: str) -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            stop(reason)

    for number in _SIGNALS:
        gevent.signal_handler(number, stop_once, f"stopped by {signal.Signals(number).name}")
    options = environment.parsed_options
    if options and (options.exit_with_parent or options.processes):  # forked workers are children, too
        gevent.spawn(_watch_parent, stop_once)


def _watch_parent(stop: Callable[[str], None]) -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        gevent.sleep(_POLL_SECONDS)
    stop("the parent process has ended")


def _wait_for_workers(environment: Environment) -> None:
    """Wait for the expected workers, and exit as after an infrastructure error when they do not come in time."""
    options, runner = environment.parsed_options, environment.runner
    if not isinstance(runner, MasterRunner) or not options or not options.expect_workers_max_wait:
        return
    deadline = time.monotonic() + options.expect_workers_max_wait
    while len(runner.clients.ready) < options.expect_workers:
        if time.monotonic() > deadline:
            print_lines(
                f"{len(runner.clients.ready)} of {options.expect_workers} workers came within "
                f"{options.expect_workers_max_wait} s; start the others, or raise --expect-workers-max-wait."
            )
            runner.quit()
            sys.exit(InfrastructureError.exit_code)
        gevent.sleep(_POLL_SECONDS)


def _check_before_start(coordinator: Coordinator, environment: Environment) -> None:
    """Exit before locust starts anything: without a web UI nobody can correct a mistake."""
    try:
        coordinator.decide(cli_options.read(environment.parsed_options), environment.host)
    except (ConfigurationError, InfrastructureError) as error:
        print_lines(str(error))
        sys.exit(error.exit_code)
