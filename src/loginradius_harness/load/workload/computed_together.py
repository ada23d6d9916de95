"""Values of a request that belong together: computed at once for each request, and kept for the steps that follow."""

from collections.abc import Callable

from loginradius_harness.journey.federation import challenge_of, random_text
from loginradius_harness.load.workload import authenticators
from loginradius_harness.load.workload.virtual_users import VirtualUser


def _pkce(_user: VirtualUser) -> dict[str, str]:
    """Return a new code verifier with its challenge (RFC 7636), and a state."""
    verifier = random_text()
    return {"code_verifier": verifier, "code_challenge": challenge_of(verifier), "state": random_text()}


COMPUTED_TOGETHER: dict[str, Callable[[VirtualUser], dict[str, str]]] = {
    "pkce": _pkce,
    "attestation": authenticators.attestation,
    "assertion": authenticators.assertion,
}
