"""Scenarios made ready to run: which accounts they draw, and how far one run of them has come."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Literal

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.workload.requests import Call
from loginradius_harness.load.workload.response_check import ResponseChecker
from loginradius_harness.load.workload.scenarios import FETCHED, LOG_IN, LOG_IN_FOR_PAIR, SCENARIOS, Scenario, Step
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import Target

_HOT = 10  # accounts whose tokens everybody validates
_TOKEN_HOLDERS = 200  # accounts, at most, that share their tokens
_RENEWED_BEFORE = timedelta(minutes=2)


Origin = Literal["arrival", "lane", "chore"]


class BoundStep:
    """A step with its request, its judge and the name of its row."""

    __slots__ = ("call", "judge", "row")

    def __init__(self, step: Step, target: Target) -> None:
        self.call = Call(step, target)
        self.judge = ResponseChecker(step, self.call.operation)
        self.row = step.operation


class BoundScenario:
    """A scenario bound to a target and to accounts."""

    def __init__(self, scenario: Scenario, target: Target, actors: Iterable[VirtualUser], clock: ServerClock) -> None:
        self.name = scenario.name
        self.scenario = scenario
        self.steps = tuple(BoundStep(step, target) for step in scenario.steps)
        self.is_journey = len(self.steps) > 1
        self.actors = tuple(actors)
        self._turns = cycle(self.actors or [VirtualUser(clock, {})])
        self._exclusive = scenario.draw == "exclusive"

    def draw(self) -> VirtualUser | None:
        """An actor for the next run, or None when all are at work."""
        if not self._exclusive:
            return next(self._turns)
        for actor in islice(self._turns, len(self.actors)):
            if not actor.busy:
                actor.busy = True
                return actor
        return None

    def release(self, actor: VirtualUser) -> None:
        """The run has ended."""
        if self._exclusive:
            actor.busy = False


class Iteration:
    """One run of a program by one actor. Times are seconds on the engine's clock.

    `origin` says who wanted it: an open arrival, a closed lane (its end starts the next) or a chore beside the load.
    `intended` and `sent` belong to the step under way, `began` to the whole; `measured` is false during the warm-up.
    """

    __slots__ = ("actor", "began", "intended", "measured", "origin", "position", "program", "sent", "step")

    def __init__(
        self, program: BoundScenario, actor: VirtualUser, intended: float, origin: Origin, *, measured: bool
    ) -> None:
        self.program = program
        self.actor = actor
        self.position = 0
        self.step = program.steps[0]
        self.intended = self.began = intended
        self.sent = 0.0
        self.measured = measured
        self.origin = origin

    def advance(self, now: float) -> bool:
        """Go to the next step, which is meant to start now; False when there is none."""
        self.position += 1
        if self.position >= len(self.program.steps):
            return False
        self.step = self.program.steps[self.position]
        self.intended = now
        return True


Chore = tuple[BoundScenario, VirtualUser]


class ScenarioMix:
    """The programs of a run, drawn by weight in a fixed, even order (no dice: small runs keep the proportions)."""

    def __init__(self, programs: Sequence[BoundScenario], weights: Mapping[str, float]) -> None:
        total = sum(weights.values())
        self._shares = [(program, weights[program.name] / total) for program in programs]
        self._debts = [0.0] * len(programs)
        self.programs = tuple(programs)

    def draw(self) -> BoundScenario:
        """The program that is most behind its share."""
        if len(self.programs) == 1:
            return self.programs[0]
        best = 0
        debts = self._debts
        for number, (_, share) in enumerate(self._shares):
            debts[number] += share
            if debts[number] > debts[best]:
                best = number
        debts[best] -= 1
        return self._shares[best][0]


def compose(
    weights: Mapping[str, float], target: Target, actors: Sequence[VirtualUser], clock: ServerClock
) -> ScenarioMix:
    """Bind the scenarios of a mix (name -> weight) to accounts; ConfigurationError when they lack something.

    Accounts whose tokens are shared never take part in exclusive scenarios: logging out would end a token in use.
    """
    chosen = [SCENARIOS[name] for name in weights]
    holders, others = _split(chosen, actors)
    pools = {"none": (), "hot": holders[:_HOT], "shared": holders, "exclusive": others}
    programs = []
    for scenario in chosen:
        able = [actor for actor in pools[scenario.draw] if _has(actor, scenario)]
        if not able and scenario.draw != "none":
            raise ConfigurationError(
                f"scenario {scenario.name} needs accounts with {_wants(scenario)}; the pool has none"
            )
        programs.append(BoundScenario(scenario, target, able, clock))
    return ScenarioMix(programs, weights)


def setup_task(mix: ScenarioMix, target: Target, clock: ServerClock) -> list[Chore]:
    """The log-ins that must come first, because a scenario needs a token that the account does not have."""
    return _log_ins(mix, target, clock, lambda actor, needs: not needs <= actor.keys())


def renewals(mix: ScenarioMix, target: Target, clock: ServerClock) -> list[Chore]:
    """The log-ins that must come soon, because a token that scenarios share is about to expire."""
    soon = clock.now() + _RENEWED_BEFORE
    return _log_ins(mix, target, clock, lambda actor, _: _expires(actor) <= soon)


def _log_ins(
    mix: ScenarioMix, target: Target, clock: ServerClock, due: Callable[[VirtualUser, frozenset[str]], bool]
) -> list[Chore]:
    pair = any("refresh_token" in program.scenario.needs for program in mix.programs)
    step = LOG_IN_FOR_PAIR if pair else LOG_IN
    log_in = BoundScenario(Scenario("log in", "", (step,), "none"), target, (), clock)
    found: dict[int, VirtualUser] = {}
    for program in mix.programs:
        needs = FETCHED & set(program.scenario.needs)
        found |= {id(actor): actor for actor in program.actors if needs and due(actor, needs)}
    return [(log_in, actor) for actor in found.values()]


def _expires(actor: VirtualUser) -> datetime:
    return datetime.fromisoformat(actor["expires"]) if "expires" in actor else datetime.max.replace(tzinfo=UTC)


def _split(chosen: Sequence[Scenario], actors: Sequence[VirtualUser]) -> tuple[list[VirtualUser], list[VirtualUser]]:
    draws = {scenario.draw for scenario in chosen}
    if "exclusive" not in draws:
        return list(actors[:_TOKEN_HOLDERS]), []
    if not draws & {"shared", "hot"}:
        return [], list(actors)
    cut = min(_TOKEN_HOLDERS, max(1, len(actors) // 2))
    return list(actors[:cut]), list(actors[cut:])


def _has(actor: VirtualUser, scenario: Scenario) -> bool:
    return all(name in FETCHED or name in actor for name in scenario.needs)


def _wants(scenario: Scenario) -> str:
    return " and ".join(name for name in scenario.needs if name not in FETCHED) or "a password"
