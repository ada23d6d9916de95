"""Passkey ceremonies that have begun, and the owner of each credential (product-facts.md#passkeys)."""

from base64 import urlsafe_b64encode

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.store import Store

CHALLENGE_BYTES = 32
SWEEP_EVERY = 1_000  # challenges between two sweeps


class Ceremony(msgspec.Struct, kw_only=True, gc=False):
    """A challenge that waits for its answer. `kind` says what for; `uid` is None where any user may answer."""

    kind: str
    uid: str | None
    identifier: str
    expires: float


class PasskeyCeremonies:
    """Issues challenges, each for one answer of one kind, and knows whose a credential is."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._begun = Store[Ceremony]()  # challenge -> what it is for
        self._owners = Store[str]()  # credential id -> uid
        self._issued = 0

    def begin(self, kind: str, uid: str | None, identifier: str, seconds: float) -> str:
        """Return a new challenge, base64url, that lives for some seconds."""
        self._sweep()
        challenge = base64url(self._identifiers.salt(CHALLENGE_BYTES))
        expires = self._clock.now() + seconds
        self._begun.put(challenge, Ceremony(kind=kind, uid=uid, identifier=identifier, expires=expires))
        return challenge

    def take(self, kind: str, challenge: str, uid: str | None) -> Ceremony:
        """Use a challenge up and return its ceremony; with `uid`, only a ceremony of this user.

        Raise PASSKEY_VERIFICATION_FAILED for an unknown, used or expired one, or one of another kind or user.
        """
        ceremony = self._begun.get(challenge)
        if ceremony is None or ceremony.kind != kind or uid not in {None, ceremony.uid}:
            raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)
        self._begun.remove(challenge)
        if ceremony.expires <= self._clock.now():
            raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)
        return ceremony

    def owner(self, credential_id: str) -> str | None:
        """Return the uid of the account that has a credential."""
        return self._owners.get(credential_id)

    def keep(self, credential_id: str, uid: str) -> None:
        """Record the owner of a credential."""
        self._owners.put(credential_id, uid)

    def drop(self, credential_id: str) -> None:
        """Forget a credential."""
        self._owners.remove(credential_id)

    def _sweep(self) -> None:
        """Forget expired challenges, so that memory stays bounded."""
        self._issued += 1
        if self._issued % SWEEP_EVERY:
            return
        for challenge in [key for key, ceremony in self._begun.scan() if ceremony.expires <= self._clock.now()]:
            self._begun.remove(challenge)

    def fork(self, clock: Clock, identifiers: Identifiers) -> "PasskeyCeremonies":
        """Return a child tenant's ceremonies."""
        child = PasskeyCeremonies(clock, identifiers)
        child._begun, child._owners, child._issued = self._begun.fork(), self._owners.fork(), self._issued
        return child


def base64url(data: bytes) -> str:
    """Return base64url without padding, as WebAuthn writes bytes."""
    return urlsafe_b64encode(data).decode().rstrip("=")
