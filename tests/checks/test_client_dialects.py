"""Requests in other spellings."""

import httpx
import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.generation.client_dialects import canonical
from loginradius_harness.checks.generation.prepared_request import prepare
from loginradius_harness.client.request import call_of
from loginradius_harness.target.shared_tenant.guard import OperationNotAllowed
from loginradius_harness.tenants import TenantProvider


def test_what_may_not_be_asked_may_not_be_asked_in_another_spelling(tenants: TenantProvider) -> None:
    def refuse(request: httpx.Request) -> None:
        call = call_of(request, tenant.target)
        assert call is not None
        raise OperationNotAllowed(call.operation.id)

    tenant = tenants.for_preset()
    with prepare(contracts.get("role.create_roles"), tenant) as prepared:
        tenant.client.sender.before_request.append(refuse)
        with pytest.raises(OperationNotAllowed, match=r"role\.create_roles"):
            canonical(prepared).send(prepared)
        tenant.client.sender.before_request.remove(refuse)
