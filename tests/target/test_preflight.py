"""What a run asks of its target before the first test."""

import socket
from typing import Any

import pytest
from msgspec.structs import replace

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.client.secrets import Secret
from loginradius_harness.emulator import Running
from loginradius_harness.target.doctor import preflight
from loginradius_harness.target.target import Target
from tests.scripted_tenant import KEY


def emulated(running: Running, **members: Any) -> Target:
    own: dict[str, Any] = {
        "name": "emulated",
        "environment": "emulator",
        "api_url": running.url,
        "config_url": running.url,
        "api_key": Secret(running.api_key),
        "api_secret": Secret(running.api_secret),
    }
    return Target(**own | members)


def test_preflight_of_a_good_target_says_nothing(running: Running) -> None:
    preflight.check(emulated(running))


def test_preflight_stops_at_a_wrong_secret(running: Running) -> None:
    with pytest.raises(ConfigurationError, match=r"\(902\): set HARNESS_API_SECRET"):
        preflight.check(emulated(running, api_secret=Secret(KEY)))


def test_preflight_stops_where_nothing_answers(running: Running) -> None:
    with pytest.raises(InfrastructureError, match="does not answer"):
        preflight.check(emulated(running, api_url="http://127.0.0.1:1"), sleep=lambda _: None)


def test_preflight_waits_less_than_a_minute_for_a_server_that_never_answers(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 2 * (preflight.MOST_RETRIES + 1) * preflight.LONGEST_WAIT < 60  # two hosts
    monkeypatch.setattr(preflight, "LONGEST_WAIT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        target = replace(emulated(running), api_url=url, config_url=url)
        with pytest.raises(InfrastructureError, match=r"no response within 0\.05 s"):
            preflight.check(target, sleep=lambda _: None)


def test_production_needs_permission(running: Running) -> None:
    target = emulated(running, environment="production")
    with pytest.raises(ConfigurationError, match=r"give --allow-production \(.*: --lr-allow-production\)"):
        preflight.check(target)
    preflight.check(target, production=True)


def test_production_without_permission_is_not_asked_anything(running: Running) -> None:
    nowhere = "http://127.0.0.1:1"
    target = emulated(running, environment="production", api_url=nowhere, config_url=nowhere)
    with pytest.raises(ConfigurationError, match="may hold accounts of real users"):
        preflight.check(target, sleep=lambda _: None)
