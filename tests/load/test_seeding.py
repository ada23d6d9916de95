import dataclasses
from pathlib import Path

import pytest
from msgspec.structs import replace

from loginradius_harness import emulator
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.presets import preset
from loginradius_harness.load import seeding
from loginradius_harness.load.config import plan, profiles
from loginradius_harness.load.config.plan import Options, Plan
from loginradius_harness.load.config.targets import LoadConsent
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.target.target import Target, load_target


@pytest.fixture
def started(running: emulator.Running) -> Target:
    return load_target(running.url, environ={})


def planned(running: emulator.Running, pool: Path) -> Plan:
    options = Options(profile="smoke", accounts=3, pool=str(pool))
    return plan.decide(options, running.url, lambda _: None)


def requiring(scenario: str, made: Plan) -> Plan:
    """Return a plan of one account and one scenario."""
    return dataclasses.replace(made, accounts=1, profile=replace(made.profile, mix={scenario: 1}))


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


@pytest.mark.parametrize(
    ("scenario", "fact", "command"),
    [
        ("login_with_totp", "totp_secret", "--users 1 --totp"),
        ("login_with_passkey", "passkey_key", "--users 1 --passkey"),
        ("validate_expired", "expired_token", "--users 1 --expired"),
        ("login_by_username", "username", "--csv FILE, where FILE has the columns email, password, username"),
        ("login_by_phone", "phone", "--csv FILE, where FILE has the columns email, password, phone"),
    ],
)
def test_a_fact_that_the_pool_lacks_is_named_with_the_command_that_gives_it(
    running: emulator.Running, tmp_path: Path, scenario: str, fact: str, command: str
) -> None:
    made = requiring(scenario, planned(running, tmp_path / "pool.jsonl"))
    account_pool.save(
        made.pool, [{"email": one["email"], "password": one["password"]} for one in seeding.seed(made.target, 1)]
    )
    with pytest.raises(ConfigurationError) as raised:
        seeding.ensure_accounts(made)
    (problem,) = raised.value.problems
    assert f"needs accounts with {fact} (for {scenario})" in problem
    assert f"load seed {running.url} --pool {made.pool} {command}." in problem


def test_a_pool_with_the_fact_is_used(running: emulator.Running, started: Target, tmp_path: Path) -> None:
    made = requiring("login_by_username", planned(running, tmp_path / "pool.jsonl"))
    account_pool.save(made.pool, [{**account, "username": "ada"} for account in seeding.seed(started, 1)])
    before = made.pool.read_bytes()
    seeding.ensure_accounts(made)
    assert made.pool.read_bytes() == before


def test_a_default_pool_with_facts_that_seeding_cannot_give_is_never_replaced(
    running: emulator.Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = requiring("login_by_username", planned(running, account_pool.default_path(running.url)))
    account_pool.save(made.pool, [{"email": "ada@example.com", "password": "x", "username": "ada"}])
    before = made.pool.read_bytes()
    with pytest.raises(ConfigurationError, match=r"does not know the accounts .+ emulator --users FILE"):
        seeding.ensure_accounts(made)
    assert made.pool.read_bytes() == before


def test_a_fact_that_a_tenants_accounts_lack_takes_a_pool_of_its_own(tmp_path: Path, target: Target) -> None:
    tenant = replace(target, name="dev", environment="dev")
    profile = profiles.load("second-factor")
    made = Plan(tenant, profile, profile.curve(), 1, tmp_path / "dev.jsonl", LoadConsent())
    account_pool.save(made.pool, [{"email": "ada@example.com", "password": "x"}])
    other = tmp_path / "dev-totp_secret.jsonl"
    with pytest.raises(ConfigurationError) as raised:
        seeding.ensure_accounts(made)
    assert f"load seed dev --pool {other} --users 1 --totp; then run with --pool {other}." in str(raised.value)


def test_a_passkey_of_a_seeded_account_logs_in_again_and_again(started: Target, running: emulator.Running) -> None:
    running.app.registry.default.settings = preset("passkeys")
    accounts = seeding.seed(started, 2, passkey=True)
    with Client(started) as client:
        for _ in range(2):
            seeding.run(SCENARIOS["login_with_passkey"], started, accounts, client)
        with pytest.raises(ConfigurationError, match=r"passkey\.login_finish answered \d+/1321"):
            seeding.run(
                SCENARIOS["login_with_passkey"], started, [{**accounts[0], "passkey_key": accounts[1]["passkey_key"]}],
                client,
            )  # fmt: skip


def test_passkeys_cannot_be_seeded_where_they_are_off(started: Target) -> None:
    with pytest.raises(ConfigurationError, match=r"passkey\.add_begin answered \d+/1320"):
        seeding.seed(started, 1, passkey=True)


def test_the_emulator_answers_a_log_in_by_oidc_as_expected(started: Target) -> None:
    with Client(started) as client:
        (account,) = seeding.run(SCENARIOS["login_by_oidc"], started, seeding.seed(started, 1), client)
    assert account["id_token"].count(".") == 2


def test_the_emulator_answers_every_scenario_without_account_as_expected(started: Target) -> None:
    scenarios = [scenario for scenario in SCENARIOS.values() if scenario.draw == "none"]
    with Client(started) as client:
        for scenario in scenarios:
            assert seeding.run(scenario, started, [{}], client)
