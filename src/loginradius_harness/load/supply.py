"""Accounts for a run against an emulator: made on the spot when its pool has none that the emulator knows."""

import subprocess
import sys

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.scenarios import FETCHED, LOG_IN, SCENARIOS


def stock(plan: Plan) -> None:
    """See that the pool has the accounts that the plan wants; a tenant's pool is never filled unasked."""
    if plan.target.is_emulator and not _is_usable(plan):
        _seed(plan)
    account_pool.load(plan.pool, plan.accounts)


def _is_usable(plan: Plan) -> bool:
    """Whether there are enough accounts, with what the mix needs, and the emulator knows them: it forgets everybody."""
    try:
        accounts = account_pool.load(plan.pool, plan.accounts)
    except ConfigurationError:
        return False
    with Client(plan.target) as client:
        account_pool.age(accounts, client.clock.now())
        needed = {name for scenario in plan.profile.mix for name in SCENARIOS[scenario].needs} - FETCHED
        body = {"email": accounts[-1]["email"], "password": accounts[-1]["password"]}
        has_all = all(any(name in account for account in accounts) for name in needed)
        return has_all and client.call(LOG_IN.operation, body=body, check=False).ok


def _seed(plan: Plan) -> None:
    """In a process of its own: seeding runs an event loop, which a process that locust has patched can not."""
    command = [
        sys.executable,
        "-m",
        "loginradius_harness",
        "load",
        "seed",
        plan.target.name,
        "--users",
        str(plan.accounts),
    ]
    command += ["--pool", str(plan.pool)]
    if "validate_expired" in plan.profile.mix:
        command.append("--expired")
    if "login_with_totp" in plan.profile.mix:
        command.append("--totp")
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if done.returncode:
        raise ConfigurationError(done.stderr.strip() or f"seeding ended with {done.returncode}")
