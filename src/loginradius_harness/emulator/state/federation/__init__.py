"""What a tenant remembers of OAuth, OpenID Connect and SAML: log-ins at the hub, grants, tokens, clients, apps."""

from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state.federation.records import (
    AuthorizationCode,
    DeviceCode,
    Grant,
    HubSession,
    OAuthToken,
    PageCode,
    PushedRequest,
    SamlLogIn,
)
from loginradius_harness.emulator.state.federation.saml import SamlApp, WaitingRequest

SIGNING_KEY = "signing"


class Federation:
    """OAuth, OpenID Connect and SAML of one tenant."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self.hub_sessions = Store[HubSession]()
        self.grants = Store[Grant]()
        self.codes = Store[AuthorizationCode]()
        self.tokens = Store[OAuthToken]()
        self.devices = Store[DeviceCode]()
        self.page_codes = Store[PageCode]()
        self.pushed = Store[PushedRequest]()
        self.clients = Store[OAuthClient]()  # those that registered themselves
        self.keys = Store[str]()  # in PEM form
        self.saml_apps = Store[SamlApp]()  # by name
        self.saml_requests = Store[WaitingRequest]()
        self.saml_log_ins = Store[SamlLogIn]()
        self.used_assertions = Store[float]()  # provider and id -> until when it must not be taken again

    def open_hub_session(self, uid: str, seconds: float, *, second_factor: bool = False) -> HubSession:
        """Log a browser in."""
        name, now = self._identifiers.guid(), self._clock.now()
        session = HubSession(id=name, uid=uid, began=now, expires=now + seconds, second_factor=second_factor)
        self.hub_sessions.put(session.id, session)
        return session

    def hub_session(self, name: str | None) -> HubSession | None:
        """Return a live log-in at the hub; None for an unknown or late one."""
        session = self.hub_sessions.get(name) if name else None
        return session if session is not None and session.expires > self._clock.now() else None

    def end_hub_session(self, name: str) -> None:
        """End a log-in at the hub, with every token that it led to."""
        self.hub_sessions.remove(name)
        for grant_id in [grant.id for _, grant in self.grants.scan() if grant.session == name]:
            self.revoke(grant_id)

    def open_grant(self, grant: Grant) -> Grant:
        """Keep a new grant."""
        self.grants.put(grant.id, grant)
        return grant

    def revoke(self, grant_id: str) -> None:
        """End a grant with all of its tokens."""
        if (grant := self.grants.get(grant_id)) is not None:
            grant.revoked = True

    def end_client(self, client_id: str) -> None:
        """End every grant of a client that is gone."""
        for grant_id in [grant.id for _, grant in self.grants.scan() if grant.client_id == client_id]:
            self.revoke(grant_id)

    def end_user(self, uid: str) -> None:
        """End every log-in of a user at the hub, and every grant."""
        for name in [name for name, session in self.hub_sessions.scan() if session.uid == uid]:
            self.hub_sessions.remove(name)
        for grant_id in [grant.id for _, grant in self.grants.scan() if grant.uid == uid]:
            self.revoke(grant_id)

    def end_membership(self, uid: str, organization_id: str) -> None:
        """End every grant of a user in the context of an organization: one who joins it again must log in again."""
        own = [one.id for _, one in self.grants.scan() if one.uid == uid and one.organization == organization_id]
        for grant_id in own:
            self.revoke(grant_id)

    def remove_saml_app(self, name: str) -> None:
        """Forget an application with its waiting requests, which another of this name must not answer."""
        self.saml_apps.remove(name)
        for handle in [handle for handle, waiting in self.saml_requests.scan() if waiting.app == name]:
            self.saml_requests.remove(handle)

    def issue(self, grant: Grant, kind: str, scope: str, seconds: float) -> OAuthToken:
        """Issue a token."""
        now = self._clock.now()
        name = self._identifiers.guid()
        token = OAuthToken(id=name, grant=grant.id, kind=kind, scope=scope, issued=now, expires=now + seconds)
        self.tokens.put(name, token)
        return token

    def ended(self, token: OAuthToken) -> bool:
        """Return whether a token was used or revoked, and may not be used again."""
        return token.ends is not None and token.ends <= self._clock.now()

    def live(self, token: OAuthToken | None) -> Grant | None:
        """Return the grant of a token that is neither revoked, used nor late; else None."""
        if token is None or self.ended(token) or token.expires <= self._clock.now():
            return None
        grant = self.grants.get(token.grant)
        return grant if grant is not None and not grant.revoked else None

    def fork(self, clock: Clock, identifiers: Identifiers) -> "Federation":
        """Return a child tenant's state."""
        child = Federation(clock, identifiers)
        for name, store in vars(self).items():
            if isinstance(store, Store):
                setattr(child, name, store.fork())
        return child
