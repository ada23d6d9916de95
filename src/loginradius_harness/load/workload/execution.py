"""Scenarios bound to a target and to accounts, and the progress of one iteration of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Literal

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.journey.people import new_person
from loginradius_harness.load.workload.offline_validation import fetch_validator
from loginradius_harness.load.workload.requests import Call
from loginradius_harness.load.workload.response_check import ResponseChecker
from loginradius_harness.load.workload.scenarios import FETCHED, LOG_IN, LOG_IN_FOR_PAIR, SCENARIOS, Scenario, Step
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import Target

_HOT = 10  # accounts whose tokens every iteration of a `hot` scenario uses
_TOKEN_HOLDERS = 200  # accounts, at most, that share their tokens
_RENEWED_BEFORE = timedelta(minutes=2)


Origin = Literal["open", "closed", "setup"]


class BoundStep:
    """A step with its request, its checker, its operation id and the host that it asks."""

    __slots__ = ("call", "checker", "host", "operation")

    def __init__(self, step: Step, target: Target) -> None:
        self.call = Call(step, target)
        self.checker = ResponseChecker(step, self.call.operation, strict=target.is_strict, overlay=target.overlay)
        self.operation = step.operation
        self.host = self.call.operation.host


class BoundScenario:
    """A scenario bound to a target and to accounts."""

    def __init__(
        self, definition: Scenario, target: Target, users: Iterable[VirtualUser], clock: ServerClock,
        new_email: Callable[[], str] | None = None,
    ) -> None:  # fmt: skip
        self.name = definition.name
        self.definition = definition
        self.steps = tuple(BoundStep(step, target) for step in definition.steps)
        self.has_many_steps = len(self.steps) > 1
        self.users = tuple(users)
        invent = new_email or (lambda: new_person(target.mailbox.address).email)
        self._turns = cycle(self.users or [VirtualUser(clock, {}, invent)])
        self._exclusive = definition.draw == "exclusive"

    def draw(self) -> VirtualUser | None:
        """Return a virtual user for the next iteration, or None when all are busy."""
        if not self._exclusive:
            return next(self._turns)
        for user in islice(self._turns, len(self.users)):
            if not user.busy:
                user.busy = True
                return user
        return None

    def release(self, user: VirtualUser) -> None:
        """Make the user available again after its iteration."""
        if self._exclusive:
            user.busy = False


class Iteration:
    """One run of a scenario by one virtual user. Times are seconds on the engine's clock.

    `origin` says what started it: an open arrival, a closed user (its end starts the next) or a setup task outside the
    load. `intended` and `sent` belong to the current step, `began` to the whole. `measured` is false in the warm-up.
    """

    __slots__ = ("began", "intended", "measured", "origin", "position", "scenario", "sent", "step", "user")

    def __init__(
        self, scenario: BoundScenario, user: VirtualUser, intended: float, origin: Origin, *, measured: bool
    ) -> None:
        self.scenario = scenario
        self.user = user
        self.position = 0
        self.step = scenario.steps[0]
        self.intended = self.began = intended
        self.sent = 0.0
        self.measured = measured
        self.origin = origin

    def advance(self, now: float) -> bool:
        """Go to the next step, which is intended to start now; return False when there is none."""
        self.position += 1
        if self.position >= len(self.scenario.steps):
            return False
        self.step = self.scenario.steps[self.position]
        self.intended = now
        return True


SetupTask = tuple[BoundScenario, VirtualUser]


class ScenarioMix:
    """The scenarios of a run, drawn by weight in a fixed, even order: short runs keep the proportions too."""

    def __init__(self, scenarios: Sequence[BoundScenario], weights: Mapping[str, float]) -> None:
        total = sum(weights.values())
        self._shares = [(scenario, weights[scenario.name] / total) for scenario in scenarios]
        self._deficits = [0.0] * len(scenarios)
        self.scenarios = tuple(scenarios)

    def draw(self) -> BoundScenario:
        """Return the scenario that is furthest behind its share."""
        if len(self.scenarios) == 1:
            return self.scenarios[0]
        best = 0
        deficits = self._deficits
        for number, (_, share) in enumerate(self._shares):
            deficits[number] += share
            if deficits[number] > deficits[best]:
                best = number
        deficits[best] -= 1
        return self._shares[best][0]


def compose(
    weights: Mapping[str, float], target: Target, users: Sequence[VirtualUser], clock: ServerClock,
    new_email: Callable[[], str] | None = None,
) -> ScenarioMix:  # fmt: skip
    """Bind the scenarios of a mix (name -> weight) to accounts; `new_email` invents the addresses of registrations.

    Accounts whose tokens are shared never take part in exclusive scenarios: a log-out would end a token in use.
    ConfigurationError when no account has the variables that a scenario needs.
    """
    chosen = [SCENARIOS[name] for name in weights]
    holders, others = _split(chosen, users)
    pools = {"none": (), "hot": holders[:_HOT], "shared": holders, "exclusive": others}
    bound = []
    for scenario in chosen:
        able = [user for user in pools[scenario.draw] if _has(user, scenario)]
        if not able and scenario.draw != "none":
            raise ConfigurationError(
                f"Scenario {scenario.name} needs accounts with {_wants(scenario)}; the pool has none."
            )
        bound.append(BoundScenario(scenario, target, able, clock, new_email))
    return ScenarioMix(bound, weights)


def fetch_keys(mix: ScenarioMix, client: Client) -> None:
    """Fetch the tenant's public keys, once, where a step of the mix validates tokens offline."""
    checkers = [step.checker for scenario in mix.scenarios for step in scenario.steps if step.checker.validates_offline]
    validator = fetch_validator(client) if checkers else None
    for checker in checkers:
        checker.validator = validator


def setup_tasks(mix: ScenarioMix, target: Target, clock: ServerClock) -> list[SetupTask]:
    """Return the log-ins that must come first, because a scenario needs a token that the account does not have."""
    return _log_ins(mix, target, clock, lambda user, needs: not needs <= user.keys())


def renewals(mix: ScenarioMix, target: Target, clock: ServerClock) -> list[SetupTask]:
    """Return the log-ins that must come soon, because a token that scenarios share is about to expire."""
    soon = clock.now() + _RENEWED_BEFORE
    return _log_ins(mix, target, clock, lambda user, _: _expires(user) <= soon)


def _log_ins(
    mix: ScenarioMix, target: Target, clock: ServerClock, due: Callable[[VirtualUser, frozenset[str]], bool]
) -> list[SetupTask]:
    pair = any("refresh_token" in scenario.definition.needs for scenario in mix.scenarios)
    step = LOG_IN_FOR_PAIR if pair else LOG_IN
    log_in = BoundScenario(Scenario("log in", "", (step,), "none"), target, (), clock)
    found: dict[int, VirtualUser] = {}
    for scenario in mix.scenarios:
        needs = FETCHED & set(scenario.definition.needs)
        found |= {id(user): user for user in scenario.users if needs and due(user, needs)}
    return [(log_in, user) for user in found.values()]


def _expires(user: VirtualUser) -> datetime:
    return datetime.fromisoformat(user["expires"]) if "expires" in user else datetime.max.replace(tzinfo=UTC)


def _split(chosen: Sequence[Scenario], users: Sequence[VirtualUser]) -> tuple[list[VirtualUser], list[VirtualUser]]:
    draws = {scenario.draw for scenario in chosen}
    if "exclusive" not in draws:
        return list(users[:_TOKEN_HOLDERS]), []
    if not draws & {"shared", "hot"}:
        return [], list(users)
    cut = min(_TOKEN_HOLDERS, max(1, len(users) // 2))
    return list(users[:cut]), list(users[cut:])


def _has(user: VirtualUser, scenario: Scenario) -> bool:
    return all(name in FETCHED or name in user for name in scenario.needs)


def _wants(scenario: Scenario) -> str:
    return " and ".join(name for name in scenario.needs if name not in FETCHED) or "a password"
