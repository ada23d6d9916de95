"""Composition root: the embedded emulator, the harness and the reports meet here.

The fixtures that suites use (`stage`, `scene`, `api`, `journey` ...) are the harness's own plug-in's.
"""

import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from loginradius_harness import contracts
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.tools.lint import problems
from loginradius_harness.report.recording import events
from loginradius_harness.target import pytest_options
from loginradius_harness.target.target import Target, load_target

if TYPE_CHECKING:  # pytest loads the plugin, and has to be the first to do so
    from loginradius_harness.report.recording.plugin import Reporter

pytest_plugins = ["loginradius_harness.pytest_plugin", "loginradius_harness.report.recording.plugin"]

# Before anything else is imported, because suites are parametrised over the contracts. Workers need not look again.
if "PYTEST_XDIST_WORKER" not in os.environ and (wrong := problems(reference_data.ROOT)):
    sys.exit("\n".join(map(str, wrong)))

EMBEDDED = "embedded emulator"
NAMED = pytest.StashKey[Target | None]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin the report; find a named target and see that it answers, before anything is collected."""
    from loginradius_harness.report.recording.plugin import begin  # see above  # noqa: PLC0415  # see above

    name = pytest_options.name(config)
    reporter = begin(config, _run(config, name), _redactor().text)
    config.stash[NAMED] = None
    if name is None:
        return
    try:
        config.stash[NAMED] = target = pytest_options.load(config, name)
        reporter.found(target.api_url, is_emulator=target.is_emulator)
    except (ConfigurationError, InfrastructureError) as error:
        reporter.abort(error)


def _redactor() -> Redactor:
    """Knows the secrets that came in through the environment; everything else is known by its form."""
    names = ("HARNESS_API_KEY", "HARNESS_API_SECRET", "HARNESS_MAILBOX_PASSWORD")
    return Redactor({name: Secret(os.environ[name]) for name in names if os.environ.get(name)})


def _run(config: pytest.Config, name: str | None) -> events.RunStarted:
    return events.RunStarted(
        id=uuid.uuid4().hex,
        started=datetime.now(UTC),
        target=name or EMBEDDED,
        emulator=name is None,
        command=" ".join(["pytest", *sys.argv[1:]]),
        replay=f"pytest --target {name}" if name else "pytest",
        seed=config.getoption("fresh", 0),  # generated cases are the frozen ones unless a run asks for others
        contracts=contracts.digest(),
        operations=len(contracts.operations()),
    )


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Iterator[Target]:
    """The tenant that is asked: the named one, or an emulator within this process."""
    from loginradius_harness import emulator  # the controller of a parallel run starts none  # noqa: PLC0415  # the controller of a parallel run starts none

    with ExitStack() as stack:
        named = pytestconfig.stash[NAMED]
        yield named or load_target(stack.enter_context(emulator.running()).url, environ={})


@pytest.fixture(scope="session")
def on_exchange(recorder: "Reporter") -> Callable[[Exchange], None]:
    """Every exchange is recorded."""
    return recorder.exchange
