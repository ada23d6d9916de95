"""A reference model of one tenant: accounts, links, tokens and factors, and what each step on them leads to.

It is small on purpose and knows nothing of requests. A step is an action on a thing; the thing's state says which
product code refuses it, or that it succeeds. `EDGES` holds every such edge; `loginradius_harness.checks.state_model.runner` walks them on a tenant.

The tenant: e-mail must be verified, MFA is optional, three failures suspend an account for a quarter of an hour.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

OK = 0
COUNTED = frozenset({966, 967, 1102, 1129})  # refusals of a wrong proof
LAST_TRY = "at the last try"
TRIES = 3
SUSPENSION = 900.0  # seconds, as the lives below
TOKEN_LIFE, REFRESH_LIFE, LINK_LIFE, CHALLENGE_LIFE = 900.0, 5_184_000.0, 259_200.0, 900.0

_HERE = ("unverified", "verified", "blocked", "disabled", "suspended")
_ALWAYS = {"absent": 938} | dict.fromkeys(_HERE, OK)
_WRONG_PASSWORD = {
    "absent": 938, "unverified": 966, "verified": 966, "blocked": 991, "disabled": 1130, "suspended": 1198,
    "at the last try": 1198,
}  # fmt: skip
_TOKEN = {"live": OK, "unknown": 905, "ended": 905, "expired": 906, "orphaned": 905, "of a blocked account": 991}
_PASSWORD_TOKEN = _TOKEN | {"of a disabled account": 1130, "of a suspended account": 1198}
_REFRESH = {"live": OK, "unknown": 1217, "used": 1217, "ended": 1217, "expired": 1217, "orphaned": 1217}
_OWNER = {"of a blocked account": 991, "of a disabled account": 1130}
_CHALLENGE = {"live": OK, "unknown": 1103, "used": 1103, "expired": 1104, "orphaned": 1103}
_CHALLENGE |= _OWNER | {"of a suspended account": 1264}

# Thing -> action -> state -> the code that refuses, or OK.
EDGES: Mapping[str, Mapping[str, Mapping[str, int]]] = {
    "account": {
        "register": {"absent": OK} | dict.fromkeys(_HERE, 936),
        "log in": {
            "absent": 938, "unverified": 970, "verified": OK, "blocked": 991, "disabled": 1130, "suspended": 1198,
        },
        "log in with a wrong password": _WRONG_PASSWORD,
        "ask for a reset": _ALWAYS | {"blocked": 991, "disabled": 1130},
        "impersonate": _ALWAYS | {"blocked": 991, "disabled": 1130},
        "block": _ALWAYS, "unblock": _ALWAYS, "disable": _ALWAYS, "enable": _ALWAYS, "delete": _ALWAYS,
    },
    "address": {
        "see whether it is there": {"absent": OK, "unverified": OK, "verified": OK, "of a blocked account": OK},
        "ask for verification": {"absent": 938, "unverified": OK, "verified": 1025, "of a blocked account": 991},
    },
    "access token": {
        "validate": _TOKEN, "read the profile": _TOKEN, "change the name": _TOKEN, "log out": _TOKEN,
        "change the password": _PASSWORD_TOKEN,
        "give a wrong password": _PASSWORD_TOKEN | {"live": 967, "of an account at the last try": 1198},
    },
    "refresh token": {"refresh": _REFRESH | _OWNER, "revoke": _REFRESH},
    "verification link": {
        "open": {"live": OK, "unknown": 973, "superseded": 973, "used": 974, "expired": 975, "orphaned": 973} | _OWNER,
    },
    "reset link": {
        "use": {"live": OK, "unknown": 1063, "superseded": 1063, "used": 974, "expired": 975, "orphaned": 1063}
        | _OWNER,
    },
    "factor": {
        "enrol": {"none": OK},
        "enrol with a wrong code": {"none": 1102, "of an account at the last try": 1264},
        "remove": {"none": 1099, "enrolled": OK, "enrolled with backup codes": OK},
        "get backup codes": {"none": 1101, "enrolled": OK, "enrolled with backup codes": 1127},
    },
    "challenge": {
        "answer": _CHALLENGE,
        "answer wrongly": _CHALLENGE | {"live": 1102, "of an account at the last try": 1264},
        "answer by a backup code": _CHALLENGE,
        "answer by a used backup code": _CHALLENGE | {"live": 1129, "of an account at the last try": 1264},
    },
}  # fmt: skip


def edges() -> Iterator[tuple[str, str, str]]:
    """Every thing, state and action."""
    for thing, actions in EDGES.items():
        for action, outcomes in actions.items():
            yield from ((thing, state, action) for state in outcomes)


def wording(thing: str, state: str, action: str) -> str:
    """An edge in the wording of the coverage criterion C7."""
    code = EDGES[thing][action][state]
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
        """What a log-in meets first."""
        if self.deleted:
            return "absent"
        if self.blocked or self.disabled:
            return "blocked" if self.blocked else "disabled"
        if self.is_suspended(now):
            return "suspended"
        return "verified" if self.verified else "unverified"

    @property
    def address(self) -> str:
        """The state of its address."""
        if self.deleted or self.blocked:
            return "absent" if self.deleted else "of a blocked account"
        return "verified" if self.verified else "unverified"

    @property
    def factor(self) -> str:
        """The state of the authenticator factor."""
        if not self.secret:
            return "none"
        return "enrolled with backup codes" if self.backup_codes else "enrolled"

    def is_suspended(self, now: float) -> bool:
        """Whether proofs of who one is are refused for the time being; a suspension that is over is forgotten."""
        if self.suspended_until and self.suspended_until <= now:
            self.forgive()
        return bool(self.suspended_until)

    @property
    def is_at_the_last_try(self) -> bool:
        """Whether the next wrong proof suspends it."""
        return self.failures == TRIES - 1

    def forgive(self) -> None:
        """Failures and suspension are forgotten."""
        self.failures, self.suspended_until = 0, 0.0

    def fail(self, now: float) -> None:
        """Count a wrong proof."""
        self.failures += 1
        if self.failures >= TRIES:
            self.suspended_until = now + SUSPENSION


@dataclass(eq=False)
class Secret:
    """A token, link or challenge. `family` is what one log-in led to, for refresh tokens."""

    kind: str
    value: str
    account: Account | None = None  # None: never given out
    expires: float = 0.0
    ended: str = ""  # why it is dead before its time: used, superseded, ended
    family: object = None

    def state(self, now: float) -> str:
        """What a use of it meets first."""
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


def met(thing: str, action: str, target: Account | Secret, now: float) -> str:
    """The state of a thing as an action meets it: one that the edges of the action know."""
    account = target if isinstance(target, Account) else target.account
    state = _state(thing, target, now)
    outcomes = EDGES[thing][action]
    if account is not None and account.is_at_the_last_try and outcomes.get(state) in COUNTED:
        return next(state for state in outcomes if state.endswith(LAST_TRY))
    return state if state in outcomes else "live"  # what the action does not look at does not matter to it


def _state(thing: str, target: Account | Secret, now: float) -> str:
    if isinstance(target, Secret):
        return target.state(now)
    return {"account": target.state(now), "address": target.address, "factor": target.factor}[thing]
