"""Duo's prompt, which a browser passes on its way to the application (product-facts.md#duo)."""

import hmac
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.store import Store

SWEEP_EVERY = 1_000  # prompts between two sweeps


class DuoPrompt(msgspec.Struct, kw_only=True, gc=False):
    """A prompt that waits for its user. `code` is what Duo gives out, `approved` what Duo says of it to the tenant."""

    uid: str
    redirect_uri: str
    expires: float
    code: str = ""
    approved: bool = False


class DuoPrompts:
    """Leads users to Duo and checks what they come back with; each state works once."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._prompts = Store[DuoPrompt]()  # state -> prompt
        self._issued = 0

    def endpoint(self, uid: str, redirect_uri: str, settings: Settings) -> str:
        """Return the address of a new prompt for an account."""
        self._sweep()
        state = self._identifiers.hex()
        expires = self._clock.now() + settings.duo_seconds
        self._prompts.put(state, DuoPrompt(uid=uid, redirect_uri=redirect_uri, expires=expires))
        query = {"response_type": "code", "state": state, "redirect_uri": redirect_uri}
        return f"https://{settings.duo_api_host}/oauth/v1/authorize?{urlencode(query)}"

    def answer(self, endpoint: str, *, approve: bool) -> tuple[str, str, str] | None:
        """Answer a prompt as its user; return redirect URI, state and code, or None for an unknown prompt."""
        state = parse_qs(urlsplit(endpoint).query).get("state", [""])[0]
        prompt = self._prompts.get(state)
        if prompt is None:
            return None
        prompt.code, prompt.approved = self._identifiers.hex(), approve
        return prompt.redirect_uri, state, prompt.code

    def check(self, uid: str, state: str, code: str, settings: Settings) -> None:
        """Use a state up; Duo is asked whether its user has approved.

        Raise DUO_MISCONFIGURED without Duo's host, DUO_STATE_INCORRECT for a state that is unknown, used, late or of
        another account, DUO_VERIFICATION_FAILED for a wrong code or a declined prompt.
        """
        if not settings.duo_api_host:
            raise ApiError(ErrorCode.DUO_MISCONFIGURED)
        prompt = self._prompts.get(state)
        if prompt is None or prompt.uid != uid or prompt.expires <= self._clock.now():
            raise ApiError(ErrorCode.DUO_STATE_INCORRECT)
        self._prompts.remove(state)
        if not (prompt.approved and hmac.compare_digest(prompt.code.encode(), code.encode())):
            raise ApiError(ErrorCode.DUO_VERIFICATION_FAILED)

    def _sweep(self) -> None:
        """Forget late prompts, so that memory stays bounded."""
        self._issued += 1
        if self._issued % SWEEP_EVERY:
            return
        for state in [state for state, prompt in self._prompts.scan() if prompt.expires <= self._clock.now()]:
            self._prompts.remove(state)

    def fork(self, clock: Clock, identifiers: Identifiers) -> "DuoPrompts":
        """Return a child tenant's prompts."""
        child = DuoPrompts(clock, identifiers)
        child._prompts, child._issued = self._prompts.fork(), self._issued
        return child
