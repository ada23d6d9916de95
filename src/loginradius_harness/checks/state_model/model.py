"""Model one tenant: accounts, links, tokens and factors, and the outcome of each action on them.

The model is small on purpose and knows nothing of requests. An action meets a thing in a state, which decides the
product code that refuses it, or success. `OUTCOMES` holds every such transition; `state_model.runner` runs them on a
tenant.

The tenant: e-mail must be verified, MFA is optional, three failures suspend an account for a quarter of an hour.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from loginradius_harness.contracts.codes import ErrorCode

OK = 0
COUNTED = frozenset(
    {
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.CURRENT_PASSWORD_INCORRECT,
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
        ErrorCode.BACKUP_CODE_INCORRECT_OR_USED,
    }
)  # error codes that count as a failed attempt
LAST_TRY = "at the last try"
TRIES = 3
SUSPENSION = 900.0  # seconds, as the lifetimes below
TOKEN_LIFE, REFRESH_LIFE, LINK_LIFE, CHALLENGE_LIFE = 900.0, 5_184_000.0, 259_200.0, 900.0

_HERE = ("unverified", "verified", "blocked", "disabled", "suspended")
_ALWAYS = {"absent": ErrorCode.ACCOUNT_NOT_FOUND} | dict.fromkeys(_HERE, OK)
_WRONG_PASSWORD = {
    "absent": ErrorCode.ACCOUNT_NOT_FOUND, "unverified": ErrorCode.CREDENTIALS_INCORRECT,
    "verified": ErrorCode.CREDENTIALS_INCORRECT, "blocked": ErrorCode.ACCOUNT_BLOCKED,
    "disabled": ErrorCode.ACCOUNT_LOGIN_DISABLED, "suspended": ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    "at the last try": ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
}  # fmt: skip
_TOKEN = {
    "live": OK,
    "unknown": ErrorCode.ACCESS_TOKEN_INVALID,
    "ended": ErrorCode.ACCESS_TOKEN_INVALID,
    "expired": ErrorCode.ACCESS_TOKEN_EXPIRED,
    "orphaned": ErrorCode.ACCESS_TOKEN_INVALID,
    "of a blocked account": ErrorCode.ACCOUNT_BLOCKED,
}
_PASSWORD_TOKEN = _TOKEN | {
    "of a disabled account": ErrorCode.ACCOUNT_LOGIN_DISABLED,
    "of a suspended account": ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
}
_REFRESH = {
    "live": OK,
    "unknown": ErrorCode.REFRESH_TOKEN_INVALID,
    "used": ErrorCode.REFRESH_TOKEN_INVALID,
    "ended": ErrorCode.REFRESH_TOKEN_INVALID,
    "expired": ErrorCode.REFRESH_TOKEN_INVALID,
    "orphaned": ErrorCode.REFRESH_TOKEN_INVALID,
}
_OWNER = {"of a blocked account": ErrorCode.ACCOUNT_BLOCKED, "of a disabled account": ErrorCode.ACCOUNT_LOGIN_DISABLED}
_CHALLENGE = {
    "live": OK,
    "unknown": ErrorCode.SECOND_FACTOR_TOKEN_INVALID,
    "used": ErrorCode.SECOND_FACTOR_TOKEN_INVALID,
    "expired": ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED,
    "orphaned": ErrorCode.SECOND_FACTOR_TOKEN_INVALID,
}
_CHALLENGE |= _OWNER | {"of a suspended account": ErrorCode.ACCOUNT_LOCKED_DURING_MFA}

# Thing -> action -> state -> the code that refuses, or OK.
OUTCOMES: Mapping[str, Mapping[str, Mapping[str, int]]] = {
    "account": {
        "register": {"absent": OK} | dict.fromkeys(_HERE, ErrorCode.EMAIL_ALREADY_EXISTS),
        "log in": {
            "absent": ErrorCode.ACCOUNT_NOT_FOUND, "unverified": ErrorCode.EMAIL_NOT_VERIFIED, "verified": OK,
            "blocked": ErrorCode.ACCOUNT_BLOCKED, "disabled": ErrorCode.ACCOUNT_LOGIN_DISABLED,
            "suspended": ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
        },
        "log in with a wrong password": _WRONG_PASSWORD,
        "ask for a reset": _ALWAYS | {"blocked": ErrorCode.ACCOUNT_BLOCKED,
            "disabled": ErrorCode.ACCOUNT_LOGIN_DISABLED},
        "impersonate": _ALWAYS | {"blocked": ErrorCode.ACCOUNT_BLOCKED, "disabled": ErrorCode.ACCOUNT_LOGIN_DISABLED},
        "block": _ALWAYS, "unblock": _ALWAYS, "disable": _ALWAYS, "enable": _ALWAYS, "delete": _ALWAYS,
    },
    "address": {
        "see whether it is there": {"absent": OK, "unverified": OK, "verified": OK, "of a blocked account": OK},
        "ask for verification": {"absent": ErrorCode.ACCOUNT_NOT_FOUND, "unverified": OK,
            "verified": ErrorCode.EMAIL_ALREADY_VERIFIED, "of a blocked account": ErrorCode.ACCOUNT_BLOCKED},
    },
    "access token": {
        "validate": _TOKEN, "read the profile": _TOKEN, "change the name": _TOKEN, "log out": _TOKEN,
        "change the password": _PASSWORD_TOKEN,
        "give a wrong password": _PASSWORD_TOKEN | {"live": ErrorCode.CURRENT_PASSWORD_INCORRECT,
            "of an account at the last try": ErrorCode.ACCOUNT_LOCKED_TEMPORARILY},
    },
    "refresh token": {"refresh": _REFRESH | _OWNER, "revoke": _REFRESH},
    "verification link": {
        "open": {"live": OK, "unknown": ErrorCode.VERIFICATION_LINK_INVALID,
            "superseded": ErrorCode.VERIFICATION_LINK_INVALID, "used": ErrorCode.LINK_ALREADY_USED,
            "expired": ErrorCode.LINK_EXPIRED, "orphaned": ErrorCode.VERIFICATION_LINK_INVALID} | _OWNER,
    },
    "reset link": {
        "use": {"live": OK, "unknown": ErrorCode.VERIFICATION_TOKEN_INVALID,
            "superseded": ErrorCode.VERIFICATION_TOKEN_INVALID, "used": ErrorCode.LINK_ALREADY_USED,
            "expired": ErrorCode.LINK_EXPIRED, "orphaned": ErrorCode.VERIFICATION_TOKEN_INVALID}
        | _OWNER,
    },
    "factor": {
        "enrol": {"none": OK},
        "enrol with a wrong code": {"none": ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
            "of an account at the last try": ErrorCode.ACCOUNT_LOCKED_DURING_MFA},
        "remove": {"none": ErrorCode.AUTHENTICATOR_NOT_CONFIGURED, "enrolled": OK, "enrolled with backup codes": OK},
        "get backup codes": {"none": ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR, "enrolled": OK,
            "enrolled with backup codes": ErrorCode.BACKUP_CODES_ALREADY_EXIST},
    },
    "challenge": {
        "answer": _CHALLENGE,
        "answer wrongly": _CHALLENGE | {"live": ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
            "of an account at the last try": ErrorCode.ACCOUNT_LOCKED_DURING_MFA},
        "answer by a backup code": _CHALLENGE,
        "answer by a used backup code": _CHALLENGE | {"live": ErrorCode.BACKUP_CODE_INCORRECT_OR_USED,
            "of an account at the last try": ErrorCode.ACCOUNT_LOCKED_DURING_MFA},
    },
}  # fmt: skip


def all_transitions() -> Iterator[tuple[str, str, str]]:
    """Yield every thing, state and action."""
    for thing, actions in OUTCOMES.items():
        for action, outcomes in actions.items():
            yield from ((thing, state, action) for state in outcomes)


def transition_name(thing: str, state: str, action: str) -> str:
    """Return a transition in the wording of coverage criterion C7."""
    code = OUTCOMES[thing][action][state]
    return f"{thing} {state}: {action} - {code or 'succeeds'}"


@dataclass(eq=False)
class Account:
    """One account from its registration to its deletion."""

    email: str
    password: str
    name: str
    uid: str = ""
    verified: bool = False
    blocked: bool = False
    disabled: bool = False
    deleted: bool = True  # until it is registered
    failures: int = 0
    suspended_until: float = 0.0
    logins: int = 0
    secret: str = ""  # of the enrolled authenticator app
    backup_codes: dict[str, bool] = field(default_factory=dict)  # code -> used

    def state(self, now: float) -> str:
        """Return the state that a login meets first."""
        if self.deleted:
            return "absent"
        if self.blocked or self.disabled:
            return "blocked" if self.blocked else "disabled"
        if self.is_suspended(now):
            return "suspended"
        return "verified" if self.verified else "unverified"

    @property
    def address(self) -> str:
        """Return the state of its address."""
        if self.deleted or self.blocked:
            return "absent" if self.deleted else "of a blocked account"
        return "verified" if self.verified else "unverified"

    @property
    def factor(self) -> str:
        """Return the state of the authenticator factor."""
        if not self.secret:
            return "none"
        return "enrolled with backup codes" if self.backup_codes else "enrolled"

    def is_suspended(self, now: float) -> bool:
        """Return whether proofs are refused for now; a suspension that is over is cleared."""
        if self.suspended_until and self.suspended_until <= now:
            self.reset_failures()
        return bool(self.suspended_until)

    @property
    def is_at_the_last_try(self) -> bool:
        """Return whether the next wrong proof suspends it."""
        return self.failures == TRIES - 1

    def reset_failures(self) -> None:
        """Clear failures and suspension."""
        self.failures, self.suspended_until = 0, 0.0

    def fail(self, now: float) -> None:
        """Count a wrong proof."""
        self.failures += 1
        if self.failures >= TRIES:
            self.suspended_until = now + SUSPENSION


@dataclass(eq=False)
class Secret:
    """A token, link or challenge. `family` groups the refresh tokens of one login."""

    kind: str
    value: str
    account: Account | None = None  # None: never issued
    expires: float = 0.0
    ended: str = ""  # why it ended before its expiry: used, superseded, ended
    family: object = None

    def state(self, now: float) -> str:
        """Return the state that its use meets first."""
        account = self.account
        if account is None:
            return "unknown"
        if account.deleted or self.ended:
            return "orphaned" if account.deleted else self.ended
        if self.expires <= now:
            return "expired"
        return _owned(account, now)


def _owned(account: Account, now: float) -> str:
    if account.blocked or account.disabled:
        return "of a blocked account" if account.blocked else "of a disabled account"
    return "of a suspended account" if account.is_suspended(now) else "live"


def effective_state(thing: str, action: str, target: Account | Secret, now: float) -> str:
    """Return the state of a thing as far as the action distinguishes it."""
    account = target if isinstance(target, Account) else target.account
    state = _state(thing, target, now)
    outcomes = OUTCOMES[thing][action]
    if account is not None and account.is_at_the_last_try and outcomes.get(state) in COUNTED:
        return next(state for state in outcomes if state.endswith(LAST_TRY))
    return state if state in outcomes else "live"  # the action does not distinguish this state


def _state(thing: str, target: Account | Secret, now: float) -> str:
    if isinstance(target, Secret):
        return target.state(now)
    return {"account": target.state(now), "address": target.address, "factor": target.factor}[thing]
