"""Where the run meets locust: its options, its start and stop, its web UI."""

import logging
import os
import sys
from typing import Any

from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.event import Events
from locust.runners import LocalRunner, WorkerRunner

from harness.failures import ConfigurationError, InfrastructureFailure
from loadtests import locust_stats, options, tabs
from loadtests.chief import Chief, say
from loadtests.guard import Guard
from loadtests.hand import Hand
from loadtests.shape import ProfileShape
from loadtests.users import ContractUser, EngineUser

EMULATOR = "http://127.0.0.1:8484"  # where `python -m emulator` listens when nobody says otherwise


def install(events: Events) -> None:
    """Listen to what locust announces."""
    events.init_command_line_parser.add_listener(_declare)
    events.init.add_listener(_set_up)


def _declare(parser: LocustArgumentParser, **_: Any) -> None:
    options.add(parser)


def _set_up(environment: Environment, **_: Any) -> None:
    """Give the process its roles. A worker has hands, a master a chief, a single process both."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs URLs, and a URL holds the API key
    locust_stats.finer_buckets()
    collector = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")  # of `locust --otel`
    guard = Guard(*([collector] if collector else []))
    guard.install()
    is_worker = isinstance(environment.runner, WorkerRunner)
    environment.host = environment.host or os.environ.get("HARNESS_TARGET") or EMULATOR
    if is_worker or isinstance(environment.runner, LocalRunner):
        _add_hand(environment, guard)
    if not is_worker:
        _add_chief(environment, guard)


def _add_hand(environment: Environment, guard: Guard) -> None:
    hand = Hand(environment, guard)
    EngineUser.hand = ContractUser.hand = hand
    environment.events.test_start.add_listener(lambda **_: hand.start())


def _add_chief(environment: Environment, guard: Guard) -> None:
    users = {user.scenario: user for user in environment.user_classes if issubclass(user, ContractUser)}
    chief = Chief(environment, guard, EngineUser, users)
    ProfileShape.chief = chief
    environment.events.test_stopping.add_listener(lambda **_: chief.finish())
    environment.events.quitting.add_listener(lambda **_: chief.finish())
    if environment.web_ui:
        tabs.install(environment, chief)
    else:
        _refuse_early(chief, environment)


def _refuse_early(chief: Chief, environment: Environment) -> None:
    """Without a web UI nobody can correct a mistake: end before locust starts anything."""
    try:
        chief.decide(chief.options, environment.host)
    except (ConfigurationError, InfrastructureFailure) as error:
        say(str(error))
        sys.exit(error.exit_code)
