"""Where a run meets locust: its options, its shape, its start and stop, its web UI."""

import logging
import os
import sys
from typing import Any

from locust import LoadTestShape, User
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.event import Events
from locust.runners import LocalRunner, WorkerRunner

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.locust_plugin import cli_options, stats, web_ui
from loginradius_harness.load.locust_plugin.coordinator import Coordinator, print_lines
from loginradius_harness.load.locust_plugin.users import CONTRACT_USERS, ContractUser, EngineUser
from loginradius_harness.load.locust_plugin.worker import Worker

EMULATOR = "http://127.0.0.1:8484"  # where `loginradius-harness emulator` listens by default


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
    events.init_command_line_parser.add_listener(_add_options)
    events.init.add_listener(_set_up)


def _add_options(parser: LocustArgumentParser, **_: Any) -> None:
    cli_options.add(parser)


def _set_up(environment: Environment, **_: Any) -> None:
    """Give the process its roles: a worker generates load, a master coordinates, a single process does both."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs URLs, and a URL holds the API key
    stats.use_finer_buckets()
    collector = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")  # of `locust --otel`
    egress = EgressFilter(*([collector] if collector else []))
    egress.install()
    is_worker = isinstance(environment.runner, WorkerRunner)
    environment.host = environment.host or os.environ.get("HARNESS_TARGET") or EMULATOR
    if is_worker or isinstance(environment.runner, LocalRunner):
        _add_worker(environment, egress)
    if not is_worker:
        _add_coordinator(environment, egress)


def _add_worker(environment: Environment, egress: EgressFilter) -> None:
    worker = Worker(environment, egress)
    EngineUser.worker = ContractUser.worker = worker
    environment.events.test_start.add_listener(lambda **_: worker.start())


def _add_coordinator(environment: Environment, egress: EgressFilter) -> None:
    coordinator = Coordinator(environment, egress, EngineUser, CONTRACT_USERS)
    ProfileShape.coordinator = coordinator
    environment.events.test_stopping.add_listener(lambda **_: coordinator.finish())
    environment.events.quitting.add_listener(lambda **_: coordinator.finish())
    if environment.web_ui:
        web_ui.install(environment, coordinator)
    else:
        _check_before_start(coordinator, environment)


def _check_before_start(coordinator: Coordinator, environment: Environment) -> None:
    """Exit before locust starts anything: without a web UI nobody can correct a mistake."""
    try:
        coordinator.decide(cli_options.read(environment.parsed_options), environment.host)
    except (ConfigurationError, InfrastructureError) as error:
        print_lines(str(error))
        sys.exit(error.exit_code)
