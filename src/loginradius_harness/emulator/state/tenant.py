"""One tenant: everything behind one API key."""

from copy import deepcopy
from typing import Any, Literal

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.message_sender import MessageSender
from loginradius_harness.emulator.state.mfa_factors import MfaFactors
from loginradius_harness.emulator.state.outages import Outages
from loginradius_harness.emulator.state.single_use_tokens import SingleUseToken
from loginradius_harness.emulator.state.social_provider import SocialProvider
from loginradius_harness.emulator.state.tenant_base import TenantBase
from loginradius_harness.emulator.state.webhooks import Webhooks

Json = Any
Technology = Literal["android", "ios", "phonegap", "ionic", "xamarin", "reactnative"]  # of an app
WorkflowState = Literal["ACTIVE", "DEBUG", "ARCHIVE"]


class Role(msgspec.Struct, kw_only=True):
    """A role of the tenant and its permissions."""

    name: str
    permissions: dict[str, bool] = {}


class CustomObject(msgspec.Struct, kw_only=True):
    """A record of a custom object."""

    id: str
    name: str
    uid: str
    content: dict[str, Json]
    created: float
    modified: float
    deleted: bool = False  # kept where the tenant lists deleted records


class WorkflowVersion(msgspec.Struct, kw_only=True):
    """What a workflow was from one change to the next."""

    id: str
    created: float
    name: str
    data: Json  # of any form
    theme: str = ""
    description: str = ""
    state: WorkflowState = "ACTIVE"  # inferred


class Workflow(msgspec.Struct, kw_only=True):
    """A workflow with its versions, the oldest first."""

    id: str
    versions: list[WorkflowVersion]
    current: str  # id of the version that holds

    @property
    def holding(self) -> WorkflowVersion:
        """Return the version that holds."""
        return next(version for version in self.versions if version.id == self.current)


class ConsentOption(msgspec.Struct, kw_only=True):
    """What a consent form asks for."""

    id: str
    title: str
    description: str = ""
    created: float | None = None  # None: an option of the settings


class FormOption(msgspec.Struct, kw_only=True):
    """An option as a consent form asks for it."""

    id: str
    required: bool = False
    active: bool = True  # until the option itself is deleted


class ConsentForm(msgspec.Struct, kw_only=True):
    """A consent form."""

    version: int
    options: list[FormOption]
    events: list[str] = []  # none: every event
    starts: float | None = None
    created: float | None = None  # None: the form of the settings
    terms: str = ""
    policy: str = ""
    workflow: bool = False
    deleted: bool = False  # kept, so that its version is not given again

    @property
    def offered(self) -> set[str]:
        """The options that can be accepted."""
        return {option.id for option in self.options if option.active}

    @property
    def required(self) -> set[str]:
        """The options that must be accepted; a form without any is optional."""
        return {option.id for option in self.options if option.active and option.required}

    def asks_at(self, event: str) -> bool:
        """Return whether the form belongs to an event."""
        return not self.events or event in self.events


class DirectoryPage(msgspec.Struct, kw_only=True):
    """What a query of the directory found and has not shown yet."""

    source: str
    object_name: str
    keys: list[str]
    size: int
    expires: float


class Sott(msgspec.Struct, kw_only=True):
    """A SOTT that management has made for an app."""

    id: str
    token: str
    technology: Technology
    comment: str
    created: float
    ends: float
    encoded: bool = False


class RegistrationRecord(msgspec.Struct, kw_only=True):
    """A choice that a registration form offers."""

    id: str
    type: str
    key: str
    value: str
    created: float
    modified: float
    parent_id: str | None = None
    code: str | None = None
    active: bool = True


class Tenant(TenantBase):
    """Everything behind one API key."""

    def __init__(self, key: str, secret: str, settings: Settings, clock: Clock, identifiers: Identifiers) -> None:
        super().__init__(key, secret, settings, clock, identifiers)
        self.messages = MessageSender(self)
        self.webhooks = Webhooks(self)
        self.provider = SocialProvider(self)
        self.factors = MfaFactors(self)
        self.outages = Outages()
        self.roles = Store[Role]()
        self.custom_objects = Store[CustomObject]()
        self.consent_options = Store[ConsentOption]()
        self.consent_forms = Store[ConsentForm]()  # by version
        self.directory_pages = Store[DirectoryPage]()  # by what names them
        self.registration_data = Store[RegistrationRecord]()
        self.workflows = Store[Workflow]()
        self.sotts = Store[Sott]()
        self.store_customers = Store[int]()  # shop of BigCommerce and address -> number of the customer
        self.perfectmind_links = Store[str]()  # site and address -> contact that log-ins use
        self.used_sotts = Store[float]()  # token -> end of its window

    def fork(self, key: str, secret: str) -> "Tenant":
        """Return a child with the same state; from then on neither sees the changes of the other (copy on write)."""
        child = Tenant(key, secret, deepcopy(self.settings), self.clock.fork(), Identifiers())
        child.accounts = self.accounts.fork()
        child.sessions = self.sessions.fork(child.clock, child.identifiers)
        child.single_use_tokens = self.single_use_tokens.fork(child.clock, child.identifiers)
        child.codes = self.codes.fork(child.clock, child.identifiers)
        child.federation = self.federation.fork(child.clock, child.identifiers)
        child.organizations = self.organizations.fork(child.clock, child.identifiers, child.federation)
        child.passkeys = self.passkeys.fork(child.clock, child.identifiers)
        child.push = self.push.fork(child.clock, child.identifiers)
        child.duo = self.duo.fork(child.clock, child.identifiers)
        child.outbox = self.outbox.fork()
        child.templates = self.templates.fork()
        child.messages = self.messages.fork(child)
        child.webhooks = self.webhooks.fork(child)
        child.provider = self.provider.fork(child)
        for name in (
            "roles", "custom_objects", "consent_options", "consent_forms", "directory_pages", "registration_data",
            "sotts", "used_sotts", "client_guids", "configuration", "workflows", "store_customers", "perfectmind_links",
        ):  # fmt: skip
            setattr(child, name, getattr(self, name).fork())
        return child

    def forget(self, account: Account) -> None:
        """Delete an account and everything of it: sessions, tokens, codes, records."""
        self.sessions.end_all(account)
        self.single_use_tokens.forget(account.uid)
        self.codes.forget(account.uid)
        self.organizations.leave(account.uid)
        for passkey in account.all_passkeys():
            self.passkeys.drop(passkey.credential_id)
        self.push.drop(account.factors.push_device if account.factors else None)
        for record_id in [record.id for _, record in self.custom_objects.scan() if record.uid == account.uid]:
            self.custom_objects.remove(record_id)
        self.accounts.remove(account)

    def rename(self, account: Account, uid: str) -> None:
        """Give an account another uid; everything of it follows. UID_ALREADY_EXISTS where the uid is taken."""
        old = account.uid
        self.accounts.rename(account, uid)
        self.sessions.move(account)
        self.single_use_tokens.move(old, uid)
        self.codes.move(old, uid)
        self.organizations.move(old, uid)
        for passkey in account.all_passkeys():
            self.passkeys.keep(passkey.credential_id, uid)
        for record_id in [record.id for _, record in self.custom_objects.scan() if record.uid == old]:
            if (record := self.custom_objects.get(record_id)) is not None:
                record.uid = uid
        for value in [value for value, waiting in self.client_guids.scan() if waiting.get("uid") == old]:
            if (waiting := self.client_guids.get(value)) is not None:
                waiting["uid"] = uid

    def flow_of(self, value: str) -> str | None:
        """Return the flow that a client GUID or a login link was made for; None for an unknown value."""
        known = self.client_guids.get(value)
        if known is not None:
            flow: str = known["flow"]
            return flow
        return {"smartlogin": "smart_login", "onetouchlogin": "one_touch_login"}.get(
            self.single_use_tokens.kind_of(value) or ""
        )

    def owner_of(self, value: str) -> str | None:
        """Return the uid of a link token, a refresh token or a client GUID, live or not; None for any other value."""
        known = self.single_use_tokens.uid_of(value) or self.sessions.uid_of_refresh(value)
        return known or (self.client_guids.get(value) or {}).get("uid")

    def holder(self, token: SingleUseToken) -> Account:
        """Return the account that a token was issued for. Raise ACCOUNT_NOT_FOUND where it is gone."""
        account = self.accounts.by_uid(token.uid) if token.uid else None
        if account is None:
            raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
        return account

    def managed_account(self, uid: str) -> Account:
        """Return the account of a management call's `uid`. Raise ACCOUNT_NOT_FOUND where there is none."""
        account = self.accounts.by_uid(uid)
        if account is None:
            raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
        return account
