"""One-time codes sent by mail, SMS or voice."""

import hmac
from typing import Any

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.store import Store

REFUSALS = {  # channel -> code for a wrong, used, expired OTP
    "sms": (ErrorCode.OTP_INCORRECT, ErrorCode.OTP_ALREADY_USED, ErrorCode.OTP_EXPIRED),
    "mail": (ErrorCode.EMAIL_OTP_INCORRECT, ErrorCode.EMAIL_OTP_ALREADY_USED, ErrorCode.EMAIL_OTP_EXPIRED),
}


class OneTimeCode(msgspec.Struct, kw_only=True, gc=False):
    """A code bound to a purpose, an address and an account. `data` is what its flow needs to go on."""

    code: str
    uid: str | None
    expires: float
    used: bool = False
    wrong: int = 0  # guesses so far
    data: dict[str, Any] = {}


class OneTimeCodes:
    """One slot for each purpose and address: a new code replaces the old one where the tenant says so."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._slots = Store[list[OneTimeCode]]()

    def issue(self, purpose: str, address: str, uid: str | None, settings: Settings, **data: Any) -> str:
        """Issue a code for `address`, an e-mail address or a phone number's digits."""
        code = self._identifiers.code(settings.otp_length, settings.otp_kind)
        fresh = OneTimeCode(code=code, uid=uid, expires=self._clock.now() + settings.otp_seconds, data=data)
        older = [] if settings.new_otp_cancels_old else self._live(purpose, address)
        self._slots.put(_slot(purpose, address), [*older, fresh])
        return code

    def redeem(self, purpose: str, address: str, code: str, channel: str, settings: Settings) -> OneTimeCode:
        """Use a code up. Raise the channel's refusal for a wrong, used or expired one."""
        wrong, used, expired = REFUSALS[channel]
        issued = self._slots.get(_slot(purpose, address)) or []
        found = next((known for known in issued if hmac.compare_digest(known.code.encode(), code.encode())), None)
        if found is None:
            self._count_guess(issued, settings)
            raise ApiError(wrong)
        if found.used:
            raise ApiError(used)
        if found.expires <= self._clock.now():
            raise ApiError(expired)
        found.used = True
        return found

    def waits(self, purpose: str, address: str) -> bool:
        """Return whether a code was issued that is neither used nor expired."""
        return bool(self._live(purpose, address))

    def _count_guess(self, issued: list[OneTimeCode], settings: Settings) -> None:
        for known in issued:
            known.wrong += 1
            if settings.otp_tries and known.wrong >= settings.otp_tries:
                known.used = True

    def _live(self, purpose: str, address: str) -> list[OneTimeCode]:
        issued = self._slots.get(_slot(purpose, address)) or []
        return [known for known in issued if not known.used and known.expires > self._clock.now()]

    def forget(self, uid: str) -> None:
        """Delete every code of a deleted account."""
        for slot in [slot for slot, codes in self._slots.scan() if any(known.uid == uid for known in codes)]:
            self._slots.remove(slot)

    def move(self, uid: str, new: str) -> None:
        """Let the codes of an account follow it to its new uid."""
        for slot in [slot for slot, codes in self._slots.scan() if any(known.uid == uid for known in codes)]:
            for known in self._slots.get(slot) or ():
                known.uid = new if known.uid == uid else known.uid

    def fork(self, clock: Clock, identifiers: Identifiers) -> "OneTimeCodes":
        """Return a child tenant's codes."""
        child = OneTimeCodes(clock, identifiers)
        child._slots = self._slots.fork()
        return child


def _slot(purpose: str, address: str) -> str:
    return f"{purpose} {address.lower()}"
