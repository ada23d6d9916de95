import msgspec
import pytest

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config import plan, targets
from loginradius_harness.load.config.plan import Options
from loginradius_harness.target.target import Target


def decided(monkeypatch: pytest.MonkeyPatch, target: Target, profile: str) -> plan.Plan:
    monkeypatch.setattr(targets, "find", lambda *_: target)
    return plan.decide(Options(profile=profile), "staging", lambda _: None)


def tenant(target: Target, **changes: object) -> Target:
    return msgspec.structs.replace(target, name="staging", environment="staging", **changes)


def test_a_run_knows_the_hosts_that_it_asks(monkeypatch: pytest.MonkeyPatch, target: Target) -> None:
    assert decided(monkeypatch, target, "smoke").hosts == {"api"}
    assert decided(monkeypatch, target, "machine-tokens").hosts == {"api", "hub"}


def test_a_target_without_a_hub_cannot_run_a_profile_that_asks_it(
    monkeypatch: pytest.MonkeyPatch, target: Target
) -> None:
    with pytest.raises(ConfigurationError, match=r"asks the tenant's hub .+ set hub_url in targets\.toml"):
        decided(monkeypatch, tenant(target, hub_url=""), "machine-tokens")
    assert decided(monkeypatch, tenant(target, hub_url=""), "smoke").hosts == {"api"}


def test_the_variable_of_a_clients_secret_that_is_not_set_is_named(
    monkeypatch: pytest.MonkeyPatch, target: Target
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        decided(monkeypatch, tenant(target, machine_client_secret=None, oauth_client_secret=None), "introspection")
    (problem,) = raised.value.problems
    assert "set the environment variable HARNESS_MACHINE_CLIENT_SECRET for the target staging." in problem
    assert "HARNESS_OAUTH_CLIENT_SECRET" not in problem
