"""Choose how deep the suites test, and prepare the request that a test sends."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from loginradius_harness.checks.generation.prepared_request import (
    PreparedRequest,
    invent,
    prepare,
    reads_body_first,
    tenant_context_of,
)
from loginradius_harness.checks.support import judgement
from loginradius_harness.checks.support.invalid_credentials import CHECKED_FIRST
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.contracts import Operation
from loginradius_harness.journey.journey import Journey
from loginradius_harness.mailbox.mailbox import Mailbox
from loginradius_harness.pytest_plugin import MARKER, NEEDS_MARKER
from loginradius_harness.target.target import Target
from loginradius_harness.tenants import TenantContext, TenantProvider

# The plug-in's fixtures by their short names, and its markers as `preset` and `needs`.


@pytest.fixture(scope="session")
def target(loginradius_target: Target) -> Target:
    """Return the target of the run."""
    return loginradius_target


@pytest.fixture(scope="session")
def tenants(loginradius_tenants: TenantProvider) -> TenantProvider:
    """Return the tenants of the run by preset."""
    return loginradius_tenants


@pytest.fixture
def tenant_context(loginradius_tenant_context: TenantContext) -> TenantContext:
    """Return the tenant that `@pytest.mark.preset(name, **settings)` asks for."""
    return loginradius_tenant_context


@pytest.fixture
def api(tenant_context: TenantContext) -> Client:
    """Return the client that calls any operation by its id."""
    return tenant_context.client


@pytest.fixture
def journey(tenant_context: TenantContext) -> Journey:
    """Return the user actions: register, confirm_email, log_in ..."""
    return tenant_context.journey


@pytest.fixture
def mailbox(tenant_context: TenantContext) -> Mailbox:
    """Return the mailbox of the tenant."""
    return tenant_context.mailbox


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Judge a failed test by its rules; in the security suite weak rules are warnings on every target."""
    try:
        return (yield)
    except judgement.UNEXPECTED as failure:
        known: dict[str, Any] = pyfuncitem.funcargs
        target, recorder = known.get("loginradius_target"), known.get("recorder")
        if target is None or recorder is None:  # nothing of the tenant was tested
            raise
        strict = target.is_strict and pyfuncitem.get_closest_marker("security") is None
        excused = judgement.excuse(pyfuncitem, failure, strict=strict)
        if excused is None:
            raise
        outcome, rule = excused
        details = judgement.seen(failure, pyfuncitem.originalname)
        recorder.set_outcome(outcome, judgement.reason(rule), **details)
        if outcome == "warning" and not target.is_strict:
            recorder.hint(rule.operations[0], judgement.hint(rule, details))
        return True  # the function has been called: no other plug-in calls it


def pytest_configure(config: pytest.Config) -> None:
    """Register the short names of the plug-in's markers."""
    config.addinivalue_line("markers", f"preset(name, **settings): same as {MARKER}")
    config.addinivalue_line("markers", f"needs(*capabilities): same as {NEEDS_MARKER}")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the markers `preset` and `needs` stand for the plug-in's."""
    preset = item.get_closest_marker("preset")
    if preset is not None:
        item.add_marker(getattr(pytest.mark, MARKER)(*preset.args, **preset.kwargs))
    for needs in list(item.iter_markers("needs")):
        item.add_marker(getattr(pytest.mark, NEEDS_MARKER)(*needs.args))


SHALLOW = 25  # generated cases of an operation in a default run
DEEP = 1_000_000
NEAR, FAR = 500, 20_000  # steps of each of the model's machines


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suites' own options."""
    group = parser.getgroup("depth", "how deep the suites ask")
    group.addoption("--exhaustive", action="store_true", help=f"send every generated case, not {SHALLOW} an operation")
    group.addoption("--case-seed", type=int, metavar="SEED", default=0, help="draw other cases than those of every run")


@pytest.fixture(scope="session")
def max_cases(pytestconfig: pytest.Config) -> int:
    """Return how many generated cases of an operation are sent."""
    return DEEP if pytestconfig.getoption("--exhaustive") else SHALLOW


@pytest.fixture(scope="session")
def case_seed(pytestconfig: pytest.Config) -> int:
    """Return the seed of all generated cases and steps."""
    seed: int = pytestconfig.getoption("--case-seed")
    return seed


@pytest.fixture(scope="session")
def model_steps(pytestconfig: pytest.Config) -> int:
    """Return how many steps each state machine takes."""
    return FAR if pytestconfig.getoption("--exhaustive") else NEAR


@pytest.fixture
def prepared_request(operation: Operation, tenants: TenantProvider) -> Iterator[PreparedRequest]:
    """Prepare the test's operation."""
    with prepare(operation, tenant_context_of(operation, tenants)) as request:
        yield request


@pytest.fixture(scope="session")
def prepare_cached(tenants: TenantProvider) -> Iterator[Callable[[Operation], PreparedRequest]]:
    """Return a function that prepares an operation, and keeps the one prepared last."""
    with ExitStack() as stack:
        last: dict[str, PreparedRequest] = {}

        def of(operation: Operation) -> PreparedRequest:
            if operation.id not in last:
                stack.close()
                last.clear()
                last[operation.id] = stack.enter_context(prepare(operation, tenant_context_of(operation, tenants)))
            return last[operation.id]

        yield of


@pytest.fixture
def shared_prepared_request(
    operation: Operation, prepare_cached: Callable[[Operation], PreparedRequest]
) -> PreparedRequest:
    """Return the test's operation, prepared once for all tests in a row that expect an error."""
    return prepare_cached(operation)


@pytest.fixture
def refusing_tenant(tenants: TenantProvider) -> TenantContext:
    """Return a tenant for requests that it refuses whatever its features."""
    return tenants.for_refusals()


@pytest.fixture
def credential_request(
    operation: Operation, name: str, tenants: TenantProvider, prepare_cached: Callable[[Operation], PreparedRequest]
) -> PreparedRequest:
    """Return the test's operation, prepared; where the tenant lacks its features, with invented values.

    Those do for a wrong key or secret, which a tenant refuses before it looks at anything else.
    """
    try:
        return prepare_cached(operation)
    except (UnsupportedByTarget, pytest.skip.Exception):
        if name not in CHECKED_FIRST:
            raise
        return invent(operation, tenants.for_refusals())


@pytest.fixture
def unread_request(operation: Operation, tenants: TenantProvider) -> Iterator[tuple[PreparedRequest, bool]]:
    """Return the test's operation, prepared; where the tenant lacks its features, with invented values, and True.

    Those do for a body that cannot be read, unless an access token is checked before.
    """
    try:
        tenant = tenant_context_of(operation, tenants)
    except (UnsupportedByTarget, pytest.skip.Exception):
        if not reads_body_first(operation):
            raise
        yield invent(operation, tenants.for_refusals()), True
        return
    with prepare(operation, tenant) as request:
        yield request, False


@pytest.fixture(scope="session")
def record_coverage(recorder: Any) -> Callable[..., None]:
    """Return `record_coverage(criterion, *items)`, which reports what was covered."""
    record: Callable[..., None] = recorder.covered
    return record
