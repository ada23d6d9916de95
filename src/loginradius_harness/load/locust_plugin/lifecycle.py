"""Where the run meets locust: its options, its start and stop, its web UI."""

import logging
import os
import sys
from typing import Any

from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.event import Events
from locust.runners import LocalRunner, WorkerRunner

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.locust_plugin import cli_options, stats, web_ui
from loginradius_harness.load.locust_plugin.coordinator import Coordinator, say
from loginradius_harness.load.locust_plugin.shape import ProfileShape
from loginradius_harness.load.locust_plugin.users import ContractUser, EngineUser
from loginradius_harness.load.locust_plugin.worker import WorkerNode

EMULATOR = "http://127.0.0.1:8484"  # where `loginradius-harness emulator` listens when nobody says otherwise


def install(events: Events) -> None:
    """Listen to what locust announces."""
    events.init_command_line_parser.add_listener(_declare)
    events.init.add_listener(_set_up)


def _declare(parser: LocustArgumentParser, **_: Any) -> None:
    cli_options.add(parser)


def _set_up(environment: Environment, **_: Any) -> None:
    """Give the process its roles. A worker has hands, a master a chief, a single process both."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs URLs, and a URL holds the API key
    stats.finer_buckets()
    collector = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")  # of `locust --otel`
    guard = EgressFilter(*([collector] if collector else []))
    guard.install()
    is_worker = isinstance(environment.runner, WorkerRunner)
    environment.host = environment.host or os.environ.get("HARNESS_TARGET") or EMULATOR
    if is_worker or isinstance(environment.runner, LocalRunner):
        _add_hand(environment, guard)
    if not is_worker:
        _add_chief(environment, guard)


def _add_hand(environment: Environment, guard: EgressFilter) -> None:
    hand = WorkerNode(environment, guard)
    EngineUser.hand = ContractUser.hand = hand
    environment.events.test_start.add_listener(lambda **_: hand.start())


def _add_chief(environment: Environment, guard: EgressFilter) -> None:
    users = {user.scenario: user for user in environment.user_classes if issubclass(user, ContractUser)}
    chief = Coordinator(environment, guard, EngineUser, users)
    ProfileShape.chief = chief
    environment.events.test_stopping.add_listener(lambda **_: chief.finish())
    environment.events.quitting.add_listener(lambda **_: chief.finish())
    if environment.web_ui:
        web_ui.install(environment, chief)
    else:
        _refuse_early(chief, environment)


def _refuse_early(chief: Coordinator, environment: Environment) -> None:
    """Without a web UI nobody can correct a mistake: end before locust starts anything."""
    try:
        chief.decide(chief.options, environment.host)
    except (ConfigurationError, InfrastructureError) as error:
        say(str(error))
        sys.exit(error.exit_code)
