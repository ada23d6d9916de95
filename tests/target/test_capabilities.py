"""Capabilities of a tenant are discovered; a missing one is named with the setting that adds it."""

import ast
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from loginradius_harness import contracts
from loginradius_harness.checks.error_scenarios import error_scenarios
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.contracts.features import NEEDED_BY
from loginradius_harness.emulator.core.presets import PRESETS
from loginradius_harness.target.capabilities import NEEDS, SETTINGS, Capabilities, check_names, discover
from loginradius_harness.target.feature_gate import EXAMPLE_NEEDS, FeatureGate
from loginradius_harness.tenants import TenantContext, TenantProvider, UnsupportedByTarget

ROOT = Path(__file__).parents[2]
# Nothing shows these from outside.
UNSEEN = {
    "administration", "connectors", "consent-forms",
    "high-concurrency", "jwt-app", "jwt-tokens", "mfa-devices", "passwordless-registration", "social",
    "step-up",
    "strict-security",
}  # fmt: skip


def capabilities(provider: TenantProvider, preset: str, **members: Any) -> Capabilities:
    with Client(replace(provider.for_preset(preset).target, **members)) as client:
        return discover(client)


def test_every_preset_says_what_it_needs() -> None:
    assert set(PRESETS) | {operation.preset for operation in contracts.operations()} <= set(NEEDS)


def test_every_need_has_its_setting_in_words() -> None:
    assert {name for names in NEEDS.values() for name in names} <= set(SETTINGS)


def test_every_capability_that_a_test_or_an_operation_needs_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "suites").rglob("test_*.py")]
    marked = {
        name
        for text in texts
        for names in re.findall(r"mark\.needs\((.*?)\)", text)
        for name in ast.literal_eval(f"({names},)")
    }
    scenarios = {name for scenario in error_scenarios() for name in scenario.needs}
    assert marked
    assert marked | scenarios | {*NEEDED_BY.values(), *EXAMPLE_NEEDS.values()} <= set(SETTINGS)


@pytest.mark.parametrize("name", ["phone-logins", ["pin", "roles"], None])
def test_name_of_no_capability_is_refused(name: Any) -> None:
    with pytest.raises(ConfigurationError, match="there is no capability"):
        check_names([name])


@pytest.mark.parametrize("pattern", [*NEEDED_BY, *EXAMPLE_NEEDS])
def test_pattern_of_operations_matches_some(pattern: str) -> None:
    assert any(fnmatchcase(operation.id, pattern) for operation in contracts.operations())


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - UNSEEN))
def test_tenant_of_a_preset_serves_it(tenants: TenantProvider, preset: str) -> None:
    assert capabilities(tenants, preset).missing_for(preset) is None


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"default", "oidc", "security-questions"}))
def test_default_tenant_lacks_what_a_preset_adds(tenants: TenantProvider, preset: str) -> None:
    missing = capabilities(tenants, "default").missing_for(preset)
    assert missing is not None
    assert missing.startswith("needs ")
    assert len(missing.partition(": ")[2]) > 10


def test_skip_names_the_setting(tenants: TenantProvider) -> None:
    assert capabilities(tenants, "default").missing_for("phone-login") == "needs phone-login: switch phone login on"


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
    assert found.missing_for("default") == "needs management: set an API secret that may manage accounts"


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
    assert off == {"smart-login", "one-touch", "consent", "pin", "organizations"}
    context.close()


def test_plan_without_webhooks_is_seen(tenants: TenantProvider) -> None:
    context = tenants.create(disabled_features=["webhook"])
    assert not discover(context.client).by_name["webhooks"].offered
    context.close()


def test_every_capability_says_who_told_it(tenants: TenantProvider) -> None:
    found = capabilities(tenants, "default")
    assert {capability.source for capability in found.by_name.values()} == {"configuration", "probe", "unknown"}


def test_request_for_a_missing_feature_is_not_sent(tenants: TenantProvider) -> None:
    context = tenants.create(smart_login=False)
    gate = FeatureGate(context.target, discover(context.client))
    context.client.sender.before_request.insert(0, gate.check_request)
    before = count_requests(context)
    with pytest.raises(UnsupportedByTarget, match="needs smart-login: switch smart login on"):
        context.client.call("smart_login.ping", query={"clientGuid": "unknown"})
    assert count_requests(context) == before
    context.client.call("configuration.get_server_time")
    context.close()


def test_refusal_of_a_feature_outside_the_plan_is_no_failure(tenants: TenantProvider) -> None:
    context = tenants.create(disabled_features=["registration_data"])
    gate = FeatureGate(context.target, discover(context.client))
    context.client.sender.after_response.append(gate.check_answer)
    with pytest.raises(UnsupportedByTarget, match=r"needs the operations registration_data\.\* in the tenant's plan"):
        context.client.call("registration_data.list", path={"type": "cities"})
    context.close()


def count_requests(context: TenantContext) -> int:
    assert context.control is not None
    total: int = context.control.journal()["count"]
    return total


def test_tenant_with_optional_verification_and_mfa_serves_the_default_preset(tenants: TenantProvider) -> None:
    context = tenants.create(email_verification="optional", mfa="optional")
    found = discover(context.client)
    assert found.missing_for("default") is None
    assert found.missing_for("default", ["verification-required"]) == (
        "needs verification-required: make e-mail verification mandatory"
    )
    context.close()


def test_protected_logins_are_seen(tenants: TenantProvider) -> None:
    context = tenants.create(bot_protection=["PostLoginByEmailAndPassword"])
    assert discover(context.client).missing_for("default", ["login-without-captcha"]) is not None
    context.close()
