"""Whether the tenant takes the credentials, and what they open."""

from collections.abc import Iterator, Mapping

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.target.doctor.finding import Finding, meaning

# Code -> cure. {key} and {secret} are the names of the environment variables.
_CURES: Mapping[int, str] = {
    ErrorCode.API_KEY_NOT_ALLOWED: "enable the key in the tenant's console",
    ErrorCode.API_SECRET_MISMATCH: "set {secret} to the primary secret of this very key",
    ErrorCode.ENDPOINT_NOT_IN_PLAN: "have the vendor add it to the tenant's plan",
    ErrorCode.API_KEY_INVALID: "set {key} to the key of this tenant",
    ErrorCode.API_SECRET_INVALID: "set {secret} to the tenant's primary secret",
    ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED: "use the primary secret, or give the additional one this scope",
    ErrorCode.RESOURCE_DISABLED_FOR_V2_TENANT: "have the vendor enable it: the tenant runs the V2 APIs",
    ErrorCode.IP_ADDRESS_NOT_ALLOWED: "allow this machine's address in the tenant's console",
    ErrorCode.SIGNATURE_MISSING: "set sign_requests = true for the target",
    ErrorCode.SIGNATURE_INCORRECT: "sign with the primary secret; an additional one is not taken",
    ErrorCode.SIGNATURE_OR_API_SECRET_MISSING: "set sign_requests = true, or management = true with the secret",
    ErrorCode.SIGNATURE_EXPIRED: "set this machine's clock by NTP",
}

_OPENED = {
    "sott.generate_sott": "registration tokens",
    "role.list_roles": "roles",
    "webhook.list_subscriptions": "webhooks",
}


def check(client: Client) -> Iterator[Finding]:
    """The key first; the secret only where the key is taken."""
    asked = client.call("configuration.get_server_time", check=False)
    if not asked.ok:
        yield _refusal(client, asked, "the API key is refused")
        return
    if client.target.api_secret is None:
        yield Finding(
            "there is no API secret", "whatever needs the server side is skipped; set management = true", "note"
        )
        return
    yield from _secret(client)


def _secret(client: Client) -> Iterator[Finding]:
    for operation, what in _OPENED.items():
        reply = client.call(operation, check=False)
        if not reply.ok:
            yield _refusal(client, reply, f"the API secret does not open {what}")
            if operation == "sott.generate_sott":  # what nothing can be done without; the rest would say it again
                return


def _refusal(client: Client, reply: ApiResponse, problem: str) -> Finding:
    cure = _CURES.get(reply.error_code or 0, "look the code up in contracts/error_codes.json")
    named = cure.format(key=client.target.api_key_env, secret=client.target.api_secret_env)
    return Finding(f"{problem}, {meaning(reply)}", named)
