"""Signatures in a tenant that requires them (product-facts.md#request-signing)."""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any

STRICT, PREFERRED = {"request_signing": "strict"}, {"request_signing": "preferred"}
DIGEST = "SHA-256=" + "A" * 43 + "="

error_scenario(ErrorCode.SIGNATURE_MISSING, "signature missing", after=STRICT)(no_setup)


@error_scenario(ErrorCode.SIGNATURE_OR_API_SECRET_MISSING, "neither signature nor secret", after=PREFERRED)
def neither_signature_nor_secret(_ready: PreparedRequest) -> dict[str, Json]:
    """Leave the secret out."""
    return {"credentials": {"apisecret": None}}


@error_scenario(ErrorCode.SIGNATURE_INCORRECT, "signature of another", after=STRICT)
def signature_of_another(_ready: PreparedRequest) -> dict[str, Json]:
    """Send a digest made with another secret."""
    return {"headers": {"digest": DIGEST, "X-Request-Expires": "2100-01-01 00:00:00"}}


@error_scenario(ErrorCode.SIGNATURE_EXPIRY_MISSING, "signature without expiry", after=STRICT)
def signature_without_expiry(_ready: PreparedRequest) -> dict[str, Json]:
    """Send only the digest."""
    return {"headers": {"digest": DIGEST}}


@error_scenario(ErrorCode.SIGNATURE_EXPIRY_MALFORMED, "unreadable expiry", after=STRICT)
def unreadable_expiry(_ready: PreparedRequest) -> dict[str, Json]:
    """Send an expiry that is no date."""
    return {"headers": {"digest": DIGEST, "X-Request-Expires": "soon"}}


@error_scenario(ErrorCode.SIGNATURE_EXPIRED, "expiry past", after=STRICT)
def expiry_past(_ready: PreparedRequest) -> dict[str, Json]:
    """Send an expiry in the past."""
    return {"headers": {"digest": DIGEST, "X-Request-Expires": "2001-01-01 00:00:00"}}
