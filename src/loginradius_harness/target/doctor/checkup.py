"""Check a target layer by layer; stop where further checks would only repeat a finding."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import ConfigurationError, ContractViolationError, InfrastructureError
from loginradius_harness.journey.journey import Journey
from loginradius_harness.mailbox import adapters
from loginradius_harness.target.doctor import configuration, connectivity, credentials, messaging, target_file
from loginradius_harness.target.doctor.finding import Finding
from loginradius_harness.target.shared_tenant.protection import STATE, SharedTenantProtection
from loginradius_harness.target.target import Target

EXIT_CODES = {"note": 0, "wrong": ConfigurationError.exit_code, "unreachable": InfrastructureError.exit_code}

_NOT_TRIED = Finding(
    "registration, mail and SMS were not tried, for the tenant may hold accounts of real users",
    "--allow-production lets the doctor register one invented user and remove it",
    "note",
)


def diagnose(
    target: Target,
    *,
    transport: httpx.BaseTransport | None = None,
    state: Path = STATE,
    sleep: Callable[[float], None] = time.sleep,
    production: bool = False,
) -> Iterator[Finding]:
    """Yield all findings. Where there is no problem so far, register a user and remove it.

    `production`: it may do so on a tenant that may hold accounts of real users too.
    """
    described = list(target_file.check(target))
    yield from described
    if _stops(described):
        return
    with Client(target, transport, sleep=sleep) as client:
        found = list(read_only_checks(client))
        yield from found
        if _stops(found) or target.api_secret is None:
            return
        if target.is_production and not production:
            yield _NOT_TRIED
        else:
            yield from _try_out(client, state, transport, sleep)


def read_only_checks(client: Client) -> Iterator[Finding]:
    """Yield what a few reading requests show."""
    try:
        for layer in (connectivity, credentials, configuration):
            findings = list(layer.check(client))
            yield from findings
            if _stops(findings):
                return
    except InfrastructureError as failure:
        yield Finding(str(failure), "it answered before; try again", "unreachable")


def exit_code(findings: list[Finding]) -> int:
    """Return the exit code of the most serious finding: 2 before 3 before 0."""
    codes = {EXIT_CODES[finding.kind] for finding in findings}
    return next((code for code in (2, 3) if code in codes), 0)


def _stops(findings: list[Finding]) -> bool:
    return exit_code(findings) != 0


def _try_out(
    client: Client, state: Path, transport: httpx.BaseTransport | None, sleep: Callable[[float], None]
) -> Iterator[Finding]:
    target = client.target
    control = EmulatorClient(target.api_url, target.api_key) if target.is_emulator else None
    protection = SharedTenantProtection(target, state=state, transport=transport, sleep=sleep)
    protection.protect(client)
    try:
        yield from messaging.check(Journey(client, adapters.select_mailbox(target, client, control)))
    except (ConfigurationError, InfrastructureError) as failure:
        yield Finding(str(failure), "fix it and run the doctor again", "wrong")
    except ContractViolationError as failure:
        where = f"{failure.operation} deviates from its contract ({failure.requirement})"
        yield Finding(f"{where}: expected {failure.expected}, got {failure.actual}", "the suites report it", "note")
    finally:
        yield from (Finding(line, "try again with loginradius-harness cleanup") for line in protection.close())
        if control is not None:
            control.close()
