from pathlib import Path

import pytest

from loginradius_harness import emulator
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.load import seeding
from loginradius_harness.load.config import plan
from loginradius_harness.load.config.plan import Options, Plan
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.target.target import Target, load_target


@pytest.fixture
def started(running: emulator.Running) -> Target:
    return load_target(running.url, environ={})


def planned(running: emulator.Running, pool: Path) -> Plan:
    options = Options(profile="smoke", accounts=3, pool=str(pool))
    return plan.decide(options, running.url, lambda _: None)


def test_expired_tokens_are_issued_without_touching_the_emulators_clock(
    running: emulator.Running, started: Target
) -> None:
    tenant = running.app.registry.default
    ahead, lifetime = tenant.clock.ahead, tenant.settings.access_token_seconds
    accounts = seeding.seed(started, 3, expired=True)
    assert (tenant.clock.ahead, tenant.settings.access_token_seconds) == (ahead, lifetime)
    tenant.clock.advance(1)  # the test does not wait for the second
    with Client(started) as client:
        answer = client.call("authentication.validate_access_token", token=accounts[0]["expired_token"], check=False)
    assert answer.error_code == ErrorCode.ACCESS_TOKEN_EXPIRED


def test_a_pool_is_seeded_where_the_emulator_has_none(running: emulator.Running, tmp_path: Path) -> None:
    made = planned(running, tmp_path / "pool.jsonl")
    seeding.ensure_accounts(made)
    assert len(account_pool.load(made.pool)) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("email,password\na@example.com,x\n", "is not an account in JSON"),
        ('{"email": "a@example.com", "password": "x"}\n', "3 accounts are needed"),
        ('{"email": "a@example.com", "password": "x"}\n' * 3, "does not know the accounts"),
    ],
)
def test_a_users_own_file_is_never_overwritten(
    running: emulator.Running, tmp_path: Path, text: str, message: str
) -> None:
    own = tmp_path / "mine.csv"
    own.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        seeding.ensure_accounts(planned(running, own))
    assert own.read_text() == text


def test_the_emulator_answers_every_scenario_without_account_as_expected(started: Target) -> None:
    scenarios = [scenario for scenario in SCENARIOS.values() if scenario.draw == "none"]
    with Client(started) as client:
        for scenario in scenarios:
            assert seeding.run(scenario, started, [{}], client)
