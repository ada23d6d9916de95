"""Authenticator app codes: RFC 6238 with SHA-1, 6 digits, 30 seconds (product-facts.md#mfa-login).

The emulator has an implementation of its own on purpose: each checks the other.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp

STEP_SECONDS = 30


def code(secret: str, at: datetime, steps: int = 0) -> str:
    """Return the code at a moment, or `steps` steps of 30 seconds later. `secret` is base32."""
    return pyotp.TOTP(secret).at(at, counter_offset=steps)


class Authenticator:
    """An authenticator app that never returns a code twice.

    `now` returns the tenant's time; `pass_time` lets that many seconds pass. A tenant also accepts the code of the next
    step (product-facts.md#mfa-login), so that time must only pass for the third code within a step.
    """

    def __init__(self, secret: str, now: Callable[[], datetime], pass_time: Callable[[float], None]) -> None:
        self._secret = secret
        self._now = now
        self._pass_time = pass_time
        self._last_step = 0

    def code(self) -> str:
        """Return a code that this app has not returned before and that the tenant accepts now."""
        present = self._step()
        step = max(present, self._last_step + 1)
        if step > present + 1:
            self._pass_time((step - present - 1) * STEP_SECONDS)
        self._last_step = step
        return pyotp.TOTP(self._secret).generate_otp(step)

    def old_code(self, steps: int) -> str:
        """Return the code of `steps` steps ago."""
        return code(self._secret, self._now() - timedelta(seconds=STEP_SECONDS * steps))

    def _step(self) -> int:
        return int(self._now().timestamp()) // STEP_SECONDS
