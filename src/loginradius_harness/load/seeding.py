"""Making accounts for a pool, and removing them again."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.journey.people import new_password, new_person
from loginradius_harness.load.config import targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.workload.account_pool import Account
from loginradius_harness.load.workload.execution import BoundScenario, ScenarioMix
from loginradius_harness.load.workload.scenarios import LOG_IN, Scenario, Step
from loginradius_harness.load.workload.virtual_users import VirtualUser, steady
from loginradius_harness.target.target import Target

_TOKEN_HOLDERS = 20  # accounts that get a token at once, so that it can have expired when it is needed
_CONNECTIONS = 16

_CREATE = Scenario(
    "create", "Create a verified account",
    (
        Step(
            "account.create_account",
            body={"Email": [{"Type": "Primary", "Value": "{email}"}], "Password": "{password}"},
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
_DELETE = Scenario(
    "delete", "Delete an account", (Step("account.delete_account_by_uid", path={"uid": "{uid}"}),), "none"
)


def seed(target: Target, users: int, *, expired: bool = False, totp: bool = False) -> list[Account]:
    """New accounts, with tokens for the first of them. ConfigurationError when the target does not want them.

    `expired` moves an emulator's clock until those tokens have expired; a tenant's expire by themselves. `totp` enrols
    an authenticator app for every account.
    """
    client = Client(target)
    if target.is_emulator:
        with EmulatorClient(target.api_url, target.api_key) as control:
            made = control.seed(users)
        accounts = [{"email": email, "password": made["password"]} for email in made["emails"]]
    else:
        accounts = [{"email": new_person().email, "password": new_password()} for _ in range(users)]
        accounts = run(_CREATE, target, accounts, client)
    if totp:
        return run(_ENROL, target, accounts, client)
    holders = run(Scenario("log in", "", (LOG_IN,), "none"), target, accounts[:_TOKEN_HOLDERS], client)
    if expired and target.is_emulator:
        _outlive(target, holders, client)
    return [*holders, *accounts[_TOKEN_HOLDERS:]]


def remove(target: Target, accounts: Sequence[Account]) -> None:
    """Delete the accounts of a pool that were made by `seed`."""
    run(_DELETE, target, [account for account in accounts if "uid" in account], Client(target))


def _outlive(target: Target, holders: Sequence[Account], client: Client) -> None:
    """Move the emulator's clock past the life of these tokens."""
    last = max(datetime.fromisoformat(account["expires"]) for account in holders)
    ahead = last - client.clock.now() + timedelta(minutes=1)
    with EmulatorClient(target.api_url, target.api_key) as control:
        control.advance(ahead.total_seconds())


def run(scenario: Scenario, target: Target, accounts: Iterable[Account], client: Client) -> list[Account]:
    """Let every account run a scenario once; the accounts with what they kept. Every step must succeed."""
    clock = steady(client.clock)
    actors = [VirtualUser(clock, account) for account in accounts]
    program = BoundScenario(scenario, target, (), clock)
    asyncio.run(_run(program, target, actors, client.redactor))
    return [dict(actor) for actor in actors]


async def _run(program: BoundScenario, target: Target, actors: Sequence[VirtualUser], redactor: Redactor) -> None:
    endpoint = targets.endpoint(target, EgressFilter().permit(target.api_url))
    governor = RateLimiter(target.requests_per_second) if target.requests_per_second else None
    mix = ScenarioMix([program], {program.name: 1})
    engine = Engine(
        endpoint, mix, redactor,
        connections=_CONNECTIONS, timeout=target.limits.timeout_seconds, governor=governor,
    )  # fmt: skip
    failures = await engine.prepare([(program, actor) for actor in actors])
    await engine.end()
    if failures:
        raise ConfigurationError(f"{failures[0]} ({len(failures)} of {len(actors)} accounts)")
