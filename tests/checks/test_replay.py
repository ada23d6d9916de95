"""A failure explains itself, and the replay command that it prints fails for the same reason."""

import re
import subprocess

import pytest

from loginradius_harness.client.emulator_client import EmulatorClient
from tests.checks.conftest import Suite

FAULT = "credentials.apikey_is_forgotten_by_authentication_check_email_availability"
TEST = "suites/contract/test_credentials.py::test_each_credential_is_required[{}]"
CASE = "authentication.check_email_availability-apikey-missing"


@pytest.fixture
def broken(emulator_url: str) -> str:
    """Start a tenant that does not check the API key."""
    with EmulatorClient(emulator_url) as control:
        control.set_faults({"on": [FAULT]})
    return emulator_url


def test_failure_names_operation_requirement_and_answer(suite: Suite, broken: str) -> None:
    run = suite("--target", broken, TEST.format(CASE))
    assert run.code == 1
    for words in ("authentication.check_email_availability", "the request is refused", "922", "actual", "replay"):
        assert words in run.output


def test_replay_command_gets_the_same_answer(suite: Suite, broken: str, environment: dict[str, str]) -> None:
    run = suite("--target", broken, TEST.format(CASE))
    found = re.search(r"replay:\s+(curl .*)", run.output)
    assert found is not None
    replayed = subprocess.run(
        ["/bin/sh", "-c", found[1]], env=environment, capture_output=True, text=True, timeout=20, check=True
    )
    assert "200 OK" in replayed.stdout
    assert '"IsExist":' in replayed.stdout


def test_test_id_replays_on_a_broken_tenant_and_passes_on_a_sound_one(suite: Suite, broken: str) -> None:
    assert suite("--target", broken, TEST.format(CASE)).code == 1
    with EmulatorClient(broken) as control:
        control.set_faults({"on": []})
    assert suite("--target", broken, TEST.format(CASE)).code == 0


def test_no_secret_is_printed(suite: Suite, broken: str, environment: dict[str, str]) -> None:
    run = suite("--target", broken, TEST.format(CASE))
    assert environment["HARNESS_API_SECRET"] not in run.output
    assert environment["HARNESS_API_KEY"] not in run.output


def test_failed_state_model_run_prints_its_requests(suite: Suite, emulator_url: str) -> None:
    with EmulatorClient(emulator_url) as control:
        control.set_faults({"on": ["isolation.profile_is_of_the_newest_account"]})
    run = suite("--target", emulator_url, "suites/contract/test_state_model.py", "-k", "several and people")
    assert run.code == 1
    assert "The requests, in order:" in run.output
    assert "state.begin(" in run.output  # the shortest sequence that fails
