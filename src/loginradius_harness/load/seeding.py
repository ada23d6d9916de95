"""Accounts for load runs: seeded into a pool, checked before a run, deleted afterwards."""

import asyncio
import subprocess
import sys
from collections.abc import Collection, Iterable, Sequence

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.journey.people import new_password, new_person
from loginradius_harness.load import registrations
from loginradius_harness.load.config import targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.account_pool import Account
from loginradius_harness.load.workload.execution import BoundScenario, ScenarioMix, fetch_keys
from loginradius_harness.load.workload.scenarios import FETCHED, LOG_IN, SCENARIOS, Scenario, Step, passkey_credential
from loginradius_harness.load.workload.virtual_users import VirtualUser, without_requests
from loginradius_harness.target.target import Target

_TOKEN_HOLDERS = 20  # accounts that get a token at once, so that it can have expired when it is needed
_CONNECTIONS = 16
# fact -> option of `load seed`; else a CSV file
_GIVEN_BY = {"totp_secret": "--totp", "passkey_key": "--passkey", "expired_token": "--expired"}
_FACTS_OF_PASSKEY = ("passkey_id", "passkey_key", "passkey_handle", "passkey_origin")

_CREATE = Scenario(
    "create", "Create a verified account",
    (
        Step(
            "account.create_account",
            body={"Email": [{"Type": "Primary", "Value": "{email}"}], "EmailVerified": True, "Password": "{password}"},
            keep={"uid": "Uid"},
        ),
    ),
    "none",
)  # fmt: skip
_ENROL = Scenario(
    "enrol", "Enrol an authenticator app",
    (
        Step(
            "mfa.login_by_email", body={"email": "{email}", "password": "{password}"}, keep={"token": "access_token"}
        ),
        Step("mfa.get_settings", token="token", keep={"totp_secret": "ManualEntryCode"}),  # noqa: S106  # a variable
        Step(
            "mfa.verify_authenticator_code_by_access_token",
            token="token",  # noqa: S106  # as above
            body={"authenticatorcode": "{totp}"},
        ),
    ),
    "none",
)  # fmt: skip
_ADD_PASSKEY = Scenario(
    "add passkey", "Add a passkey",
    (
        LOG_IN,
        Step(
            "passkey.add_begin",
            token="token",  # noqa: S106  # as above
            keep={
                "challenge": "RegisterBeginCredential/publicKey/challenge",
                "rp_id": "RegisterBeginCredential/publicKey/rp/id",
                "passkey_handle": "RegisterBeginCredential/publicKey/user/id",
            },
        ),
        Step(
            "passkey.add_finish",
            token="token",  # noqa: S106  # as above
            computed="attestation",
            body=passkey_credential(attestationObject="{attestation}", clientDataJSON="{client_data}"),
        ),
    ),
    "none",
)  # fmt: skip
_DELETE = Scenario(
    "delete", "Delete an account", (Step("account.delete_account_by_uid", path={"uid": "{uid}"}),), "none"
)


def ensure_accounts(plan: Plan) -> None:
    """Check that the pool has the accounts of the plan; for an emulator, seed them if it has not.

    A tenant's pool is never filled without being asked for, and a file that the user named is never overwritten:
    ConfigurationError. It names facts that the profile needs and no account has, and the command that gives them.
    """
    needs = {name for scenario in plan.profile.mix for name in SCENARIOS[scenario].needs} - FETCHED
    own = needs - _GIVEN_BY.keys()  # seeding cannot give them
    _require_facts(plan, own)
    is_default = plan.pool == account_pool.default_path(plan.target.name)
    may_seed = plan.target.is_emulator and not own and (is_default or not plan.pool.exists())
    if may_seed and not _is_usable(plan, needs):
        _seed_in_subprocess(plan)
    account_pool.load(plan.pool, plan.accounts)
    if plan.target.is_emulator and not _is_known(plan):
        start = "Start it with them: loginradius-harness emulator --users FILE"
        seed_anew = f"Seed it anew: loginradius-harness load seed {plan.target.name} {' '.join(_seed_options(plan))}"
        raise ConfigurationError(
            f"The emulator does not know the accounts of {plan.pool}. {start if own else seed_anew}."
        )
    _require_facts(plan, needs if plan.target.is_emulator else needs - {"expired_token"})  # those come with time


def seed(
    target: Target, users: int, *, expired: bool = False, totp: bool = False, passkey: bool = False
) -> list[Account]:
    """Create accounts, and tokens for the first of them; ConfigurationError when the target refuses.

    `expired` makes an emulator issue those tokens for a second only; a tenant's expire by themselves. `totp` enrols an
    authenticator app for every account, `passkey` adds a passkey to it.
    """
    with Client(target) as client:
        accounts = _create(target, users, client)
        if passkey:
            accounts = _add_passkeys(target, accounts, client)
        if totp:
            return run(_ENROL, target, accounts, client)
        log_in = _log_in_with_short_tokens if expired and target.is_emulator else _log_in
        holders = log_in(target, accounts[:_TOKEN_HOLDERS], client)
        return [*holders, *accounts[_TOKEN_HOLDERS:]]


def remove(target: Target, accounts: Sequence[Account]) -> None:
    """Delete the accounts of a pool that `seed` created on a tenant."""
    with Client(target) as client:
        run(_DELETE, target, [account for account in accounts if "uid" in account], client)


def run(scenario: Scenario, target: Target, accounts: Iterable[Account], client: Client) -> list[Account]:
    """Run a scenario once with every account; return the accounts with the values they kept.

    ConfigurationError when a step fails.
    """
    clock = without_requests(client.clock)
    users = [VirtualUser(clock, account) for account in accounts]
    bound = BoundScenario(scenario, target, (), clock)
    mix = ScenarioMix([bound], {bound.name: 1})
    fetch_keys(mix, client)
    asyncio.run(_run(mix, target, users, client.redactor))
    return [dict(user) for user in users]


def _create(target: Target, users: int, client: Client) -> list[Account]:
    if target.is_emulator:
        with EmulatorClient(target.api_url, target.api_key) as control:
            made = control.seed(users)
        return [{"email": email, "password": made["password"]} for email in made["emails"]]
    address = target.mailbox.address
    accounts = [{"email": new_person(address).email, "password": new_password()} for _ in range(users)]
    with registrations.logged_until_done(target, [account["email"] for account in accounts]):
        return run(_CREATE, target, accounts, client)


def _add_passkeys(target: Target, accounts: Sequence[Account], client: Client) -> list[Account]:
    """Add a passkey to each account, as from a page of the tenant's first origin."""
    configuration = client.call("configuration.get_configurations", check=False).data
    origins = (configuration.get("PassKeysConfig") or {}).get("RPOrigins")
    if not origins:
        raise ConfigurationError(f"{target.name} has no passkeys: its configuration names no origin for them.")
    made = run(_ADD_PASSKEY, target, [{**account, "passkey_origin": origins[0]} for account in accounts], client)
    return [
        {**account, **{name: owner[name] for name in _FACTS_OF_PASSKEY}}
        for account, owner in zip(accounts, made, strict=True)
    ]


def _is_usable(plan: Plan, needs: Collection[str]) -> bool:
    """Return whether there are enough accounts, with what the mix needs, that the emulator (still) knows."""
    try:
        account_pool.load(plan.pool, plan.accounts)
        _require_facts(plan, needs)
    except ConfigurationError:
        return False
    return _is_known(plan)


def _is_known(plan: Plan) -> bool:
    """Return whether the last account of the plan can log in."""
    last = account_pool.load(plan.pool, plan.accounts)[-1]
    with Client(plan.target) as client:
        return client.call(LOG_IN.operation, body={name: last[name] for name in ("email", "password")}, check=False).ok


def _require_facts(plan: Plan, facts: Collection[str]) -> None:
    """Raise ConfigurationError when no account of the plan has one of these facts."""
    accounts = account_pool.load(plan.pool)[: plan.accounts] if facts and plan.pool.exists() else []
    if accounts and "expired_token" in facts:
        with Client(plan.target) as client:
            account_pool.separate_expired_tokens(accounts, client.clock.now())
    missing = sorted(name for name in facts if not any(name in account for account in accounts))
    if missing:
        users = [name for name in plan.profile.mix if not {*missing}.isdisjoint(SCENARIOS[name].needs)]
        raise ConfigurationError(
            f"The profile {plan.profile.name} needs accounts with {' and '.join(missing)} (for {', '.join(users)}), "
            f"but the pool {plan.pool} has none. Create one: {_command_that_gives(missing, plan)}."
        )


def _command_that_gives(facts: Sequence[str], plan: Plan) -> str:
    """Return the command that makes a pool with these facts; a tenant's new accounts would come after the old ones."""
    is_filled = plan.pool.exists() and not plan.target.is_emulator
    pool = plan.pool.with_stem("-".join([plan.pool.stem, *facts])) if is_filled else plan.pool
    options = [_GIVEN_BY.get(fact, "") for fact in facts]
    columns = ", ".join(["email", "password", *facts])
    by_csv = f"--csv FILE, where FILE has the columns {columns}"
    given = " ".join(["--users", str(plan.accounts), *options]) if all(options) else by_csv
    command = f"loginradius-harness load seed {plan.target.name} --pool {pool} {given}"
    return f"{command}; then run with --pool {pool}" if is_filled else command


def _seed_options(plan: Plan) -> list[str]:
    """Return the options of `load seed` that make what the plan needs."""
    options = ["--users", str(plan.accounts), "--pool", str(plan.pool)]
    if "validate_expired" in plan.profile.mix:
        options.append("--expired")
    if "login_with_totp" in plan.profile.mix:
        options.append("--totp")
    if "login_with_passkey" in plan.profile.mix:
        options.append("--passkey")
    return options


def _seed_in_subprocess(plan: Plan) -> None:
    """Seed in a process of its own: seeding runs an event loop, which fails in a process that locust has patched."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "load", "seed", plan.target.name]
    command += _seed_options(plan)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if done.returncode:
        raise ConfigurationError(done.stderr.strip() or f"Seeding ended with exit code {done.returncode}.")


def _log_in(target: Target, accounts: Sequence[Account], client: Client) -> list[Account]:
    return run(Scenario("log in", "", (LOG_IN,), "none"), target, accounts, client)


def _log_in_with_short_tokens(target: Target, accounts: Sequence[Account], client: Client) -> list[Account]:
    """Log in while the emulator's tokens live for a second; its clock, which others rely on, is left alone."""
    with EmulatorClient(target.api_url, target.api_key) as control:
        lifetime = control.settings()["access_token_seconds"]
        control.patch_settings({"access_token_seconds": 1})
        try:
            holders = _log_in(target, accounts, client)
        finally:
            control.patch_settings({"access_token_seconds": lifetime})
    return [{**account, "expired_token": holder["token"]} for account, holder in zip(accounts, holders, strict=True)]


async def _run(mix: ScenarioMix, target: Target, users: Sequence[VirtualUser], redactor: Redactor) -> None:
    (scenario,) = mix.scenarios
    hosts = {step.host for step in scenario.steps}
    endpoints = targets.endpoints(target, hosts, EgressFilter().permit)
    rate_limiter = RateLimiter(target.requests_per_second) if target.requests_per_second else None
    engine = Engine(
        endpoints, mix, redactor,
        connections=_CONNECTIONS, timeout=target.limits.timeout_seconds, rate_limiter=rate_limiter,
    )  # fmt: skip
    failures = await engine.prepare([(scenario, user) for user in users])
    await engine.end()
    if failures:
        raise ConfigurationError(f"{failures[0]} ({len(failures)} of {len(users)} accounts).")
