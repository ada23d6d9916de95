"""Capabilities of a tenant are discovered; a missing one is named with the setting that adds it."""

from typing import Any

import pytest
from msgspec.structs import replace

from loginradius_harness import contracts
from loginradius_harness.client.client import Client
from loginradius_harness.emulator.core.presets import PRESETS
from loginradius_harness.target.capabilities import NEEDS, SETTINGS, Capabilities, discover
from loginradius_harness.tenants import TenantProvider

UNSEEN = {"social", "strict-security", "step-up", "jwt-tokens"}  # nothing shows these from outside


def capabilities(provider: TenantProvider, preset: str, **members: Any) -> Capabilities:
    with Client(replace(provider.for_preset(preset).target, **members)) as client:
        return discover(client)


def test_every_preset_says_what_it_needs() -> None:
    assert set(PRESETS) | {operation.preset for operation in contracts.operations()} <= set(NEEDS)


def test_every_need_has_its_setting_in_words() -> None:
    assert {name for names in NEEDS.values() for name in names} <= set(SETTINGS)


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - UNSEEN))
def test_tenant_of_a_preset_serves_it(tenants: TenantProvider, preset: str) -> None:
    assert capabilities(tenants, preset).missing(preset) is None


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"default", "security-questions"}))
def test_default_tenant_lacks_what_a_preset_adds(tenants: TenantProvider, preset: str) -> None:
    missing = capabilities(tenants, "default").missing(preset)
    assert missing is not None
    assert missing.startswith("needs ")
    assert len(missing.partition(": ")[2]) > 10


def test_skip_names_the_setting(tenants: TenantProvider) -> None:
    assert capabilities(tenants, "default").missing("phone-login") == "needs phone-login: switch phone login on"


def test_targets_file_has_the_last_word(tenants: TenantProvider) -> None:
    found = capabilities(
        tenants, "default", extra_capabilities=("custom-objects",), missing_capabilities=("smart-login",)
    )
    assert found.by_name["custom-objects"].offered
    assert not found.by_name["smart-login"].offered
    assert found.by_name["smart-login"].source == "targets file"


def test_tenant_without_secret_has_no_server_side(tenants: TenantProvider) -> None:
    found = capabilities(tenants, "default", api_secret=None)
    assert not found.by_name["management"].offered
    assert found.missing("default") == "needs management: set an API secret that may manage accounts"


def test_probes_change_nothing(tenants: TenantProvider) -> None:
    context = tenants.create()
    assert context.control is not None
    before = context.control.snapshot()
    discover(context.client)
    assert context.control.snapshot()["stores"] == before["stores"]
    context.close()


def test_feature_that_is_off_is_seen_by_its_probe(tenants: TenantProvider) -> None:
    context = tenants.create(smart_login=False, one_touch=False, consent=False)
    found = discover(context.client)
    probed = [capability for capability in found.by_name.values() if capability.source == "probe"]
    off = {capability.name for capability in probed if not capability.offered}
    assert off == {"smart-login", "one-touch", "consent", "pin"}
    context.close()


def test_plan_without_webhooks_is_seen(tenants: TenantProvider) -> None:
    context = tenants.create(disabled_features=["webhook"])
    assert not discover(context.client).by_name["webhooks"].offered
    context.close()


def test_every_capability_says_who_told_it(tenants: TenantProvider) -> None:
    found = capabilities(tenants, "default")
    assert {capability.source for capability in found.by_name.values()} == {"configuration", "probe", "unknown"}
