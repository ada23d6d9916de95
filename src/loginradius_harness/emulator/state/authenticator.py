"""The authenticator apps of a tenant's accounts: their secrets and codes."""

import hmac

from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.totp import STEP_SECONDS, code_at
from loginradius_harness.emulator.state.accounts import SecondFactors


class Authenticator:
    """Makes secrets and checks codes by a tenant's clock."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self._clock = clock
        self._identifiers = identifiers

    def secret(self, factors: SecondFactors) -> str:
        """Return the secret to enrol with, made on first use; it stays the same until an app is verified with it."""
        if factors.totp_secret is None:
            factors.totp_secret = self._identifiers.totp_secret()
        return factors.totp_secret

    def accepts(self, factors: SecondFactors, code: str, settings: Settings) -> bool:
        """Return whether the app shows this code now, within the tenant's drift.

        A time step may be refused once it was used (RFC 6238 5.2, setting `totp_replay_refused`).
        """
        step = self._step_of(factors, code, settings)
        if step is None:
            return False
        factors.totp_last_step = max(step, factors.totp_last_step)
        return True

    def _step_of(self, factors: SecondFactors, code: str, settings: Settings) -> int | None:
        present = int(self._clock.now()) // STEP_SECONDS
        drift = settings.totp_drift_steps
        oldest = factors.totp_last_step + 1 if settings.totp_replay_refused else 0
        for step in range(max(present - drift, oldest), present + drift + 1):
            if factors.totp_secret and hmac.compare_digest(code_at(factors.totp_secret, step).encode(), code.encode()):
                return step
        return None
