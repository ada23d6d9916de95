"""Looks for what is wrong with a target, from near to far, and stops where going on would only repeat it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from harness import inboxes
from harness.client import Client
from harness.control import Control
from harness.diagnoses import configuration, description, keys, post, reach
from harness.diagnoses.finding import Finding
from harness.failures import ConfigurationError, InfrastructureFailure
from harness.journey import Journey
from harness.safety import STATE, Safety
from harness.settings import Target

EXIT_CODES = {"note": 0, "wrong": ConfigurationError.exit_code, "unreachable": InfrastructureFailure.exit_code}


def examine(
    target: Target,
    *,
    transport: httpx.BaseTransport | None = None,
    state: Path = STATE,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Finding]:
    """All findings. Where the layers before allow it, one person is registered, and removed."""
    described = list(description.examine(target))
    yield from described
    if _stops(described):
        return
    with Client(target, transport, sleep=sleep) as client:
        found = list(look(client))
        yield from found
        if not _stops(found) and target.api_secret is not None:
            yield from _try_out(client, state, transport, sleep)


def look(client: Client) -> Iterator[Finding]:
    """What a few requests show that change nothing."""
    try:
        for layer in (reach, keys, configuration):
            findings = list(layer.examine(client))
            yield from findings
            if _stops(findings):
                return
    except InfrastructureFailure as failure:
        yield Finding(str(failure), "it answered before: try again", "unreachable")


def exit_code(findings: list[Finding]) -> int:
    """That of the gravest finding: a wrong setting before an unreachable host before none."""
    codes = {EXIT_CODES[finding.kind] for finding in findings}
    return next((code for code in (2, 3) if code in codes), 0)


def _stops(findings: list[Finding]) -> bool:
    return exit_code(findings) != 0


def _try_out(
    client: Client, state: Path, transport: httpx.BaseTransport | None, sleep: Callable[[float], None]
) -> Iterator[Finding]:
    target = client.target
    control = Control(target.api_url, target.api_key) if target.is_emulator else None
    safety = Safety(target, state=state, transport=transport, sleep=sleep)
    safety.protect(client)
    try:
        yield from post.examine(Journey(client, inboxes.choose(target, client, control)))
    except (ConfigurationError, InfrastructureFailure) as failure:
        yield Finding(str(failure), "mend it and ask the doctor again", "wrong")
    finally:
        yield from (Finding(line, "python -m harness cleanup tries again") for line in safety.close())
        if control is not None:
            control.close()
