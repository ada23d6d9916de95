"""Signatures in a tenant that asks for them (domain 1.4)."""

from typing import Any

from suites.prepared import Prepared
from suites.situations import nothing, situation

Json = Any

STRICT, PREFERRED = {"request_signing": "strict"}, {"request_signing": "preferred"}
DIGEST = "SHA-256=" + "A" * 43 + "="

situation(1207, "signature missing", after=STRICT)(nothing)


@situation(1209, "neither signature nor secret", after=PREFERRED)
def neither_signature_nor_secret(_ready: Prepared) -> dict[str, Json]:
    """The secret is left out."""
    return {"credentials": {"apisecret": None}}


@situation(1208, "signature of another", after=STRICT)
def signature_of_another(_ready: Prepared) -> dict[str, Json]:
    """A digest that nobody's secret has made."""
    return {"headers": {"digest": DIGEST, "X-Request-Expires": "2100-01-01 00:00:00"}}


@situation(1210, "signature without expiry", after=STRICT)
def signature_without_expiry(_ready: Prepared) -> dict[str, Json]:
    """Only the digest."""
    return {"headers": {"digest": DIGEST}}


@situation(1211, "unreadable expiry", after=STRICT)
def unreadable_expiry(_ready: Prepared) -> dict[str, Json]:
    """No date."""
    return {"headers": {"digest": DIGEST, "X-Request-Expires": "soon"}}


@situation(1212, "expiry past", after=STRICT)
def expiry_past(_ready: Prepared) -> dict[str, Json]:
    """Long ago."""
    return {"headers": {"digest": DIGEST, "X-Request-Expires": "2001-01-01 00:00:00"}}
