"""On a shared tenant the security checks lock and change only accounts that they created, within their budgets."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from evaluation.fault_injection.checklist import ROWS
from loginradius_harness import contracts, emulator
from loginradius_harness.checks.security.request_budget import RequestMeter, affordable, checks
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.request import Call
from loginradius_harness.client.secrets import Secret
from loginradius_harness.target.shared_tenant.budget import Cost
from loginradius_harness.target.target import RATES, Limits

ROOT = Path(__file__).parents[2]
RATE = int(RATES["production"])  # the documented limit, above which the tenant answers 429; the run keeps to half of it
SETTINGS = {"lockout_type": "Block", "lockout_threshold": 3, "mail_limit": 5, "rate_limit_per_second": RATE}
GUESSERS = ("suites/security/test_brute_force.py", "suites/security/test_enumeration.py")


@pytest.fixture
def tenant() -> Iterator[tuple[str, Secret, Secret]]:
    """Address, key and secret of a tenant with accounts of others, which blocks whose password is guessed at."""
    with emulator.running() as running, EmulatorClient(running.url) as control:
        key, secret = control.new_tenant("default", **SETTINGS)
        with EmulatorClient(running.url, key) as own:
            own.seed(20)
        yield running.url, key, secret


@pytest.fixture
def run(tmp_path: Path, tenant: tuple[str, Secret, Secret]) -> Callable[[], list[dict[str, Any]]]:
    """`run()` asks the guessing checks as a user does, and gives the verdicts."""
    url, key, secret = tenant
    file, report = tmp_path / "targets.toml", tmp_path / "report"
    file.write_text(
        f'[shared]\nenvironment = "emulator"\nshared = true\napi_url = "{url}"\n'
        f"[shared.limits]\nrequests_per_second = {RATE // 2}\n"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
    secrets = {"HARNESS_API_KEY": key.reveal(), "HARNESS_API_SECRET": secret.reveal()}
    options = ["-q", "-p", "no:cacheprovider", "--target", "shared", "--targets-file", str(file)]

    def run() -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "pytest", *options, "--report", str(report), *GUESSERS]
        subprocess.run(command, cwd=ROOT, env=clean | secrets, capture_output=True, timeout=300, check=False)
        lines = map(json.loads, (report / "record.ndjson").read_text().splitlines())
        return [line for line in lines if line["event"] == "verdict"]

    return run


def test_guesses_lock_no_other_account_and_stay_under_the_limits(
    tenant: tuple[str, Secret, Secret], run: Callable[[], list[dict[str, Any]]]
) -> None:
    url, key, _ = tenant
    with EmulatorClient(url, key) as control:
        before = accounts(control)
        verdicts = run()
        assert accounts(control) == before
        statuses = [entry["status"] for entry in control.journal()["entries"]]
    assert [verdict["test"] for verdict in verdicts if verdict["outcome"] == "failed"] == []
    assert {verdict["row"] for verdict in verdicts if verdict["outcome"] == "passed"} >= {9, 10, 11, 13}
    assert len(statuses) > 100
    assert 429 not in statuses


def accounts(control: EmulatorClient) -> dict[str, Any]:
    """Everything that the tenant knows of people, locks included."""
    stores = control.snapshot()["stores"]
    return {name: store for name, store in stores.items() if name.startswith("accounts")}


def test_the_checks_that_are_paid_for_fit_the_limits_together() -> None:
    paid = affordable(ROWS, Limits())
    total = asdict(sum((checks()[row].cost for row in paid), Cost()))
    assert {name: amount for name, amount in total.items() if amount > getattr(Limits(), name)} == {}
    assert affordable(ROWS, Limits(requests=10**6, users=10**6, mails=10**6, sms=10**6)) == set(ROWS)


def test_a_check_that_is_too_dear_makes_room_for_the_next() -> None:
    assert affordable([9, 53], Limits(users=checks()[9].cost.users)) == {9}


def test_a_check_that_needs_more_than_its_budget_is_stopped() -> None:
    meter = RequestMeter()
    meter.row = 9
    for _ in range(checks()[9].cost.requests):
        meter.count_request()
    with pytest.raises(ConfigurationError, match=r"Check 9 may use \d+ requests and needs more"):
        meter.count_request()


def test_a_check_that_makes_more_people_than_its_budget_is_stopped() -> None:
    meter = RequestMeter()
    meter.row = 9
    call = Call(contracts.get("account.create_account"), {}, {}, None, None, {}, {})
    for _ in range(checks()[9].cost.users):
        meter.count(call)
    with pytest.raises(ConfigurationError, match="users"):
        meter.count(call)
