"""A look at a target before the first test: does it answer, and does it take the credentials."""

from collections.abc import Mapping

from contracts import errors
from harness.client import Client
from harness.failures import ConfigurationError
from harness.reply import Reply
from harness.settings import Target

CURES: Mapping[int, str] = {
    901: "the API key is switched off: enable it in the tenant's console",
    902: "the API secret does not belong to this API key: set {secret} to the tenant's primary secret",
    920: "the API key is unknown: set {key} to the key of this tenant",
    921: "the API secret is malformed: set {secret} to the tenant's primary secret",
    1190: "registration is switched off: enable it for the tenant, or choose another target",
    1206: "the tenant does not take calls from this address: allow it in the tenant's console",
    1207: "the tenant wants signed requests: set sign_requests = true for the target",
}


def check(target: Target) -> None:
    """ConfigurationError with one line for each thing wrong; InfrastructureFailure where nothing answers."""
    with Client(target) as client:
        configuration = client.call("configuration.get_configurations", check=False)
        problems = _problems(configuration, target)
        if configuration.ok and configuration.data.get("NoRegistration"):
            problems.append(_cure(1190, target))
        if target.management and configuration.ok:
            problems += _problems(client.call("sott.generate_sott", check=False), target)
    if problems:
        raise ConfigurationError(*problems)


def _problems(reply: Reply, target: Target) -> list[str]:
    return [] if reply.ok else [_cure(reply.error_code, target)]


def _cure(code: int | None, target: Target) -> str:
    known = errors().get(code or 0)
    meaning = known.meaning if known else "an answer that is not the product's"
    cure = CURES.get(code or 0, f"{meaning} ({code})")
    named = cure.format(key=target.api_key_env, secret=target.api_secret_env)
    return f"{target.name} ({target.api_url}): {named}."
