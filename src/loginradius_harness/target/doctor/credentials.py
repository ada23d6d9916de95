"""Check whether the tenant accepts the credentials, and what they permit."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.target.doctor.finding import Finding, meaning

# Error code -> how to fix it. {key} and {secret} are the names of the environment variables.
_FIXES: Mapping[int, str] = {
    ErrorCode.API_KEY_NOT_ALLOWED: "enable the key in the tenant's console",
    ErrorCode.API_SECRET_MISMATCH: "set {secret} to the primary secret of this key",
    ErrorCode.ENDPOINT_NOT_IN_PLAN: "have the vendor add it to the tenant's plan",
    ErrorCode.API_KEY_INVALID: "set {key} to the key of this tenant",
    ErrorCode.API_SECRET_INVALID: "set {secret} to the tenant's primary secret",
    ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED: "use the primary secret, or give the additional one this scope",
    ErrorCode.RESOURCE_DISABLED_FOR_V2_TENANT: "have the vendor enable it: the tenant runs the V2 APIs",
    ErrorCode.IP_ADDRESS_NOT_ALLOWED: "allow this machine's address in the tenant's console",
    ErrorCode.SIGNATURE_MISSING: "set sign_requests = true for the target",
    ErrorCode.SIGNATURE_INCORRECT: "sign with the primary secret; an additional one is not accepted",
    ErrorCode.SIGNATURE_OR_API_SECRET_MISSING: "set sign_requests = true, or management_api = true with the secret",
    ErrorCode.SIGNATURE_EXPIRED: "set this machine's clock by NTP",
}

_OPTIONAL = {"roles": "role.list_roles", "webhooks": "webhook.list_subscriptions"}  # a plan may lack them


def check(client: Client) -> Iterator[Finding]:
    """Check the key, and the secret where the key is accepted."""
    reply = client.call("configuration.get_server_time", check=False)
    if not reply.ok:
        yield _refusal(client, reply, "the API key is refused")
        return
    if client.target.api_secret is None:
        yield Finding(
            "there is no API secret", "tests that need management calls are skipped; set management_api = true", "note"
        )
        return
    yield from _secret(client)


def _secret(client: Client) -> Iterator[Finding]:
    reply = client.call("sott.generate_sott", check=False)
    if not reply.ok:  # no test can do without
        yield _refusal(client, reply, "the API secret does not permit registration tokens")
        return
    for what, operation in _OPTIONAL.items():
        if what in client.target.missing_capabilities:
            continue
        reply = client.call(operation, check=False)
        if not reply.ok:
            refusal = _refusal(client, reply, f"the API secret does not permit {what}, whose tests are skipped")
            yield replace(refusal, kind="note")


def _refusal(client: Client, reply: ApiResponse, problem: str) -> Finding:
    fix = _FIXES.get(reply.error_code or 0, "look the code up in contracts/error_codes.json")
    named = fix.format(key=client.target.api_key_env, secret=client.target.api_secret_env)
    return Finding(f"{problem}, {meaning(reply)}", named)
