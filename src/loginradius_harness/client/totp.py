"""Codes of an authenticator app: RFC 6238 with SHA-1, 6 digits, 30 seconds (product-facts.md#mfa-login)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp

STEP_SECONDS = 30


def code(secret: str, at: datetime, steps: int = 0) -> str:
    """The code that the app shows at a moment, or so many steps of 30 seconds later. `secret` is base32."""
    return pyotp.TOTP(secret).at(at, counter_offset=steps)


class Authenticator:
    """An app that holds one secret and never shows a code twice.

    `now` is the tenant's present; `pass_time` lets so many seconds of it pass. A tenant takes the code of the next step
    too (product-facts.md#mfa-login), so that time must pass for the third code within a step only.
    """

    def __init__(self, secret: str, now: Callable[[], datetime], pass_time: Callable[[float], None]) -> None:
        self._secret = secret
        self._now = now
        self._pass_time = pass_time
        self._last_step = 0

    def code(self) -> str:
        """A code that this app has not shown before, and that the tenant takes now."""
        present = self._step()
        step = max(present, self._last_step + 1)
        if step > present + 1:
            self._pass_time((step - present - 1) * STEP_SECONDS)
        self._last_step = step
        return pyotp.TOTP(self._secret).generate_otp(step)

    def old_code(self, steps: int) -> str:
        """The code that the app showed so many steps ago."""
        return code(self._secret, self._now() - timedelta(seconds=STEP_SECONDS * steps))

    def _step(self) -> int:
        return int(self._now().timestamp()) // STEP_SECONDS
