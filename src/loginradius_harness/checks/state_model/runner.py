"""Run a tenant and its reference model in parallel, and compare status, code and change after each step."""

from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

from loginradius_harness.checks.state_model.model import (
    COUNTED,
    LAST_TRY,
    LINK_LIFE,
    OUTCOMES,
    REFRESH_LIFE,
    TOKEN_LIFE,
    Account,
    Secret,
    effective_state,
    transition_name,
)
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.tenants import TenantContext

Json = Any
Request = tuple[str, dict[str, Json]]  # operation, keywords of client.call
Steps = Generator[Request, ApiResponse, None]
Action = Callable[["ModelRunner", Any], Steps]

# The tenant that the model describes.
PRESET = "mfa-optional"
SETTINGS: Mapping[str, Json] = {"lockout_type": "Suspend", "lockout_threshold": 3, "lockout_seconds": 900}
OPEN = frozenset({"unverified", "verified"})  # states in which tokens and proofs are accepted
SECRETS = ("access token", "refresh token", "verification link", "reset link", "challenge")

ACTIONS: dict[tuple[str, str], Action] = {}


def implements(thing: str, action: str) -> Callable[[Action], Action]:
    """Register the implementation of an action: a generator that yields the request and updates the model."""

    def register(action_steps: Action) -> Action:
        ACTIONS[thing, action] = action_steps
        return action_steps

    return register


class ModelRunner:
    """A tenant and its model, with so many accounts."""

    def __init__(self, tenant: TenantContext, account_count: int, covered: Callable[..., None]) -> None:
        self.tenant = tenant
        self.now = 0.0
        self.secrets: dict[str, list[Secret]] = {kind: [] for kind in SECRETS}
        self.performed: list[str] = []  # each request so far, with its result
        self.last_transition: tuple[str, str, str] | None = None  # the latest transition
        self.diverged = False  # whether tenant and model differ
        self._covered = covered
        self.accounts = [self._unregistered() for _ in range(account_count)]

    def _unregistered(self) -> Account:
        person = self.tenant.journey.new_person()
        return Account(person.email, person.password, person.first_name)

    def step(self, thing: str, action: str, number: int) -> None:
        """Perform an action. `number` selects the thing, oldest first; one too many selects an unknown one."""
        target = self._pick(thing, number)
        if not self._is_possible(thing, action, target):
            return
        state = effective_state(thing, action, target, self.now)
        steps = ACTIONS[thing, action](self, target)
        operation, request = next(steps)
        reply = self.tenant.client.call(operation, **request)
        self._compare(thing, state, action, reply)
        self._count(thing, state, action, target)
        with suppress(StopIteration):
            steps.send(reply)

    def check_all_tokens(self) -> None:
        """Read the profile with every token issued so far: each must match its account, or be refused."""
        for number in range(0 if self.diverged else len(self.secrets["access token"])):
            self.step("access token", "read the profile", number)

    def wait(self, seconds: float) -> None:
        """Advance the tenant's clock and the model's."""
        self.tenant.journey.let_time_pass(seconds)
        self.now += seconds

    def call(self, operation: str, **request: Json) -> Json:
        """Send an additional request that an action needs."""
        return self.tenant.client.call(operation, **request).must_succeed().data

    def record_link(self, kind: str, message: str, account: Account) -> None:
        """Record a mailed link; it supersedes the older ones of its kind."""
        for secret in self.secrets[kind]:
            if secret.account is account:
                secret.ended = "superseded"
        token = self.tenant.mailbox.wait(to=account.email, kind=message).token
        self.secrets[kind].append(Secret(kind, token, account, self.now + LINK_LIFE))

    def record_session(self, account: Account, session: Json, family: object = None) -> None:
        """Record the pair of tokens of a response."""
        access = Secret("access token", session["access_token"], account, self.now + TOKEN_LIFE)
        refresh = Secret("refresh token", session["refresh_token"], account, self.now + REFRESH_LIFE)
        refresh.family = family or refresh
        self.secrets["access token"].append(access)
        self.secrets["refresh token"].append(refresh)

    def uid(self, account: Account) -> str:
        """Return the account's uid; an unknown one where the account is gone."""
        if account.deleted:
            return account.uid or uuid4().hex
        if not account.uid:
            found = self.call("account.get_account_profile_by_email", query={"email": account.email})
            account.uid = found["Uid"]
        return account.uid

    def live_token(self, account: Account) -> str:
        """Return a valid token of the account."""
        own = [secret for secret in self.secrets["access token"] if secret.account is account]
        live = [secret for secret in own if not secret.ended and secret.expires > self.now]
        if not live:
            self.record_session(account, self.call("account.get_access_token_by_uid", query={"uid": self.uid(account)}))
            live = self.secrets["access token"][-1:]
        return live[-1].value

    def assert_same(self, reply: ApiResponse, what: str, reported: Json, known: Json) -> None:
        """Raise ContractViolationError where the tenant reports something else than the model predicts."""
        if reported != known:
            raise self._broken(reply, f"{what} is as the steps so far have left it", repr(known), repr(reported))

    def _pick(self, thing: str, number: int) -> Account | Secret:
        if thing not in self.secrets:
            return self.accounts[number % len(self.accounts)]
        known = self.secrets[thing]
        index = number % (len(known) + 1)
        return known[index] if index < len(known) else Secret(thing, str(uuid4()) if _is_guid(thing) else uuid4().hex)

    def _is_possible(self, thing: str, action: str, target: Account | Secret) -> bool:
        """Return whether the action applies: factors need a live token, challenges something to answer with."""
        if isinstance(target, Account):
            return thing != "factor" or (target.state(self.now) in OPEN and target.factor in OUTCOMES[thing][action])
        if thing != "challenge" or target.account is None or target.account.deleted:
            return True
        used = target.account.backup_codes.values()
        wanted = {"answer by a backup code": False in used, "answer by a used backup code": True in used}
        return bool(target.account.secret) and wanted.get(action, True)

    def _compare(self, thing: str, state: str, action: str, reply: ApiResponse) -> None:
        self.performed.append(f"{reply.exchange.replay}\n    -> {reply.summary}")
        code = OUTCOMES[thing][action][state]
        requirement = f"{thing}, {state}: {action}"
        if code == 0 and not reply.ok:
            raise self._broken(reply, requirement, "success", reply.summary)
        if code != 0 and reply.broken_refusal(reply.operation, code) is not None:
            raise self._broken(reply, requirement, f"refused with {code}", reply.summary)
        self.last_transition = (thing, state, action)
        self._covered("C7", transition_name(thing, state, action))

    def _broken(self, reply: ApiResponse, requirement: str, expected: str, actual: str) -> ContractViolationError:
        self.diverged = True
        failure = ContractViolationError(
            reply.operation.id, requirement, expected, actual, replay=reply.exchange.replay
        )
        failure.add_note("The requests, in order:\n" + "\n".join(self.performed))
        return failure

    def _count(self, thing: str, state: str, action: str, target: Account | Secret) -> None:
        """Count a wrong proof towards the account's suspension, which also ends its challenge."""
        account = target if isinstance(target, Account) else target.account
        if account is not None and (state.endswith(LAST_TRY) or OUTCOMES[thing][action][state] in COUNTED):
            account.fail(self.now)
            if isinstance(target, Secret) and thing == "challenge" and state.endswith(LAST_TRY):
                target.ended = "used"


def _is_guid(kind: str) -> bool:
    return not kind.endswith("link")
