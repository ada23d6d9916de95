"""One token of every kind that a tenant gives out, by the names that contracts give them."""

from collections.abc import Iterator
from functools import cached_property

from loginradius_harness.checks.generation.prepared_request import changed
from loginradius_harness.checks.security.strict_tenants import StrictTenants
from loginradius_harness.contracts import Operation, operations
from loginradius_harness.preconditions.registry import Preconditions, names_in
from loginradius_harness.tenants import TenantContext

# Name in an example -> what the token is. Tokens of one kind may stand in for each other.
KINDS = {
    "unverified.token": "verification link",
    "password_reset.token": "reset link",
    "delete_token": "deletion link",
    "passwordless.token": "passwordless link",
    "smart_login.token": "smart login link",
    "one_touch.token": "one touch link",
    "pin_reset.token": "PIN reset link",
    "second_factor_token": "half-finished login",
    "step_up.mfa_token": "step-up proof",
    "step_up.password_token": "step-up proof",
    "step_up.pin_token": "step-up proof",
    "session_token": "PIN session",
    "pin_auth_token": "first PIN",
    "consent_token": "consent",
    "refresh_token": "refresh token",
    "token": "access token",
    "candidate.token": "access token",
    "provider.facebook.request_token": "social callback",
}


def slots(operation: Operation) -> list[str]:
    """The names of the tokens that an operation's example sends."""
    sent = [operation.example.get(part) for part in ("path", "query", "body")]
    return [name for name in names_in(sent) if name in KINDS]


class TokenCollection:
    """A tenant that offers everything, and a token of each kind on it."""

    def __init__(self, arena: StrictTenants) -> None:
        self._arena = arena
        self.scene = arena.create(pin=True, consent=True, phone_login=True, email_login_with_phone_login=True)

    def stance(self, operation: Operation) -> dict[str, object]:
        """The settings under which the tenant prepares an operation."""
        return self._arena.stance(operation.preset)

    @cached_property
    def tokens(self) -> dict[str, str]:
        """Kind -> a live token."""
        return dict(self._made())

    def foreign(self, *kinds: str) -> dict[str, str]:
        """The tokens of every other kind."""
        return {kind: token for kind, token in self.tokens.items() if kind not in kinds}

    def _made(self) -> Iterator[tuple[str, str]]:
        for name, kind in KINDS.items():
            operation = next(known for known in operations() if name in names_in(known.example))
            yield kind, _make(self.scene, operation, name, self.stance(operation))
        target = self.scene.target
        yield "API key", target.api_key.reveal()
        if target.api_secret:
            yield "API secret", target.api_secret.reveal()


def _make(scene: TenantContext, operation: Operation, name: str, stance: dict[str, object]) -> str:
    restore = changed(scene, stance)
    try:
        with Preconditions(scene.journey) as givens:
            givens.prepare(operation)
            return str(givens.value(name))
    finally:
        restore()
