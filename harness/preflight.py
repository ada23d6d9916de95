"""A look at a target before the first test: does it answer, does it take the credentials, may it be tested at all."""

import time
from collections.abc import Callable

from harness import doctor
from harness.client import Client
from harness.failures import ConfigurationError, InfrastructureFailure
from harness.settings import Target


def check(target: Target, *, production: bool = False, sleep: Callable[[float], None] = time.sleep) -> None:
    """ConfigurationError with one line for each thing wrong; InfrastructureFailure where nothing answers.

    `production`: whoever started the run knows that real people may be on the tenant.
    """
    with Client(target, sleep=sleep) as client:
        findings = list(doctor.look(client))
    unreachable = [finding for finding in findings if finding.kind == "unreachable"]
    if unreachable:
        raise InfrastructureFailure(target.name, str(unreachable[0]))
    wrong = [str(finding) for finding in findings if finding.kind == "wrong"]
    if target.is_production and not production:
        wrong.append(
            "real people may be on it: give --i-know-this-is-production, or describe the target in a targets file with "
            "its environment."
        )
    if wrong:
        raise ConfigurationError(*[f"{target.name} ({target.api_url}): {line}" for line in wrong])
