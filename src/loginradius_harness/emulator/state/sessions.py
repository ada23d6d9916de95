"""Access and refresh tokens."""

from collections.abc import Iterator
from math import inf
from typing import Any

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock, iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.jwt_access_tokens import JwtAccessTokens
from loginradius_harness.emulator.state.profile.custom_claims import custom_claims


class Session(msgspec.Struct, kw_only=True, gc=False):
    """A live access token. With a `scope` it allows only the call that lifts the scope, e.g. `privacy-policy`."""

    id: str  # the token itself where that is a GUID, the `jti` of one that is a JWT
    token: str
    uid: str
    expires: float
    began: float
    refresh: str | None = None
    provider: str = "Email"
    remember: bool = False
    scope: str | None = None
    second_factor: bool = False  # whether the log-in proved one
    ip: str | None = None
    user_agent: str | None = None


class Refresh(msgspec.Struct, kw_only=True, gc=False):
    """A single-use refresh token. Its family is the value of the first token of its login."""

    token: str
    uid: str
    expires: float
    access: str
    family: str
    provider: str = "Email"
    used: bool = False


class Sessions:
    """All sessions of a tenant."""

    def __init__(self, clock: Clock, identifiers: Identifiers, tokens: JwtAccessTokens) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self.tokens = tokens
        self._by_id = Store[Session]()
        self._first_expiry: dict[str, float] = {}  # uid of an account with many sessions -> none expires before
        self._refresh = Store[Refresh]()

    def open(
        self,
        account: Account,
        settings: Settings,
        *,
        seconds: float | None = None,
        after: Refresh | None = None,
        **about: Any,
    ) -> Session:
        """Open a session of `seconds`, or of the tenant's token life.

        Raise SESSION_LIMIT_EXCEEDED where the account has too many.

        `after` is the refresh token that is exchanged for it.
        """
        now = self._clock.now()
        self._make_room(account, settings)
        life = seconds if seconds is not None else settings.access_token_seconds
        name = token = self._identifiers.guid()
        if settings.jwt_tokens:
            token = self.tokens.write(name, account.uid, now, now + life, custom_claims(account, settings))
        session = Session(id=name, token=token, uid=account.uid, expires=now + life, began=now, **about)
        if session.scope is None:
            session.refresh = self._issue_refresh(session, account, settings, after)
        self._by_id.put(session.id, session)
        account.sessions.append(session.id)
        if account.uid in self._first_expiry:
            self._first_expiry[account.uid] = min(self._first_expiry[account.uid], session.expires)
        return session

    def _issue_refresh(self, session: Session, account: Account, settings: Settings, after: Refresh | None) -> str:
        token = self._identifiers.guid()
        refresh = Refresh(
            token=token,
            uid=session.uid,
            expires=after.expires if after else session.began + settings.refresh_token_seconds,
            access=session.id,
            family=after.family if after else token,
            provider=session.provider,
        )
        self._refresh.put(refresh.token, refresh)
        account.refresh_tokens.append(refresh.token)
        for oldest in account.refresh_tokens[: -settings.sessions_kept]:
            self.revoke(oldest, account)
        return refresh.token

    def _make_room(self, account: Account, settings: Settings) -> None:
        bound = settings.session_limit or settings.sessions_kept
        if len(account.sessions) < bound:
            return
        now = self._clock.now()
        if settings.session_limit or self._first_expiry.get(account.uid, 0.0) <= now:
            self._forget_expired(account, now)
        if settings.session_limit and len(account.sessions) >= settings.session_limit:
            raise ApiError(ErrorCode.SESSION_LIMIT_EXCEEDED)
        while len(account.sessions) >= bound:
            self._end_oldest(account)

    def _end_oldest(self, account: Account) -> None:
        """End an account's oldest session; its refresh token is the oldest as well, so that neither is searched for."""
        session = self._by_id.get(account.sessions.pop(0))
        if session is None:
            return
        self._by_id.remove(session.id)
        if session.refresh:
            self.revoke(session.refresh, account)

    def _forget_expired(self, account: Account, now: float) -> None:
        """Forget an account's expired sessions, and note when the next one expires: until then there is none."""
        kept = []
        for name in account.sessions:
            session = self._by_id.get(name)
            if session is None:
                continue
            if session.expires <= now:
                self._by_id.remove(name)
            else:
                kept.append(session)
        account.sessions = [session.id for session in kept]
        self._first_expiry[account.uid] = min((session.expires for session in kept), default=inf)

    def find(self, token: str) -> Session:
        """Return the live session.

        Raise ACCESS_TOKEN_INVALID for an unknown, ended or forged token, ACCESS_TOKEN_EXPIRED for an expired one.
        """
        session = self.peek(token)
        if session is None:
            raise ApiError(ErrorCode.ACCESS_TOKEN_INVALID)
        if session.expires <= self._clock.now():
            raise ApiError(ErrorCode.ACCESS_TOKEN_EXPIRED)
        return session

    def peek(self, token: str) -> Session | None:
        """Return the session of a token, live or expired; None for an unknown one."""
        return self._by_id.get(self.tokens.session_id(token))

    def all(self) -> Iterator[Session]:
        """Yield every session, live or expired, for reading only."""
        return (session for _, session in self._by_id.scan())

    def of(self, account: Account) -> list[Session]:
        """Return the live sessions of an account, oldest first."""
        now = self._clock.now()
        found = (self._by_id.get(name) for name in account.sessions)
        return [session for session in found if session is not None and session.expires > now]

    def end(self, name: str, account: Account | None, *, refresh_too: bool) -> None:
        """End a session, given its id; its refresh token stays valid unless `refresh_too`."""
        session = self._by_id.get(name)
        if session is None:
            return
        self._by_id.remove(name)
        if account is not None and name in account.sessions:
            account.sessions.remove(name)
        if refresh_too and session.refresh:
            self.revoke(session.refresh, account)

    def end_all(self, account: Account, *, keep: str | None = None) -> None:
        """End every session and refresh token of an account, but for the session `keep` and its refresh token."""
        kept = self._by_id.get(keep) if keep else None
        for name in list(account.sessions):
            if name != keep:
                self.end(name, account, refresh_too=True)
        self._first_expiry.pop(account.uid, None)
        self.revoke_all(account, keep=kept.refresh if kept else None)

    def find_refresh(self, token: str, settings: Settings) -> Refresh:
        """Return a live refresh token. Raise REFRESH_TOKEN_INVALID for an unknown, revoked, expired or used one.

        A used one ends its whole family where the tenant says so (RFC 9700 4.14).
        """
        refresh = self._refresh.get(token)
        if refresh is not None and refresh.used and settings.refresh_replay_ends_family:
            self._end_family(refresh.family)
        if refresh is None or refresh.used or refresh.expires <= self._clock.now():
            raise ApiError(ErrorCode.REFRESH_TOKEN_INVALID)
        return refresh

    def uid_of_refresh(self, token: str) -> str | None:
        """Return the uid that a refresh token was issued for, valid or not."""
        refresh = self._refresh.get(token)
        return refresh.uid if refresh else None

    def _end_family(self, family: str) -> None:
        for token in [token for token, refresh in self._refresh.scan() if refresh.family == family]:
            self._refresh.remove(token)

    def rotate(self, refresh: Refresh, account: Account, settings: Settings, **about: Any) -> Session:
        """Exchange a refresh token, which is used up, for a new session.

        A chain ends one refresh lifetime after its login.
        """
        session = self.open(account, settings, provider=refresh.provider, after=refresh, **about)
        refresh.used = True
        return session

    def revoke(self, token: str, account: Account | None) -> None:
        """Revoke one refresh token. The access token stays valid until its expiry (product-facts.md#tokens)."""
        self._refresh.remove(token)
        if account is not None and token in account.refresh_tokens:
            account.refresh_tokens.remove(token)

    def revoke_all(self, account: Account, *, keep: str | None = None) -> None:
        """Revoke all refresh tokens of an account, but for `keep`."""
        for token in [token for token in account.refresh_tokens if token != keep]:
            self.revoke(token, account)

    def move(self, account: Account) -> None:
        """Let sessions and refresh tokens of an account follow it to its new uid."""
        for name in account.sessions:
            if (session := self._by_id.get(name)) is not None:
                session.uid = account.uid
        for token in account.refresh_tokens:
            if (refresh := self._refresh.get(token)) is not None:
                refresh.uid = account.uid

    def fork(self, clock: Clock, identifiers: Identifiers) -> "Sessions":
        """Return a child tenant's sessions."""
        child = Sessions(clock, identifiers, self.tokens.fork(clock))
        child._by_id, child._refresh = self._by_id.fork(), self._refresh.fork()
        return child


def token_body(session: Session) -> dict[str, Any]:
    """Return the product's `token` body; a session that was limited at first has no refresh token.

    Source: product-facts.md#common-responses.
    """
    body = {"access_token": session.token, "refresh_token": session.refresh, "expires_in": iso(session.expires)}
    return {name: value for name, value in body.items() if value is not None}
