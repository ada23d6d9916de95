"""Phones that answer push notifications (product-facts.md#push)."""

import hmac
from typing import Literal
from urllib.parse import quote, unquote

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.store import Store

Answer = Literal["wait", "approve", "decline", "forge"]
State = Literal["pending", "approved", "declined", "forged", "finished"]

SWEEP_EVERY = 1_000  # offered codes and notifications between two sweeps
_CODE = "lrpush://enrol?code="


class Pairing(msgspec.Struct, kw_only=True, gc=False):
    """An offer to register a phone. A `first` one was made to a user who has only given a password."""

    uid: str
    first: bool
    expires: float


class PushDevice(msgspec.Struct, kw_only=True, gc=False):
    """A phone with its key. `answer` is what it does with each notification; `forge` signs with another key."""

    id: str
    key: str
    answer: Answer = "wait"


class Notification(msgspec.Struct, kw_only=True, gc=False):
    """What was sent for a log-in."""

    device: str
    expires: float
    state: State = "pending"


class PushDevices:
    """Offers codes, registers phones and sends them notifications, one for each log-in."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._pairings = Store[Pairing]()  # code -> for whom
        self._offered = Store[str]()  # account and occasion -> code
        self._devices = Store[PushDevice]()
        self._notifications = Store[Notification]()  # token of the log-in -> the newest
        self._issued = 0

    def offer(self, uid: str, settings: Settings, *, first: bool) -> str:
        """Return the address of a QR code that registers a phone for an account; the same while it is good."""
        self._sweep()
        slot = f"{uid} {first}"
        code = self._offered.get(slot) or ""
        offered, now = self._pairings.get(code), self._clock.now()
        if offered is None or offered.expires <= now:
            code = self._identifiers.hex()
            self._pairings.put(code, Pairing(uid=uid, first=first, expires=now + settings.push_seconds))
            self._offered.put(slot, code)
        text = quote(f"{_CODE}{code}&issuer={quote(settings.push_app_name or settings.app_name)}", safe="")
        width = settings.push_qr_width
        return f"http://chart.googleapis.com/chart?cht=qr&chs={width}x{width}&chl={text}"

    def take(self, qr_code: str) -> Pairing | None:
        """Use an offer up; None where it is unknown, used or late."""
        code = unquote(qr_code).partition(_CODE)[2].partition("&")[0]
        pairing = self._pairings.get(code)
        self._pairings.remove(code)
        return pairing if pairing is not None and pairing.expires > self._clock.now() else None

    def register(self, answer: Answer) -> PushDevice:
        """Return a new phone."""
        device = PushDevice(id=self._identifiers.guid(), key=self._identifiers.hex(), answer=answer)
        self._devices.put(device.id, device)
        return device

    def drop(self, device: str | None) -> None:
        """Forget a phone."""
        if device is not None:
            self._devices.remove(device)

    def script(self, name: str, answer: Answer) -> PushDevice | None:
        """Let a phone answer what waits, and what comes, in this way; None for an unknown phone."""
        device = self._devices.get(name)
        if device is not None:
            device.answer = answer
            for token in [token for token, sent in self._notifications.scan() if sent.device == name]:
                self._deliver(device, token)
        return device

    def waiting(self, device: str) -> int:
        """Return how many notifications a phone has not answered."""
        sent = [one for _, one in self._notifications.scan() if one.device == device and one.state == "pending"]
        return sum(one.expires > self._clock.now() for one in sent)

    def send(self, name: str | None, token: str, settings: Settings) -> None:
        """Send a notification for a log-in; it replaces one that nobody has answered.

        Raise PUSH_MISCONFIGURED without a service, PUSH_NOTIFICATION_ALREADY_APPROVED, PUSH_NOTIFICATION_DECLINED.
        """
        if not settings.push_service:
            raise ApiError(ErrorCode.PUSH_MISCONFIGURED)
        self.refuse_approved(token)
        device, before = self._devices.get(name or ""), self._notifications.get(token)
        if before is not None and before.state == "declined":
            raise ApiError(ErrorCode.PUSH_NOTIFICATION_DECLINED)
        if device is not None:
            self._sweep()
            expires = self._clock.now() + settings.push_seconds
            self._notifications.put(token, Notification(device=device.id, expires=expires))
            self._deliver(device, token)

    def refuse_approved(self, token: str) -> None:
        """Raise PUSH_NOTIFICATION_ALREADY_APPROVED for a log-in that nothing is left to do for."""
        sent = self._notifications.get(token)
        if sent is not None and sent.state == "finished":
            raise ApiError(ErrorCode.PUSH_NOTIFICATION_ALREADY_APPROVED)

    def finish(self, name: str | None, token: str) -> None:
        """Use up the approval of a log-in by the account's phone.

        Raise PUSH_NOTIFICATION_PENDING, PUSH_NOTIFICATION_DECLINED, PUSH_VERIFICATION_FAILED, and
        PUSH_TOKEN_INVALID_OR_EXPIRED where no notification of this phone is live.
        """
        sent = self._notifications.get(token)
        if sent is None or sent.device != name or sent.expires <= self._clock.now():
            raise ApiError(ErrorCode.PUSH_TOKEN_INVALID_OR_EXPIRED)
        refusals = {
            "pending": ErrorCode.PUSH_NOTIFICATION_PENDING,
            "declined": ErrorCode.PUSH_NOTIFICATION_DECLINED,
            "forged": ErrorCode.PUSH_VERIFICATION_FAILED,
        }
        if sent.state in refusals:
            raise ApiError(refusals[sent.state])
        sent.state = "finished"

    def _deliver(self, device: PushDevice, token: str) -> None:
        """Let a phone answer a notification that waits; what it signs is verified with the key it registered."""
        sent = self._notifications.get(token)
        if sent is None or sent.state != "pending" or device.answer == "wait" or sent.expires <= self._clock.now():
            return
        said: State = "declined" if device.answer == "decline" else "approved"
        key = self._identifiers.hex() if device.answer == "forge" else device.key
        right = hmac.compare_digest(_signature(key, token, said), _signature(device.key, token, said))
        sent.state = said if right else "forged"

    def _sweep(self) -> None:
        """Forget what is late, so that memory stays bounded."""
        self._issued += 1
        if self._issued % SWEEP_EVERY:
            return
        for store in (self._pairings, self._notifications):
            for key in [key for key, one in store.scan() if one.expires <= self._clock.now()]:
                store.remove(key)

    def fork(self, clock: Clock, identifiers: Identifiers) -> "PushDevices":
        """Return a child tenant's phones."""
        child = PushDevices(clock, identifiers)
        for name in ("_pairings", "_offered", "_devices", "_notifications"):
            setattr(child, name, getattr(self, name).fork())
        return child


def _signature(key: str, token: str, said: str) -> bytes:
    return hmac.digest(key.encode(), f"{token} {said}".encode(), "sha256")
