"""Requests and responses of control calls. The control API's OpenAPI document is built from these."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from loginradius_harness.emulator.state.factor_devices.push import Answer
from loginradius_harness.emulator.state.journal import Entry
from loginradius_harness.emulator.state.outages import OutageRule
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.webhooks.delivery import Delivery

SEED_PASSWORD = "Seeded-pass-1"  # noqa: S105  # of accounts that exist in an emulator only

Number = Annotated[int, msgspec.Meta(ge=0)]
Wait = Annotated[float, msgspec.Meta(ge=0, description="real seconds to wait, at most 60")]
Changes = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="settings by name; GET /settings lists them", examples=[{"mfa": "required", "otp_length": 4}]
    ),
]
Snapshot = Annotated[dict[str, Any], msgspec.Meta(description="a tenant's whole state, as GET /snapshot returns it")]


class Health(msgspec.Struct):
    """Identifies an emulator; `now` is the tenant's current time, seconds since 1970 UTC."""

    status: str
    emulator: str
    now: float
    tenants: int


class OutboxQuery(msgspec.Struct):
    """Selects messages."""

    to: Annotated[str | None, msgspec.Meta(description="address, in any case")] = None
    kind: Annotated[str | None, msgspec.Meta(description="purpose, e.g. `emailverification`")] = None
    after: Annotated[Number, msgspec.Meta(description="only messages with a higher id")] = 0
    wait: Wait = 0


class Messages(msgspec.Struct):
    """Messages, oldest first."""

    messages: list[Message]


class ClockChange(msgspec.Struct, forbid_unknown_fields=True):
    """Sets the clock to a moment, moves it, and stops it or lets it run; in this order."""

    now: Annotated[
        float | Annotated[datetime, msgspec.Meta(tz=True)] | None,
        msgspec.Meta(description="seconds since 1970 UTC, or ISO 8601 with a time zone"),
    ] = None
    advance_seconds: Annotated[float, msgspec.Meta(description="negative seconds move the clock back")] = 0
    frozen: Annotated[bool | None, msgspec.Meta(description="true stops the clock, false lets it run")] = None


class CurrentTime(msgspec.Struct):
    """The tenant's current time, seconds since 1970 UTC, and whether the clock stands still."""

    now: float
    frozen: bool


class DeviceScript(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Registers a phone by a QR code, or names one, and says how it answers what waits and what comes."""

    qr_code: Annotated[str, msgspec.Meta(description="`PushQRCode` of an answer")] = ""
    device: Annotated[str, msgspec.Meta(description="a registered phone")] = ""
    answer: Annotated[Answer, msgspec.Meta(description="`forge` approves with a wrong signature")] = "wait"


class Device(msgspec.Struct):
    """A phone, how it answers, and how many notifications wait for it."""

    device: str
    answer: str
    waiting: int


class DuoAnswer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a user tells Duo."""

    endpoint: Annotated[str, msgspec.Meta(description="`DuoAuthEndpoint` of an answer")]
    approve: bool = True


class DuoReturn(msgspec.Struct):
    """With what Duo sends the browser back."""

    redirect_uri: str
    state: str
    code: str


class Keys(msgspec.Struct):
    """The credentials of a tenant."""

    apikey: str
    apisecret: str

    def __repr__(self) -> str:
        """Return the key without the secret."""
        return f"Keys({self.apikey!r})"


class Key(msgspec.Struct):
    """The tenant's API key."""

    apikey: str


class NewTenant(msgspec.Struct, forbid_unknown_fields=True):
    """A preset, and settings that differ from it."""

    preset: str = "default"
    settings: Changes = {}


class TenantRequest(NewTenant):
    """A preset with exceptions; `apikey` and `apisecret` are chosen at random where they are not given."""

    apikey: str | None = None
    apisecret: str | None = None

    def __repr__(self) -> str:
        """Return the key without the secret."""
        return f"TenantRequest({self.apikey!r})"


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
    """The settings in which each preset differs from `default`."""

    presets: dict[str, dict[str, Any]]


class Dropped(msgspec.Struct):
    """Whether the tenant was deleted: the default one never is."""

    dropped: bool


class SeedRequest(msgspec.Struct, forbid_unknown_fields=True):
    """How many accounts, and the password of all."""

    users: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    password: Annotated[str, msgspec.Meta(min_length=1)] = SEED_PASSWORD


class SeedResult(msgspec.Struct):
    """The password and the addresses of the new accounts."""

    password: str
    emails: list[str]


class UserImport(msgspec.Struct, forbid_unknown_fields=True):
    """Users to create: members of a profile, and `PasswordHash` or `Password`, `Roles`."""

    users: Annotated[
        list[dict[str, Any]],
        msgspec.Meta(examples=[[{"Email": "ann@example.com", "PasswordHash": "$2b$12$...", "FirstName": "Ann"}]]),
    ]

    def __repr__(self) -> str:
        """Return the number of users, without their secrets."""
        return f"UserImport({len(self.users)} users)"


class Imported(msgspec.Struct):
    """The uids of the new accounts, in the order of the users."""

    uids: list[str]


class UsersQuery(msgspec.Struct):
    """Selects users."""

    search: Annotated[str, msgspec.Meta(description="part of an address, phone, user name, name or uid")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 50


class Address(msgspec.Struct):
    """An e-mail address or a phone number."""

    value: str
    verified: bool


class UserState(msgspec.Struct):
    """State of a user. `lock` is the kind of lock in force, `factors` the enrolled second factors."""

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
    """Matching users, newest first; `count` is the number of all users of the tenant."""

    count: int
    users: list[UserState]


class Restored(msgspec.Struct):
    """The number of users after the restore."""

    users: int


class Switches(msgspec.Struct, forbid_unknown_fields=True):
    """The faults to switch on, and the outages of the tenant; all others are switched off."""

    on: list[str] = []
    outages: list[OutageRule] = []


class FaultChange(msgspec.Struct, forbid_unknown_fields=True):
    """The faults to switch on; all others are switched off."""

    on: list[str]


class Fault(msgspec.Struct):
    """A seeded fault. `violates` is the id of a rule or operation, empty for a neutral variation."""

    name: str
    violates: str


class Faults(msgspec.Struct):
    """All faults, those that are on, and the tenant's outages that are left."""

    on: list[str]
    outages: list[OutageRule]
    known: list[Fault]


class Keyset(msgspec.Struct):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]]


class DeliveriesQuery(msgspec.Struct):
    """Selects deliveries."""

    after: Annotated[Number, msgspec.Meta(description="only deliveries with a higher id")] = 0
    wait: Wait = 0


class Deliveries(msgspec.Struct):
    """Webhook deliveries, oldest first."""

    deliveries: list[Delivery]


class Replay(msgspec.Struct, forbid_unknown_fields=True):
    """The delivery to repeat."""

    id: int


class JournalQuery(msgspec.Struct):
    """Selects requests."""

    after: Annotated[Number, msgspec.Meta(description="only requests with a higher number")] = 0


class Requests(msgspec.Struct):
    """The newest requests, oldest first; the counts cover all requests since the start."""

    count: int
    by_operation: dict[str, int]
    entries: list[Entry]


class Refusal(msgspec.Struct):
    """Why a call was refused."""

    error: str
