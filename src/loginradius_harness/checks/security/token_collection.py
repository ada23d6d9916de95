"""Collect one token of every kind that a tenant issues, by the names that contracts give them."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from loginradius_harness.checks.generation.prepared_request import change_tenant_settings
from loginradius_harness.checks.security.strict_tenants import StrictTenants
from loginradius_harness.contracts import Operation, api_operations
from loginradius_harness.preconditions.registry import Preconditions, names_in
from loginradius_harness.tenants import TenantContext

EVERYTHING: dict[str, Any] = {
    "pin": True, "consent": True, "phone_login": True, "email_login_with_phone_login": True, "passkeys": True,
    "mfa_passkey": True,
    "mfa_push": True,
    "mfa_duo": True,
}  # fmt: skip
# Name in an example -> kind of the token. Tokens of one kind are interchangeable.
KINDS = {
    "unverified.token": "verification link",
    "password_reset.token": "reset link",
    "delete_token": "deletion link",
    "passwordless.token": "passwordless link",
    "smart_login.token": "smart login link",
    "one_touch.token": "one touch link",
    "pin_reset.token": "PIN reset link",
    "passkey_reset.token": "passkey reset link",
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


def token_names(operation: Operation) -> list[str]:
    """Return the names of the tokens that an operation's example sends."""
    sent = [operation.example.get(part) for part in ("path", "query", "body")]
    return [name for name in names_in(sent) if name in KINDS]


class TokenCollection:
    """A tenant that offers everything, and a token of each kind issued by it."""

    def __init__(self, strict_tenants: StrictTenants) -> None:
        self._strict_tenants = strict_tenants
        self.tenant = strict_tenants.create(**EVERYTHING)

    def relevant_settings(self, operation: Operation) -> dict[str, object]:
        """Return the settings under which the tenant prepares an operation."""
        return self._strict_tenants.relevant_settings(operation.preset)

    @cached_property
    def tokens(self) -> dict[str, str]:
        """Return a live token of each kind."""
        return dict(self._made())

    def of_other_kinds(self, *kinds: str) -> dict[str, str]:
        """Return the tokens of every other kind."""
        return {kind: token for kind, token in self.tokens.items() if kind not in kinds}

    def _made(self) -> Iterator[tuple[str, str]]:
        for name, kind in KINDS.items():
            operation = next(known for known in api_operations() if name in names_in(known.example))
            yield kind, _make(self.tenant, operation, name, self.relevant_settings(operation))
        target = self.tenant.target
        yield "API key", target.api_key.reveal()
        if target.api_secret:
            yield "API secret", target.api_secret.reveal()


def _make(tenant: TenantContext, operation: Operation, name: str, relevant_settings: dict[str, object]) -> str:
    restore = change_tenant_settings(tenant, relevant_settings)
    try:
        with Preconditions(tenant.journey) as preconditions:
            preconditions.prepare(operation)
            return str(preconditions.value(name))
    finally:
        restore()
