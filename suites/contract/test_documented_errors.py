"""Is every documented error returned in its scenario?

A scenario changes a valid request or its tenant; see `loginradius_harness.checks.error_scenarios`.
"""

import pytest

from loginradius_harness.checks.error_scenarios import ErrorScenario, error_scenarios_of
from loginradius_harness.checks.error_scenarios.rule_links import rules_proved_by
from loginradius_harness.checks.generation.prepared_request import tenant_context_of
from loginradius_harness.contracts import Operation, api_operations
from loginradius_harness.tenants import TenantProvider

PAIRS = [
    pytest.param(
        operation, scenario, id=f"{operation.id}-{scenario.name}",
        marks=pytest.mark.rule(*rules_proved_by(operation.id, scenario.code)),
    )
    for operation in api_operations()
    for scenario in error_scenarios_of(operation)
]  # fmt: skip


@pytest.mark.parametrize(("operation", "scenario"), PAIRS)
def test_documented_error_is_returned(operation: Operation, scenario: ErrorScenario, tenants: TenantProvider) -> None:
    """The operation returns the code that its contract lists for the scenario."""
    tenant = tenant_context_of(operation, tenants, scenario.needs)
    scenario.trigger(operation, tenant).must_be_refused(scenario.code)
