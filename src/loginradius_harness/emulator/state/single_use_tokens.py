"""Single-purpose tokens: links in mails, second-factor, step-up, consent and PIN tokens, request tokens."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.store import Store

SWEEP_EVERY = 5_000  # issued tokens between two sweeps


@dataclass(frozen=True, slots=True)
class Kind:
    """The form of a kind of token, its lifetime (name of a setting), and its refusals."""

    form: Literal["hex", "guid"]
    lifetime: str
    wrong: int
    used: int
    expired: int


KINDS = {
    "emailverification": Kind(
        "hex", "link_seconds", ErrorCode.VERIFICATION_LINK_INVALID, ErrorCode.LINK_ALREADY_USED, ErrorCode.LINK_EXPIRED
    ),
    "addemail": Kind(
        "hex", "link_seconds", ErrorCode.VERIFICATION_LINK_INVALID, ErrorCode.LINK_ALREADY_USED, ErrorCode.LINK_EXPIRED
    ),
    "forgotpassword": Kind(
        "hex", "link_seconds", ErrorCode.VERIFICATION_TOKEN_INVALID, ErrorCode.LINK_ALREADY_USED, ErrorCode.LINK_EXPIRED
    ),
    "deleteuser": Kind(
        "hex",
        "delete_seconds",
        ErrorCode.DELETION_TOKEN_INVALID,
        ErrorCode.DELETION_TOKEN_INVALID,
        ErrorCode.DELETION_TOKEN_INVALID,
    ),
    "passwordlesslogin": Kind(
        "hex",
        "link_seconds",
        ErrorCode.VERIFICATION_LINK_INVALID,
        ErrorCode.PASSWORDLESS_LOGIN_LINK_ALREADY_USED,
        ErrorCode.LINK_EXPIRED,
    ),
    "smartlogin": Kind(
        "hex",
        "link_seconds",
        ErrorCode.VERIFICATION_LINK_INVALID,
        ErrorCode.SMART_LOGIN_LINK_ALREADY_USED,
        ErrorCode.LINK_EXPIRED,
    ),
    "onetouchlogin": Kind(
        "hex",
        "link_seconds",
        ErrorCode.VERIFICATION_LINK_INVALID,
        ErrorCode.ONE_TOUCH_LOGIN_LINK_ALREADY_USED,
        ErrorCode.LINK_EXPIRED,
    ),
    "autologin": Kind(
        "hex", "link_seconds", ErrorCode.VERIFICATION_LINK_INVALID, ErrorCode.LINK_ALREADY_USED, ErrorCode.LINK_EXPIRED
    ),
    "forgotpin": Kind(
        "hex",
        "link_seconds",
        ErrorCode.VERIFICATION_TOKEN_INVALID,
        ErrorCode.PIN_RESET_LINK_ALREADY_USED,
        ErrorCode.LINK_EXPIRED,
    ),
    "forgotpasskey": Kind(
        "hex", "link_seconds", ErrorCode.VERIFICATION_TOKEN_INVALID, ErrorCode.LINK_ALREADY_USED, ErrorCode.LINK_EXPIRED
    ),
    "secondfactor": Kind(
        "guid",
        "second_factor_seconds",
        ErrorCode.SECOND_FACTOR_TOKEN_INVALID,
        ErrorCode.SECOND_FACTOR_TOKEN_INVALID,
        ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED,
    ),
    "stepup": Kind(
        "guid",
        "step_up_seconds",
        ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
        ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
        ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
    ),
    "consent": Kind(
        "guid",
        "consent_token_seconds",
        ErrorCode.CONSENT_TOKEN_INVALID,
        ErrorCode.CONSENT_TOKEN_INVALID,
        ErrorCode.CONSENT_TOKEN_EXPIRED,
    ),
    "pinauth": Kind(
        "guid",
        "pin_auth_seconds",
        ErrorCode.PIN_AUTH_TOKEN_INVALID,
        ErrorCode.PIN_AUTH_TOKEN_INVALID,
        ErrorCode.PIN_AUTH_TOKEN_EXPIRED,
    ),
    "pinsession": Kind(
        "guid",
        "pin_session_seconds",
        ErrorCode.PIN_SESSION_TOKEN_INVALID,
        ErrorCode.PIN_SESSION_TOKEN_INVALID,
        ErrorCode.PIN_SESSION_TOKEN_EXPIRED,
    ),
    "request": Kind(
        "guid",
        "request_token_seconds",
        ErrorCode.REQUEST_TOKEN_INVALID,
        ErrorCode.REQUEST_TOKEN_INVALID,
        ErrorCode.REQUEST_TOKEN_EXPIRED,
    ),
}


class SingleUseToken(msgspec.Struct, kw_only=True, gc=False):
    """One issued token. `data` is what its flow needs to go on."""

    kind: str
    value: str
    uid: str | None
    expires: float
    used: bool = False
    data: dict[str, Any] = {}


class SingleUseTokens:
    """Issues and redeems tokens; the newest link of a kind invalidates older ones where the tenant says so."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._by_value = Store[SingleUseToken]()
        self._newest = Store[str]()  # kind + uid -> value
        self._issued = 0

    def issue(
        self, kind: str, uid: str | None, settings: Settings, *, sibling: str = "", cancels: bool = True, **data: Any
    ) -> SingleUseToken:
        """Issue a token.

        `sibling` narrows which older ones it replaces (e.g. the address); with `cancels` off, none.
        """
        form = KINDS[kind]
        value = self._identifiers.hex() if form.form == "hex" else self._identifiers.guid()
        expires = self._clock.now() + getattr(settings, form.lifetime)
        token = SingleUseToken(kind=kind, value=value, uid=uid, expires=expires, data=data)
        slot = f"{kind} {uid} {sibling.lower()}"
        if cancels and form.form == "hex" and settings.new_link_cancels_old and (old := self._newest.get(slot)):
            self._by_value.remove(old)
        self._by_value.put(value, token)
        self._newest.put(slot, value)
        self._sweep()
        return token

    def find(self, kind: str, value: str) -> SingleUseToken:
        """Return the live token. Raise the kind's code for a wrong, used or expired one."""
        token = self._by_value.get(value)
        if token is None or token.kind != kind:
            raise ApiError(KINDS[kind].wrong)
        if token.used:
            raise ApiError(KINDS[kind].used)
        if token.expires <= self._clock.now():
            raise ApiError(KINDS[kind].expired)
        return token

    def redeem(self, kind: str, value: str) -> SingleUseToken:
        """Return the token like `find`, and use it up."""
        token = self.find(kind, value)
        token.used = True
        return token

    def kind_of(self, value: str) -> str | None:
        """Return the kind of a value, valid or not; None for one that was never issued."""
        token = self._by_value.get(value)
        return token.kind if token else None

    def uid_of(self, value: str) -> str | None:
        """Return the uid that a value was issued for, valid or not."""
        token = self._by_value.get(value)
        return token.uid if token else None

    def forget(self, uid: str) -> None:
        """Delete every token of a deleted account."""
        for value in [value for value, token in self._by_value.scan() if token.uid == uid]:
            self._by_value.remove(value)

    def cancel(self, kind: str, uid: str) -> None:
        """Delete the unused tokens of a kind; used ones keep answering that they were used."""
        for value, token in list(self._by_value.scan()):
            if token.uid == uid and token.kind == kind and not token.used:
                self._by_value.remove(value)

    def move(self, uid: str, new: str) -> None:
        """Let the tokens of an account follow it to its new uid."""
        for value in [value for value, token in self._by_value.scan() if token.uid == uid]:
            if (token := self._by_value.get(value)) is not None:
                token.uid = new

    def _sweep(self) -> None:
        """Forget tokens a day after their expiry, so that memory stays bounded.

        Until then they answer as used or expired.
        """
        self._issued += 1
        if self._issued % SWEEP_EVERY:
            return
        limit = self._clock.now() - 86_400
        for value in [value for value, token in self._by_value.scan() if token.expires < limit]:
            self._by_value.remove(value)

    def fork(self, clock: Clock, identifiers: Identifiers) -> "SingleUseTokens":
        """Return a child tenant's tokens."""
        child = SingleUseTokens(clock, identifiers)
        child._by_value, child._newest, child._issued = self._by_value.fork(), self._newest.fork(), self._issued
        return child
