"""The social providers that the tenant trusts, as one scripted provider.

A script (`POST /__emulator__/provider`) defines an identity at a provider, which then has the tokens that a real
provider would give to the tenant's app. A token gives the identity as the script defines it at the time of the call:
a changed script shows in a profile refresh, and an `error` makes the provider refuse.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core import jwt
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state.tenant_base import TenantBase

Json = Any
Item = dict[str, Json]  # an album, a contact, a post ...

JWT_SECONDS = 3_600
DEEPEST = 50  # levels of a script; no provider has more
_WORD = re.compile("(?<=[a-z])(?=[A-Z])")  # where a word begins inside a name
ADDRESS = re.compile(r"[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class Identity(msgspec.Struct, kw_only=True):
    """An identity at a provider.

    `profile` and `content` have the product's member names; `content` replaces built-in content by kind. Members that
    the product does not know stand in raw answers only.
    """

    provider: str
    id: str
    email: str | None = None
    email_verified: bool = True
    profile: dict[str, Json] = {}
    content: dict[str, list[Item]] = {}
    error: str | None = None  # while set, the provider answers every call with it

    @property
    def name(self) -> str:
        """Return the full name, as the provider shows it."""
        names = (self.profile.get("FirstName"), self.profile.get("LastName"))
        return " ".join(name for name in names if name) or self.id


class Script(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The members of a script. Absent ones keep their values; a new identity needs only its provider."""

    provider: str
    id: str | msgspec.UnsetType = msgspec.UNSET
    email: str | msgspec.UnsetType | None = msgspec.UNSET
    email_verified: bool | msgspec.UnsetType = msgspec.UNSET
    profile: dict[str, Json] | msgspec.UnsetType = msgspec.UNSET
    content: dict[str, list[Item]] | msgspec.UnsetType = msgspec.UNSET
    error: str | msgspec.UnsetType | None = msgspec.UNSET
    client_guid: str = ""  # under which a device waits for a log-in without callback; made up unless said

    def __post_init__(self) -> None:
        """Raise ValueError for names that are no text, and for more levels than answers are made of."""
        names = {} if self.profile is msgspec.UNSET else self.profile
        if any(not isinstance(names.get(name), str | None) for name in ("FirstName", "LastName")):
            raise ValueError("FirstName and LastName of profile must be text")
        for name in ("profile", "content"):
            if _is_deeper(getattr(self, name), DEEPEST):
                raise ValueError(f"{name} has more than {DEEPEST} levels")


class Grant(msgspec.Struct, kw_only=True):
    """An access token, or a code that is good for one use and has no secret, as a provider gave it out."""

    provider: str
    id: str
    secret: str | None = None


class TrackedStatus(msgspec.Struct, kw_only=True):
    """Where the status stands that an id of the product names."""

    provider: str
    identity: str
    status: str


class SocialProvider:
    """Every provider's users and the tokens that name them."""

    def __init__(self, tenant: TenantBase) -> None:
        self._tenant = tenant
        self._identities = Store[Identity]()
        self._grants = Store[Grant]()
        self._tracked = Store[TrackedStatus]()  # by the product's id

    def script(self, script: Script) -> Identity:
        """Create an identity, or change the one with this provider and id."""
        provider = script.provider.lower()
        identity_id = script.id or self._tenant.identifiers.code(15)
        identity = self.find(provider, identity_id) or Identity(provider=provider, id=identity_id)
        for name in ("email", "email_verified", "profile", "content", "error"):
            value = getattr(script, name)
            if value is not msgspec.UNSET:
                setattr(identity, name, value)
        self._identities.put(f"{provider} {identity_id}", identity)
        return identity

    def find(self, provider: str, identity_id: str) -> Identity | None:
        """Return the identity of an id at a provider, even while the provider refuses."""
        return self._identities.get(f"{provider.lower()} {identity_id}")

    def hand_out(self, identity: Identity, client_guid: str = "") -> dict[str, str]:
        """Return what a log-in at the provider gives the app: tokens, a code that works once, a signed id token.

        `request_token` is what the hosted page's callback would carry, `client_guid` what a device without callback
        asks by.
        """
        tenant, secret = self._tenant, self._tenant.identifiers.hex()
        named = {"provider": identity.provider, "provider_id": identity.id}
        return {
            "provider": identity.provider,
            "id": identity.id,
            "access_token": self._give(identity, secret),
            "token_secret": secret,
            "code": self._give(identity),
            "id_token": jwt.sign(self._claims(identity), jwt.SharedKey(tenant.settings.custom_jwt_key)),
            "request_token": self.request_token(identity),
            "client_guid": self._wait(client_guid or tenant.identifiers.guid(), named),
        }

    def request_token(self, identity: Identity) -> str:
        """Return what the hosted page's callback carries once somebody has logged in at the provider."""
        named = {"provider": identity.provider, "provider_id": identity.id}
        issued = self._tenant.single_use_tokens.issue("request", None, self._tenant.settings, cancels=False, **named)
        return issued.value

    def _wait(self, client_guid: str, named: dict[str, str]) -> str:
        expires = self._tenant.clock.now() + self._tenant.settings.request_token_seconds
        waiting = {"flow": "social", "expires": expires, "taken": False, **named}
        self._tenant.client_guids.put(client_guid, waiting)
        return client_guid

    def _give(self, identity: Identity, secret: str | None = None) -> str:
        value = f"{identity.provider}-{self._tenant.identifiers.hex()}"
        self._grants.put(value, Grant(provider=identity.provider, id=identity.id, secret=secret))
        return value

    def _claims(self, identity: Identity) -> dict[str, Json]:
        now = int(self._tenant.clock.now())
        claims = {
            "iss": identity.provider,
            "aud": self._tenant.key,
            "sub": identity.id,
            "email": identity.email,
            "email_verified": identity.email_verified,
            "given_name": identity.profile.get("FirstName"),
            "family_name": identity.profile.get("LastName"),
            "iat": now,
            "exp": now + JWT_SECONDS,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def open(self, provider: str, token: str, *, secret: str | None = None) -> Identity:
        """Return the identity of an access token. Raise PROVIDER_ERROR, in the provider's words, where it refuses."""
        grant = self._grants.get(token)
        known = grant is not None and grant.provider == provider and grant.secret is not None
        if grant is None or not known or secret not in {None, grant.secret}:
            raise refusal("invalid_token: this provider did not give it out")
        return self.ask(provider, grant.id)

    def redeem(self, provider: str, code: str) -> Identity:
        """Return the identity of an authorization code, now used. Raise PROVIDER_ERROR where the provider refuses."""
        grant = self._grants.get(code)
        if grant is None or grant.provider != provider or grant.secret is not None:
            raise refusal("invalid_grant: the code is wrong or used")
        self._grants.remove(code)
        return self.ask(provider, grant.id)

    def open_jwt(self, provider: str, token: str) -> Identity:
        """Return the identity of an id token.

        Raise JWT_IDENTIFIER_MISSING without `sub`, JWT_INVALID where it is forged, foreign or outside its time.
        """
        claims = jwt.read(token, jwt.SharedKey(self._tenant.settings.custom_jwt_key))
        meant = {"iss": provider, "aud": self._tenant.key}
        if claims is None or any(claims.get(name, value) != value for name, value in meant.items()):
            raise ApiError(ErrorCode.JWT_INVALID)
        if not jwt.is_current(claims, self._tenant.clock.now()):
            raise ApiError(ErrorCode.JWT_INVALID)
        return self.meant(provider, claims)

    def meant(self, provider: str, claims: dict[str, Json]) -> Identity:
        """Return the identity that trusted claims name. Raise JWT_IDENTIFIER_MISSING without `sub`."""
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise ApiError(ErrorCode.JWT_IDENTIFIER_MISSING)
        if self.find(provider, claims["sub"]) is None:
            self._meet(provider, claims)
        return self.ask(provider, claims["sub"])

    def _meet(self, provider: str, claims: dict[str, Json]) -> None:
        """Somebody whom no script named: a test may sign id tokens of its own."""
        texts = {name: value for name, value in claims.items() if isinstance(value, str) and value}
        names = {"FirstName": texts.get("given_name"), "LastName": texts.get("family_name")}
        identity = Identity(
            provider=provider,
            id=claims["sub"],
            email=texts["email"] if ADDRESS.fullmatch(texts.get("email", "")) else None,
            email_verified=claims.get("email_verified", True) is True,
            profile={name: value for name, value in names.items() if value},
        )
        self._identities.put(f"{provider} {identity.id}", identity)

    def ask(self, provider: str, identity_id: str) -> Identity:
        """Return what the provider says of an identity now. Raise PROVIDER_ERROR where it refuses."""
        identity = self.find(provider, identity_id)
        if identity is None:
            raise refusal("not_found: the provider does not know this user")
        if identity.error:
            raise refusal(identity.error)
        return identity

    def content(self, identity: Identity, kind: str) -> list[Item]:
        """Return the content of a kind (`album`, `contact` ...): scripted items, else built-in ones."""
        if kind in identity.content:
            return identity.content[kind]
        owner = {"{id}": identity.id, "{name}": identity.name}
        return [_personal(item, owner) for item in _built_in().get(kind, ())]

    def add_content(self, identity: Identity, kind: str, item: Item) -> None:
        """Something new of a kind, in front of what was there."""
        identity.content[kind] = [item, *self.content(identity, kind)]

    def track(self, identity: Identity, status: Item) -> str:
        """Return a new id by which `tracked` finds a status."""
        tracked = TrackedStatus(provider=identity.provider, identity=identity.id, status=status["Id"])
        post_id = self._tenant.identifiers.hex(24)
        self._tracked.put(post_id, tracked)
        return post_id

    def tracked(self, post_id: str) -> Item | None:
        """Return what the provider says of a tracked status now. Raise PROVIDER_ERROR where it refuses."""
        tracked = self._tracked.get(post_id)
        if tracked is None:
            return None
        statuses = self.content(self.ask(tracked.provider, tracked.identity), "status")
        return next((status for status in statuses if status.get("Id") == tracked.status), None)

    def fork(self, tenant: TenantBase) -> "SocialProvider":
        """Return a child tenant's providers."""
        child = SocialProvider(tenant)
        child._identities, child._grants = self._identities.fork(), self._grants.fork()
        child._tracked = self._tracked.fork()
        return child


def refusal(words: str) -> ApiError:
    """Return the provider's refusal in its own words (product-facts.md#errors)."""
    return ApiError(ErrorCode.PROVIDER_ERROR, IsProviderError=True, ProviderErrorResponse=words)


def normalized(kind: str, item: Item) -> Item:
    """Return the members of an item that the product has for its kind, null for those that the provider lacks."""
    return {name: item.get(name) for name in _built_in()[kind][0]}


def in_own_form(value: Json) -> Json:
    """Return data as the provider itself writes it: by names of its own, without what it lacks (form: inferred)."""
    if isinstance(value, dict):
        return {
            _WORD.sub("_", name).lower(): in_own_form(member) for name, member in value.items() if member is not None
        }
    return [in_own_form(item) for item in value] if isinstance(value, list) else value


def _is_deeper(value: Json, levels: int) -> bool:
    """Return whether a value has more levels of objects and lists than that."""
    if not isinstance(value, dict | list):
        return False
    members = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(member, levels - 1) for member in members)


@cache
def _built_in() -> dict[str, list[Item]]:
    content: dict[str, list[Item]] = json.loads(Path(__file__).with_suffix(".json").read_bytes())
    return content


def _personal(value: Json, names: dict[str, str]) -> Json:
    """Built-in content with the owner's id and name put in."""
    if isinstance(value, dict):
        return {key: _personal(member, names) for key, member in value.items()}
    if isinstance(value, list):
        return [_personal(member, names) for member in value]
    if isinstance(value, str):
        for mark, name in names.items():
            value = value.replace(mark, name)
    return value
