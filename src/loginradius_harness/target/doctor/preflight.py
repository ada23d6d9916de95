"""Check before the first test that a target answers, accepts the credentials and may be tested."""

import time
from collections.abc import Callable

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.target.doctor import checkup
from loginradius_harness.target.target import Target


def check(target: Target, *, production: bool = False, sleep: Callable[[float], None] = time.sleep) -> None:
    """Raise ConfigurationError with a line for each problem, or InfrastructureError where nothing answers.

    `production`: the run may use a tenant that may hold accounts of real users.
    """
    with Client(target, sleep=sleep) as client:
        findings = list(checkup.read_only_checks(client))
    unreachable = [finding for finding in findings if finding.kind == "unreachable"]
    if unreachable:
        raise InfrastructureError(target.name, str(unreachable[0]))
    wrong = [str(finding) for finding in findings if finding.kind == "wrong"]
    if target.is_production and not production:
        wrong.append(
            "it may hold accounts of real users: give --lr-allow-production, or name its environment in a targets file "
            "or by HARNESS_KIND."
        )
    if wrong:
        raise ConfigurationError(*[f"{target.name} ({target.api_url}): {line}" for line in wrong])
