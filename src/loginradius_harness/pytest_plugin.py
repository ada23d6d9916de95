"""pytest plug-in: a LoginRadius tenant for an application's own tests.

It is installed with the package. The fixture `loginradius` gives a test its tenant: an emulator that is started for the
run, or the target that `--lr-target` names. `@pytest.mark.loginradius_preset("mfa-optional")` chooses the settings of
the tenant; with settings of its own (`loginradius_preset("default", lockout_threshold=3)`) the test gets a new tenant.

Every name that the plug-in adds to pytest starts with `loginradius` or `lr`. It imports nothing else of the package
until a test asks for one of its fixtures.
"""

import json
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from loginradius_harness.client.errors import (
    BudgetExhausted,
    ConfigurationError,
    InfrastructureError,
    UnsupportedByTarget,
)
from loginradius_harness.target import pytest_options

if TYPE_CHECKING:  # see above
    from loginradius_harness.client.client import Client
    from loginradius_harness.client.emulator_client import EmulatorClient
    from loginradius_harness.client.exchange import Exchange
    from loginradius_harness.contracts import Violation
    from loginradius_harness.journey.journey import Journey
    from loginradius_harness.journey.people import Person
    from loginradius_harness.mailbox.mailbox import Mailbox
    from loginradius_harness.target.target import Target
    from loginradius_harness.tenants import TenantContext, TenantProvider

MARKER = "loginradius_preset"
NEEDS_MARKER = "loginradius_needs"


@dataclass(frozen=True)
class LoginRadius:
    """The tenant of one test, and everything to act on it."""

    context: "TenantContext"

    @property
    def tenant(self) -> "Target":
        """Addresses and credentials for the application under test: `tenant.api_url`, `tenant.api_key.reveal()` ..."""
        return self.context.target

    @property
    def api(self) -> "Client":
        """Call any operation by its id; the response is checked against its contract."""
        return self.context.client

    @property
    def journey(self) -> "Journey":
        """User actions, one call each: register, confirm_email, log_in ..."""
        return self.context.journey

    @property
    def mailbox(self) -> "Mailbox":
        """Mail and SMS that the tenant sends: `mailbox.wait(to=, kind=)`."""
        return self.context.mailbox

    @property
    def emulator(self) -> "EmulatorClient":
        """Clock, outbox and settings of an emulated tenant; on any other tenant the test is skipped."""
        if self.context.control is None:
            raise UnsupportedByTarget("needs an emulator, whose clock, outbox and settings a test can use")
        return self.context.control

    def person(self) -> "Person":
        """Return a new user who has registered and confirmed the e-mail address."""
        person = self.journey.new_person()
        self.journey.register(person)
        self.journey.confirm_email(person)
        return person


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options `--lr-...`."""
    pytest_options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; refuse effects that do not exist."""
    config.addinivalue_line("markers", f"{MARKER}(name, **settings): the preset and the settings of the test's tenant")
    config.addinivalue_line(
        "markers", f"{NEEDS_MARKER}(*capabilities): what a tenant must offer, beside its preset, for the test to run"
    )
    try:
        pytest_options.allowed(config)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_header(config: pytest.Config) -> str | None:
    """Announce what the run may spend on a shared tenant."""
    target = _shared_target(config)
    if target is None:
        return None
    from loginradius_harness.target.shared_tenant import budget  # noqa: PLC0415  # see the module's docstring

    return budget.announcement(target)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let SIGTERM, as CI sends it, end a run on a shared tenant as Ctrl-C does: what it has created is removed."""
    is_worker = hasattr(session.config, "workerinput")
    if is_worker or _shared_target(session.config) is None or threading.current_thread() is not threading.main_thread():
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)

    def restore() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)  # None: not of Python

    session.config.add_cleanup(restore)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove what this run and interrupted ones have created on a shared tenant; say what is left."""
    target = None if hasattr(session.config, "workerinput") else _shared_target(session.config)
    if target is None:
        return
    from loginradius_harness.target.shared_tenant import protection  # noqa: PLC0415  # see the module's docstring

    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    protection.clean_up(target, terminal.write_line if terminal else lambda _line: None)


def _shared_target(config: pytest.Config) -> "Target | None":
    """Return the named target where it is shared; None also where it cannot be read: the tests say why."""
    name = pytest_options.name(config)
    try:
        target = None if name is None else pytest_options.read(config, name)
    except ConfigurationError:
        return None
    return target if target is not None and target.is_shared else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Any:
    """Skip a test where a fixture needs what the target does not have or does not allow."""
    return (yield from _skip_unsupported())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Any:
    """Skip a test that needs what the target does not have or does not allow."""
    return (yield from _skip_unsupported())


def _skip_unsupported() -> Generator[None, Any, Any]:
    try:
        return (yield)
    except UnsupportedByTarget as reason:
        pytest.skip(str(reason))


def pytest_exception_interact(node: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """End the run when its budget is spent: no later test could send a request."""
    if call.excinfo is not None and isinstance(call.excinfo.value, BudgetExhausted):
        node.session.shouldstop = str(call.excinfo.value)


@pytest.fixture(scope="session")
def loginradius_emulator_url() -> Iterator[str]:
    """Return the URL of an emulator that is started for this run."""
    from loginradius_harness.target import emulator_process  # noqa: PLC0415  # see the module's docstring

    with emulator_process.running() as url:
        yield url


@pytest.fixture(scope="session")
def loginradius_target(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> "Target":
    """Return the target of the run: the named one, or an emulator that is started for it."""
    from loginradius_harness.target.target import load_target  # noqa: PLC0415  # see the module's docstring

    name = pytest_options.name(pytestconfig)
    try:
        if name is not None:
            return pytest_options.load(pytestconfig, name)
        return load_target(request.getfixturevalue("loginradius_emulator_url"), environ={})
    except (ConfigurationError, InfrastructureError) as error:
        pytest.exit(str(error), returncode=error.exit_code)


@pytest.fixture(scope="session")
def loginradius_on_exchange() -> "Callable[[Exchange], None]":
    """Return the function that is called after every request; override it to record requests and responses."""
    return lambda _exchange: None


@pytest.fixture(scope="session")
def loginradius_on_hint() -> "Callable[[str, Violation], None]":
    """Return the function that is called with operation and violation for each weak promise that a test finds broken.

    Override it to record hints; those of a contract's schemas are among the violations of an exchange.
    """
    return lambda _operation, _violation: None


@pytest.fixture(scope="session")
def loginradius_tenants(
    loginradius_target: "Target",
    loginradius_on_exchange: "Callable[[Exchange], None]",
    loginradius_on_hint: "Callable[[str, Violation], None]",
    pytestconfig: pytest.Config,
) -> "Iterator[TenantProvider]":
    """Return the tenants of the run by preset. What the run created on a shared tenant is removed at its end."""
    from loginradius_harness.tenants import TenantProvider  # noqa: PLC0415  # see the module's docstring

    provider = TenantProvider(
        loginradius_target,
        loginradius_on_exchange,
        on_hint=loginradius_on_hint,
        allow=pytest_options.allowed(pytestconfig),
        known=pytestconfig.stash.get(pytest_options.CAPABILITIES, None),
    )
    yield provider
    provider.close(remove=False)  # `pytest_sessionfinish` does, for all workers, where its progress can be seen


@pytest.fixture
def loginradius_tenant_context(
    request: pytest.FixtureRequest, loginradius_tenants: "TenantProvider"
) -> "Iterator[TenantContext]":
    """Return the tenant that the marker `loginradius_preset` asks for, by default one with default settings."""
    (name, settings), needs = preset_of(request.node), needs_of(request.node)
    try:
        context = (
            loginradius_tenants.create(name, **settings) if settings else loginradius_tenants.for_preset(name, needs)
        )
    except ConfigurationError as error:
        pytest.fail(f"@pytest.mark.{MARKER}: {error}", pytrace=False)
    yield context
    if settings:
        context.close()


def preset_of(item: pytest.Item, default: str = "default") -> tuple[str, dict[str, Any]]:
    """Return the preset that a test's marker names, and the further settings that it gives."""
    marker = item.get_closest_marker(MARKER)
    if marker is None:
        return default, {}
    settings = dict(marker.kwargs)
    names = [*marker.args, *([settings.pop("name")] if "name" in settings else [])] or [default]
    if len(names) > 1 or not isinstance(names[0], str):
        shown = ", ".join(map(repr, names))
        pytest.fail(f"@pytest.mark.{MARKER} takes the name of one preset, not {shown}", pytrace=False)
    try:
        json.dumps(settings)
    except (TypeError, ValueError) as error:
        pytest.fail(f"@pytest.mark.{MARKER} takes settings that JSON can hold: {error}", pytrace=False)
    return names[0], settings


def needs_of(item: pytest.Item) -> list[str]:
    """Return the capabilities that a test's markers name. A name that does not exist fails the test, on any target."""
    names = [name for marker in item.iter_markers(NEEDS_MARKER) for name in marker.args]
    if names:
        from loginradius_harness.target import capabilities  # noqa: PLC0415  # see the module's docstring

        try:
            capabilities.check_names(names)
        except ConfigurationError as error:
            pytest.fail(f"@pytest.mark.{NEEDS_MARKER}: {error}", pytrace=False)
    return names


@pytest.fixture
def loginradius(loginradius_tenant_context: "TenantContext") -> LoginRadius:
    """Return the test's tenant with `.api`, `.journey`, `.person()`, `.mailbox`, `.emulator` and `.tenant`."""
    return LoginRadius(loginradius_tenant_context)


@pytest.fixture
def loginradius_tenant(loginradius: LoginRadius) -> "Target":
    """Return addresses and credentials for the application under test."""
    return loginradius.tenant


@pytest.fixture
def loginradius_api(loginradius: LoginRadius) -> "Client":
    """Return the client that calls any operation by its id."""
    return loginradius.api


@pytest.fixture
def loginradius_journey(loginradius: LoginRadius) -> "Journey":
    """Return the user actions: register, confirm_email, log_in ..."""
    return loginradius.journey


@pytest.fixture
def loginradius_mailbox(loginradius: LoginRadius) -> "Mailbox":
    """Return the mailbox of the tenant."""
    return loginradius.mailbox


@pytest.fixture
def loginradius_person(loginradius: LoginRadius) -> "Person":
    """Return a new user who has registered and confirmed the e-mail address."""
    return loginradius.person()
