"""pytest plug-in: a tenant for an application's own tests.

It comes with the package, as an entry point. `tenant`, `api`, `journey`, `person` and `mailbox` act on an emulator that
lives as long as the run, or on the target that `--target` names. `@pytest.mark.preset("mfa-optional")` chooses how the
tenant is set up; with settings (`preset("default", lockout_threshold=3)`) the test has a tenant of its own.
"""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError, UnsupportedByTarget
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox
from loginradius_harness.target import pytest_options
from loginradius_harness.target.shared_tenant.budget import BudgetExhausted
from loginradius_harness.target.target import Target, load_target
from loginradius_harness.tenants import TenantContext, TenantProvider


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which tenant is asked."""
    pytest_options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Explain the mark."""
    config.addinivalue_line("markers", "preset(name, **settings): what the test's tenant must be set to")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Any:
    """What a tenant does not offer, or may not be done to it, is a reason to skip."""
    return (yield from _skipping())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Any:
    """As above."""
    return (yield from _skipping())


def _skipping() -> Generator[None, Any, Any]:
    try:
        return (yield)
    except UnsupportedByTarget as reason:
        pytest.skip(str(reason))


def pytest_exception_interact(node: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """When the budget is spent the run ends, and says so once: no later test could ask anything."""
    if call.excinfo is not None and isinstance(call.excinfo.value, BudgetExhausted):
        node.session.shouldstop = str(call.excinfo.value)


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Iterator[Target]:
    """The tenant that is asked: the named one, or an emulator of this run's own."""
    name = pytest_options.name(pytestconfig)
    with contextlib.ExitStack() as stack:
        try:
            yield (
                pytest_options.load(pytestconfig, name)
                if name
                else load_target(stack.enter_context(_emulator()), environ={})
            )
        except (ConfigurationError, InfrastructureError) as error:
            pytest.exit(str(error), returncode=error.exit_code)


@contextlib.contextmanager
def _emulator() -> Iterator[str]:
    """The address of an emulator in a process of its own."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own module
        try:
            yield next(line.split()[1] for line in process.stdout or () if line.startswith("ready"))
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def on_exchange() -> Callable[[Exchange], None]:
    """Told of every exchange; override it to record them."""
    return lambda _exchange: None


@pytest.fixture(scope="session")
def tenants(
    target: Target, on_exchange: Callable[[Exchange], None], pytestconfig: pytest.Config
) -> Iterator[TenantProvider]:
    """Scenes by preset. What was made on a shared tenant is removed at the end; what could not be is said."""
    stage = TenantProvider(target, on_exchange, allow=pytest_options.allowed(pytestconfig))
    if stage.safety is not None:
        _say(pytestconfig, [stage.safety.purse.announcement()])
    yield stage
    _say(pytestconfig, stage.close())


def _say(config: pytest.Config, lines: list[str]) -> None:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:  # a worker has none; the controller has announced the same
        for line in lines:
            terminal.write_line(line)


@pytest.fixture
def tenant_context(request: pytest.FixtureRequest, tenants: TenantProvider) -> Iterator[TenantContext]:
    """The tenant that `@pytest.mark.preset(name, **settings)` asks for; with settings, one for this test alone."""
    marker = request.node.get_closest_marker("preset")
    preset = marker.args[0] if marker and marker.args else "default"
    try:
        scene = tenants.fresh(preset, **marker.kwargs) if marker and marker.kwargs else tenants.scene(preset)
    except UnsupportedByTarget as reason:
        pytest.skip(str(reason))
    yield scene
    if marker and marker.kwargs:
        scene.close()


@pytest.fixture
def tenant(tenant_context: TenantContext) -> Target:
    """Addresses and credentials for the application under test: `tenant.api_url`, `tenant.api_key.reveal()` ..."""
    return tenant_context.target


@pytest.fixture
def api(tenant_context: TenantContext) -> Client:
    """Calls any operation by its id, and holds the answer against its contract."""
    return tenant_context.client


@pytest.fixture
def journey(tenant_context: TenantContext) -> Journey:
    """The verbs of a story: register, confirm_email, log_in ..."""
    return tenant_context.journey


@pytest.fixture
def mailbox(tenant_context: TenantContext) -> Mailbox:
    """Where the tenant's mails and SMS are read: `mailbox.wait(to=, kind=)`."""
    return tenant_context.mailbox


@pytest.fixture
def person(journey: Journey) -> Person:
    """Somebody who has registered and confirmed the e-mail address."""
    person = journey.new_person()
    journey.register(person)
    journey.confirm_email(person)
    return person
