"""Fixtures of the security suite, and how its checks are judged.

A check asserts what is secure. Where it fails, the level of its rule decides: `must` and `security` fail the run,
`should` is a warning, `by_design` is what the product documents, `not_observable` cannot be seen from outside.
"""

from collections.abc import Collection, Generator, Iterator
from typing import NoReturn, cast

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.generation.prepared_request import PreparedRequest, prepare
from loginradius_harness.checks.security.login_attempts import log_in
from loginradius_harness.checks.security.reporter import Reporter
from loginradius_harness.checks.security.request_budget import RequestMeter, affordable, checks
from loginradius_harness.checks.security.strict_tenants import STRICT, StrictTenants
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.session import Session
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.pytest_plugin import needs_of, preset_of
from loginradius_harness.target.feature_gate import example_needs
from loginradius_harness.target.target import Target
from loginradius_harness.tenants import TenantContext, TenantProvider


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Report what a tenant does not offer as not applicable."""
    try:
        return (yield)
    except (UnsupportedByTarget, pytest.skip.Exception) as reason:
        not_applicable(pyfuncitem, reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Function) -> Generator[None, None, None]:
    """Report a test as not applicable where a fixture finds that out."""
    try:
        return (yield)
    except (UnsupportedByTarget, pytest.skip.Exception) as reason:
        not_applicable(item, reason)


def not_applicable(item: pytest.Function, reason: BaseException) -> NoReturn:
    """End the test: the tenant does not offer what it tests; a test that was skipped before its set-up stays so."""
    if "recorder" in item.funcargs:
        cast("Reporter", item.funcargs["recorder"]).set_outcome("not-applicable", str(reason))
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def meter() -> RequestMeter:
    """Return the meter of this process."""
    return RequestMeter()


@pytest.fixture(scope="session")
def strict_tenants(tenants: TenantProvider, target: Target, meter: RequestMeter) -> Iterator[StrictTenants]:
    """Provide the tenants that are attacked."""
    strict_tenants = StrictTenants(tenants, target, meter)
    yield strict_tenants
    strict_tenants.close()


@pytest.fixture(scope="session")
def affordable_rows(request: pytest.FixtureRequest, target: Target) -> Collection[int]:
    """Return the rows that may run: on a shared tenant, those within the target's limits."""
    marks = (item.get_closest_marker("security") for item in request.session.items)
    rows = {mark.args[0] for mark in marks if mark}
    return affordable(rows, target.limits) if target.is_shared else rows


@pytest.fixture(autouse=True)
def budget_row(
    request: pytest.FixtureRequest, affordable_rows: Collection[int], meter: RequestMeter, recorder: Reporter
) -> Iterator[None]:
    """Charge requests to the row of the test."""
    del recorder  # set up before anything may turn out not to be applicable
    row: int = request.node.get_closest_marker("security").args[0]
    if row not in affordable_rows:
        raise UnsupportedByTarget(
            f"may take {checks()[row].cost}, more than the run has left: raise the target's limits"
        )
    meter.row = row
    yield
    meter.row = None


@pytest.fixture
def loginradius_tenant_context(
    request: pytest.FixtureRequest, strict_tenants: StrictTenants
) -> Iterator[TenantContext]:
    """Return the strict tenant of the test's preset; with settings, one for this test alone."""
    preset, settings = preset_of(request.node, default=STRICT)
    tenant = (
        strict_tenants.create(preset, **settings)
        if settings
        else strict_tenants.for_preset(preset, tuple(needs_of(request.node)))
    )
    yield tenant
    if settings:
        tenant.close()


@pytest.fixture
def prepared_request(operation: contracts.Operation, strict_tenants: StrictTenants) -> Iterator[PreparedRequest]:
    """Prepare the test's operation on a strict tenant."""
    with prepare(operation, strict_tenants.for_preset(operation.preset, example_needs(operation.id))) as prepared:
        yield prepared


@pytest.fixture
def person(journey: Journey) -> Person:
    """Create the victim: an account with a verified address."""
    return journey.verified_person()


@pytest.fixture
def session(journey: Journey, person: Person) -> Session:
    """Log the victim in."""
    return log_in(journey, person)


@pytest.fixture
def requires_private_tenant(tenant_context: TenantContext) -> None:
    """Skip on a shared tenant, where concurrent requests are queued and nothing races."""
    if tenant_context.target.is_shared:
        raise UnsupportedByTarget(
            "needs many requests at the same moment, which a shared tenant is spared: an emulator"
        )


@pytest.fixture
def control(tenant_context: TenantContext) -> EmulatorClient:
    """Return the control API, which shows every message that was sent, and that none was."""
    if tenant_context.control is None:
        raise UnsupportedByTarget("needs an outbox that shows what was not sent: an emulator")
    return tenant_context.control
