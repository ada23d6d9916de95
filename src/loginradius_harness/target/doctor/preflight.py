"""A look at a target before the first test: does it answer, does it take the credentials, may it be tested at all."""

import time
from collections.abc import Callable

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.target.doctor import checkup
from loginradius_harness.target.target import Target


def check(target: Target, *, production: bool = False, sleep: Callable[[float], None] = time.sleep) -> None:
    """ConfigurationError with one line for each thing wrong; InfrastructureError where nothing answers.

    `production`: whoever started the run knows that real people may be on the tenant.
    """
    with Client(target, sleep=sleep) as client:
        findings = list(checkup.read_only_checks(client))
    unreachable = [finding for finding in findings if finding.kind == "unreachable"]
    if unreachable:
        raise InfrastructureError(target.name, str(unreachable[0]))
    wrong = [str(finding) for finding in findings if finding.kind == "wrong"]
    if target.is_production and not production:
        wrong.append(
            "real people may be on it: give --allow-production, or describe the target in a targets file with "
            "its environment."
        )
    if wrong:
        raise ConfigurationError(*[f"{target.name} ({target.api_url}): {line}" for line in wrong])
