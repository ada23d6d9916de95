"""What control calls take and give. The control API's OpenAPI document is made of these."""

from typing import Annotated, Any

import msgspec

from loginradius_harness.emulator.state.journal import Entry
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.webhook_delivery import Delivery

SEED_PASSWORD = "Seeded-pass-1"  # noqa: S105  # of accounts that exist in an emulator only

Number = Annotated[int, msgspec.Meta(ge=0)]
Wait = Annotated[float, msgspec.Meta(ge=0, description="real seconds to wait, at most 60")]
Changes = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="settings by name, see the answer of GET /settings", examples=[{"mfa": "required", "otp_length": 4}]
    ),
]
Snapshot = Annotated[dict[str, Any], msgspec.Meta(description="a tenant's whole state, as GET /snapshot gives it")]


class Health(msgspec.Struct):
    """That this is an emulator; the default or named tenant's present in seconds since 1970 UTC."""

    status: str
    emulator: str
    now: float
    tenants: int


class OutboxQuery(msgspec.Struct):
    """Which messages."""

    to: Annotated[str | None, msgspec.Meta(description="address, in any case")] = None
    kind: Annotated[str | None, msgspec.Meta(description="what for, e.g. `emailverification`")] = None
    after: Annotated[Number, msgspec.Meta(description="only messages with a higher id")] = 0
    wait: Wait = 0


class Messages(msgspec.Struct):
    """Messages, oldest first."""

    messages: list[Message]


class ClockChange(msgspec.Struct, forbid_unknown_fields=True):
    """How far to move the present; negative seconds move it back."""

    advance_seconds: float


class CurrentTime(msgspec.Struct):
    """The tenant's present, seconds since 1970 UTC."""

    now: float


class Keys(msgspec.Struct):
    """The credentials of a tenant."""

    apikey: str
    apisecret: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Keys({self.apikey!r})"


class Key(msgspec.Struct):
    """The tenant's API key."""

    apikey: str


class NewTenant(msgspec.Struct, forbid_unknown_fields=True):
    """A preset, and settings that differ from it."""

    preset: str = "default"
    settings: Changes = {}


class TenantState(msgspec.Struct):
    """A tenant of this process."""

    apikey: str
    app_name: str
    users: int
    default: bool


class Tenants(msgspec.Struct):
    """All tenants, the default one first."""

    tenants: list[TenantState]


class Presets(msgspec.Struct):
    """Name of a preset -> the settings in which it differs from `default`."""

    presets: dict[str, dict[str, Any]]


class Dropped(msgspec.Struct):
    """Whether the tenant is gone: the default one stays."""

    dropped: bool


class SeedRequest(msgspec.Struct, forbid_unknown_fields=True):
    """How many accounts, and the password of all."""

    users: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    password: Annotated[str, msgspec.Meta(min_length=1)] = SEED_PASSWORD


class SeedResult(msgspec.Struct):
    """The password and the addresses of the new accounts."""

    password: str
    emails: list[str]


class UsersQuery(msgspec.Struct):
    """Which users."""

    search: Annotated[str, msgspec.Meta(description="part of an address, phone, user name, name or uid")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 50


class Address(msgspec.Struct):
    """An e-mail address or a phone number."""

    value: str
    verified: bool


class UserState(msgspec.Struct):
    """How a user stands. `lock` is the kind of lock that holds, `factors` what is enrolled for the second factor."""

    uid: str
    name: str
    emails: list[Address]
    phone: Address | None
    username: str | None
    blocked: bool
    login_disabled: bool
    lock: str | None
    factors: list[str]
    logins: int
    sessions: int
    created: float
    last_login: float | None


class Users(msgspec.Struct):
    """Users that fit, newest first; `count` is of all that the tenant has."""

    count: int
    users: list[UserState]


class Restored(msgspec.Struct):
    """How many users the tenant has now."""

    users: int


class Switches(msgspec.Struct, forbid_unknown_fields=True):
    """Which faults are to be on."""

    on: list[str]


class Fault(msgspec.Struct):
    """A switch, and the rule or the operation's contract that it breaks; empty for a variation that breaks nothing."""

    name: str
    violates: str


class Faults(msgspec.Struct):
    """What can be switched on, and what is."""

    on: list[str]
    known: list[Fault]


class Keyset(msgspec.Struct):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]]


class DeliveriesQuery(msgspec.Struct):
    """Which deliveries."""

    after: Annotated[Number, msgspec.Meta(description="only deliveries with a higher id")] = 0
    wait: Wait = 0


class Deliveries(msgspec.Struct):
    """Webhook deliveries, oldest first."""

    deliveries: list[Delivery]


class JournalQuery(msgspec.Struct):
    """Which requests."""

    after: Annotated[Number, msgspec.Meta(description="only requests with a higher number")] = 0


class Requests(msgspec.Struct):
    """The newest requests, oldest first; the counts are of all that ever came."""

    count: int
    by_operation: dict[str, int]
    entries: list[Entry]


class Refusal(msgspec.Struct):
    """Why a call was not carried out."""

    error: str
