"""Check before the first test that a target answers, accepts the credentials and may be tested."""

import time
from collections.abc import Callable

from msgspec.structs import replace

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.target.doctor import checkup
from loginradius_harness.target.target import Limits, Target

LONGEST_WAIT = 7.0  # seconds for one response: two hosts that never answer, asked three times each, take 45 s
MOST_RETRIES = 2
_REAL_USERS = (
    "it may hold accounts of real users: give --allow-production (in a project of your own: --lr-allow-production), "
    "or name its environment in a targets file or by HARNESS_KIND."
)


def check(target: Target, *, production: bool = False, sleep: Callable[[float], None] = time.sleep) -> None:
    """Raise ConfigurationError with a line for each problem, or InfrastructureError where nothing answers.

    `production`: the run may use a tenant that may hold accounts of real users; without that, such a tenant is not
    asked anything.
    """
    if target.is_production and not production:
        raise ConfigurationError(f"{target.name} ({target.api_url}): {_REAL_USERS}")
    with Client(replace(target, limits=_quick(target.limits)), sleep=sleep) as client:
        findings = list(checkup.read_only_checks(client))
    unreachable = [finding for finding in findings if finding.kind == "unreachable"]
    if unreachable:
        raise InfrastructureError(target.name, str(unreachable[0]))
    wrong = [str(finding) for finding in findings if finding.kind == "wrong"]
    if wrong:
        raise ConfigurationError(*[f"{target.name} ({target.api_url}): {line}" for line in wrong])


def _quick(limits: Limits) -> Limits:
    """Return limits with which a target that never answers is found within a minute."""
    return replace(
        limits, timeout_seconds=min(limits.timeout_seconds, LONGEST_WAIT), retries=min(limits.retries, MOST_RETRIES)
    )
