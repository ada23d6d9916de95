"""Accounts and the identifiers that lead to them."""

from typing import Any

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.store import Store

Json = Any


class Email(msgspec.Struct, gc=False):
    """An address of an account. `type` is Primary or a label of the caller's.

    A `pending` one was added to the account and is not verified yet: profiles list it in UnverifiedEmail only.
    """

    type: str
    value: str
    verified: bool = False
    pending: bool = False


class SocialIdentity(msgspec.Struct, kw_only=True):
    """A provider profile linked to an account; `profile` holds what the provider said."""

    id: str  # our profile id
    provider: str
    provider_id: str
    profile: dict[str, Json] = {}
    access_token: str | None = None


class Passkey(msgspec.Struct, kw_only=True, gc=False):
    """A WebAuthn credential. `credential` is its attested data and `handle` the user handle it was made for."""

    id: str  # ours, in lists and for removal
    credential_id: str  # base64url, as every text of WebAuthn
    credential: str
    handle: str
    counter: int
    identifier: str
    authenticator: str
    created: float


class SecondFactors(msgspec.Struct, kw_only=True):
    """The enrolled second factors, and those being enrolled."""

    totp_secret: str | None = None
    totp_verified: bool = False
    totp_last_step: int = -1  # the newest time step that a code was accepted for
    phone: str | None = None
    phone_verified: bool = False
    pending_phone: str | None = None  # a number that takes over once its code was entered
    email: str | None = None
    email_verified: bool = False
    answers: dict[str, str] = {}  # question id -> hash
    passkeys: list[Passkey] = []
    push_device: str | None = None
    duo: bool = False
    backup_codes: dict[str, bool] = {}  # code -> used

    @property
    def enrolled(self) -> list[str]:
        """Return the names of the factors that are verified, in the order below."""
        states = {
            "authenticator": self.totp_verified,
            "sms": self.phone_verified,
            "email": self.email_verified,
            "security_question": bool(self.answers),
            "passkey": bool(self.passkeys),
            "push": self.push_device is not None,
            "duo": self.duo,
        }
        return [name for name, on in states.items() if on]


class Lock(msgspec.Struct, kw_only=True):
    """Brute-force state: consecutive failures, and the lock they led to."""

    failures: int = 0
    wrong_answers: int = 0  # to security questions, when resetting a password
    # None | Captcha | SecurityQuestion | Block; Suspend leaves the type as it was (product-facts.md#lockout)
    type: str = "None"
    until: float = 0.0  # end of a suspension
    locked: bool = False


class Pin(msgspec.Struct, kw_only=True):
    """PIN login: the hash, or that it was skipped."""

    hash: str | None = None
    skipped: bool = False
    changed: float | None = None
    skipped_at: float | None = None


class RoleContext(msgspec.Struct, kw_only=True):
    """Roles and permissions of an account within one context."""

    context: str
    roles: list[str] = []
    permissions: list[str] = []
    expiration: float | None = None


class PolicyAcceptance(msgspec.Struct, kw_only=True):
    """One acceptance of a privacy policy version."""

    version: str
    source: str
    at: float


class Account(msgspec.Struct, kw_only=True):
    """An account. `fields` holds the personal profile members that were ever set, by their response names."""

    uid: str
    id: str  # profile id of the e-mail or phone identity
    provider: str = "Email"
    registration_source: str = "API"
    created: float
    modified: float
    password: str | None = None  # hash
    password_changed: float | None = None
    password_history: list[str] = []  # former hashes, newest first
    password_breached: bool = False
    emails: list[Email] = []
    phone: str | None = None
    phone_verified: bool = False
    pending_phone: str | None = None  # a new number, active once its OTP was entered
    username: str | None = None
    custom_uid: bool = False
    previous_uids: list[str] | None = None
    active: bool = True
    login_disabled: bool = False
    logins: int = 0
    last_login: float | None = None
    last_ip: str | None = None
    welcomed: bool = False
    fields: dict[str, Json] = {}
    custom_fields: dict[str, Json] | None = None
    security_answers: dict[str, str] | None = None  # question id -> hash
    lock: Lock | None = None
    factors: SecondFactors | None = None
    passkeys: list[Passkey] = []  # to log in with; those of the second factor are with the factors
    pin: Pin | None = None
    identities: list[SocialIdentity] | None = None
    roles: list[str] | None = None
    contexts: list[RoleContext] | None = None
    policies: list[PolicyAcceptance] | None = None  # newest last
    consents: dict[str, float] | None = None  # ConsentOptionId -> accepted at
    consent_versions: dict[str, int] | None = None  # event -> version of the form
    consent_log: list[dict[str, Json]] | None = None
    sessions: list[str] = []  # access tokens, oldest first
    refresh_tokens: list[str] = []  # oldest first; they outlive their access tokens
    seen: dict[str, list[str]] | None = None  # risk factors seen before: browser, city, country, ip, device
    external_ids: list[dict[str, str]] | None = None

    @property
    def primary(self) -> Email | None:
        """Return the address that messages go to: verified before unverified, Primary before others."""
        return min(self.emails, key=lambda email: (not email.verified, email.type.lower() != "primary"), default=None)

    @property
    def email_verified(self) -> bool:
        """Return whether any address is verified."""
        return any(email.verified for email in self.emails)

    def email(self, value: str) -> Email | None:
        """Return the address, compared without regard to case."""
        wanted = value.lower()
        return next((email for email in self.emails if email.value.lower() == wanted), None)

    def all_passkeys(self) -> list[Passkey]:
        """Return the passkeys to log in with and those of the second factor."""
        return self.passkeys + (self.factors.passkeys if self.factors else [])

    def second_factors(self) -> SecondFactors:
        """Return the factor state, made on first use."""
        if self.factors is None:
            self.factors = SecondFactors()
        return self.factors

    def lockout(self) -> Lock:
        """Return the lockout state, made on first use."""
        if self.lock is None:
            self.lock = Lock()
        return self.lock


class Accounts:
    """All accounts of a tenant. The indexes live here, so that uniqueness is decided in one place."""

    def __init__(self) -> None:
        self._by_uid = Store[Account]()
        self._by_email = Store[tuple[str, ...]]()
        self._by_phone = Store[str]()
        self._by_username = Store[str]()
        self._by_id = Store[str]()  # profile id, also of social identities -> uid
        self._by_provider = Store[str]()  # provider + provider id -> uid

    def __len__(self) -> int:
        return len(self._by_uid)

    def scan(self) -> Any:
        """Yield (uid, account) of all, for reading only."""
        return self._by_uid.scan()

    def by_uid(self, uid: str) -> Account | None:
        """Return the account of a uid."""
        return self._by_uid.get(uid)

    def by_email(self, email: str) -> Account | None:
        """Return the account with an address, verified or not; of several the oldest."""
        found = self.all_by_email(email)
        return found[0] if found else None

    def all_by_email(self, email: str) -> list[Account]:
        """Return every account with the address: more than one only where the tenant allows duplicates."""
        uids = self._by_email.get(email.lower()) or ()
        return [account for uid in uids if (account := self._by_uid.get(uid))]

    def by_phone(self, phone: str) -> Account | None:
        """Return the account with an active number."""
        return self._named(self._by_phone, phone_key(phone))

    def by_username(self, username: str) -> Account | None:
        """Return the account with a user name; stored names are lower-case unless the tenant keeps case."""
        return self._named(self._by_username, username) or self._named(self._by_username, username.lower())

    def by_id(self, profile_id: str) -> Account | None:
        """Return the account with a profile id."""
        return self._named(self._by_id, profile_id)

    def by_provider(self, provider: str, provider_id: str) -> Account | None:
        """Return the account with a linked provider profile."""
        return self._named(self._by_provider, f"{provider.lower()} {provider_id}")

    def _named(self, index: Store[str], key: str) -> Account | None:
        uid = index.get(key)
        return self._by_uid.get(uid) if uid else None

    def require_free(self, account: Account, *, duplicate_emails: bool = False) -> None:
        """Refuse a new account whose uid, e-mail, user name or phone is taken.

        Raise UID_ALREADY_EXISTS, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, PHONE_ALREADY_EXISTS.
        """
        if account.uid in self._by_uid:
            raise ApiError(ErrorCode.UID_ALREADY_EXISTS)
        if not duplicate_emails and any(email.value.lower() in self._by_email for email in account.emails):
            raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)
        if account.username and self.by_username(account.username):
            raise ApiError(ErrorCode.USERNAME_ALREADY_EXISTS)
        if account.phone and phone_key(account.phone) in self._by_phone:
            raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)

    def add(self, account: Account, *, duplicate_emails: bool = False) -> None:
        """Store a new account; where an identifier is taken (see `require_free`), nothing is changed."""
        self.require_free(account, duplicate_emails=duplicate_emails)
        self._by_uid.put(account.uid, account)
        self._by_id.put(account.id, account.uid)
        for email in account.emails:
            self._index_email(email.value, account.uid)
        if account.phone:
            self._by_phone.put(phone_key(account.phone), account.uid)
        if account.username:
            self._by_username.put(account.username, account.uid)
        for identity in account.identities or ():
            self._index_identity(identity, account.uid)

    def remove(self, account: Account) -> None:
        """Delete the account and free its identifiers. `Tenant.forget` deletes the rest."""
        for email in account.emails:
            self._unindex_email(email.value, account.uid)
        if account.phone:
            self._by_phone.remove(phone_key(account.phone))
        if account.username:
            self._by_username.remove(account.username)
        for identity in account.identities or ():
            self._unindex_identity(identity)
        self._by_id.remove(account.id)
        self._by_uid.remove(account.uid)

    def add_email(self, account: Account, email: Email, *, duplicate_emails: bool = False) -> None:
        """Give the account another address; raise EMAIL_ALREADY_EXISTS where another has it."""
        owners = self._by_email.get(email.value.lower()) or ()
        if owners and not duplicate_emails:
            raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)
        account.emails.append(email)
        self._index_email(email.value, account.uid)

    def remove_email(self, account: Account, email: Email) -> None:
        """Take an address away; the next one takes over as Primary (product-facts.md#emails)."""
        account.emails.remove(email)
        self._unindex_email(email.value, account.uid)
        if account.emails and not any(other.type.lower() == "primary" for other in account.emails):
            account.emails[0].type, account.emails[0].pending = "Primary", False

    def set_phone(self, account: Account, phone: str | None) -> None:
        """Set or remove the active number; PHONE_ALREADY_EXISTS where another has it."""
        if phone:
            owner = self._by_phone.get(phone_key(phone))
            if owner and owner != account.uid:
                raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)
        if account.phone:
            self._by_phone.remove(phone_key(account.phone))
        account.phone = phone
        if phone:
            self._by_phone.put(phone_key(phone), account.uid)

    def set_username(self, account: Account, username: str | None) -> None:
        """Set or remove the user name; USERNAME_ALREADY_EXISTS where another has it."""
        if username:
            owner = self.by_username(username)
            if owner and owner.uid != account.uid:
                raise ApiError(ErrorCode.USERNAME_ALREADY_EXISTS)
        if account.username:
            self._by_username.remove(account.username)
        account.username = username
        if username:
            self._by_username.put(username, account.uid)

    def rename(self, account: Account, uid: str) -> None:
        """Give the account another uid; UID_ALREADY_EXISTS where it is taken. The old one goes to `previous_uids`."""
        if uid in self._by_uid:
            raise ApiError(ErrorCode.UID_ALREADY_EXISTS)
        self.remove(account)
        account.previous_uids = [*(account.previous_uids or []), account.uid]
        account.uid, account.custom_uid = uid, True
        self.add(account, duplicate_emails=True)

    def link(self, account: Account, identity: SocialIdentity) -> None:
        """Link a provider profile to the account."""
        account.identities = [*(account.identities or []), identity]
        self._index_identity(identity, account.uid)

    def unlink(self, account: Account, identity: SocialIdentity) -> None:
        """Unlink a provider profile from the account."""
        account.identities = [other for other in account.identities or [] if other.id != identity.id] or None
        self._unindex_identity(identity)

    def _index_email(self, value: str, uid: str) -> None:
        key = value.lower()
        self._by_email.put(key, (*(self._by_email.get(key) or ()), uid))

    def _unindex_email(self, value: str, uid: str) -> None:
        key = value.lower()
        rest = tuple(other for other in self._by_email.get(key) or () if other != uid)
        if rest:
            self._by_email.put(key, rest)
        else:
            self._by_email.remove(key)

    def _index_identity(self, identity: SocialIdentity, uid: str) -> None:
        self._by_id.put(identity.id, uid)
        self._by_provider.put(f"{identity.provider.lower()} {identity.provider_id}", uid)

    def _unindex_identity(self, identity: SocialIdentity) -> None:
        self._by_id.remove(identity.id)
        self._by_provider.remove(f"{identity.provider.lower()} {identity.provider_id}")

    def fork(self) -> "Accounts":
        """Return a child that shares what neither side changes."""
        child = Accounts()
        for name, store in vars(self).items():
            setattr(child, name, store.fork())
        return child


def phone_key(phone: str) -> str:
    """Return the digits of a number: `+1 (555) 010-0100` and `15550100100` are one number."""
    return "".join(digit for digit in phone if digit.isdigit())
