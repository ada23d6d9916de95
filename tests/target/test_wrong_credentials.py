"""Wrong credentials on a tenant that cannot be changed: those of another tenant are invented, and so are values."""

from pathlib import Path
from typing import Any

import pytest

from loginradius_harness import contracts, emulator
from loginradius_harness.checks.generation.prepared_request import invent
from loginradius_harness.checks.support.invalid_credentials import MALFORMED, wrong_credentials
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.target.target import Target
from loginradius_harness.tenants import TenantProvider


def shared(running: emulator.Running, preset: str, **settings: Any) -> Target:
    with EmulatorClient(running.url) as control:
        key, secret = control.new_tenant(preset, **settings)
    return Target(
        name="shared", environment="emulator", shared=True, api_key=key, api_secret=secret, api_url=running.url,
        config_url=running.url, cloud_url=running.url, migration_url=running.url,
    )  # fmt: skip


@pytest.mark.parametrize("preset", ["default", "verification-optional"])
def test_foreign_secret_is_never_the_tenants_own(running: emulator.Running, tmp_path: Path, preset: str) -> None:
    target = shared(running, preset)
    provider = TenantProvider(target, lambda _: None, state=tmp_path)
    tenant = provider.for_preset()
    assert target.api_secret is not None
    operation = contracts.get("role.list_roles")
    foreign = wrong_credentials(tenant, provider).value("apisecret", "foreign", operation)
    assert str(foreign) != target.api_secret.reveal()
    assert not tenant.client.call(operation.id, credentials={"apisecret": foreign}).ok
    provider.close()


def test_wrong_key_is_refused_before_anything_that_the_tenant_lacks(running: emulator.Running, tmp_path: Path) -> None:
    target = shared(running, "default", smart_login=False, one_touch=False, passwordless=False)
    allow = frozenset({"destroy", "tenant"})
    provider = TenantProvider(target, lambda _: None, allow=allow, state=tmp_path)
    codes = {}
    for operation in contracts.operations():
        if "apikey" in operation.auth:
            request = invent(operation, provider.for_refusals())
            codes[operation.id] = request.send(credentials={"apikey": MALFORMED["apikey"]}).error_code
    expected = contracts.credentials()["apikey"].codes["malformed"]
    assert {name: code for name, code in codes.items() if code != expected} == {}
    assert provider.close() == []
