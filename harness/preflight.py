"""A look at a target before the first test: does it answer, does it take the credentials, can anybody register."""

import time
from collections.abc import Callable

from harness import doctor
from harness.client import Client
from harness.failures import ConfigurationError, InfrastructureFailure
from harness.settings import Target


def check(target: Target, sleep: Callable[[float], None] = time.sleep) -> None:
    """ConfigurationError with one line for each thing wrong; InfrastructureFailure where nothing answers."""
    with Client(target, sleep=sleep) as client:
        findings = list(doctor.look(client))
    unreachable = [finding for finding in findings if finding.kind == "unreachable"]
    if unreachable:
        raise InfrastructureFailure(target.name, str(unreachable[0]))
    wrong = [finding for finding in findings if finding.kind == "wrong"]
    if wrong:
        raise ConfigurationError(*[f"{target.name} ({target.api_url}): {finding}" for finding in wrong])
