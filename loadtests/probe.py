"""A short open run in this process, without locust: what the search for capacity repeats."""

import asyncio
from collections.abc import Sequence

from harness.client import Client
from harness.failures import ConfigurationError
from loadtests import flow, loops, population, targets
from loadtests.actors import Actor, steady
from loadtests.arrivals import Curve, arrivals
from loadtests.books import Books
from loadtests.engine import Engine
from loadtests.guard import Guard
from loadtests.plan import Plan


class Probe:
    """Runs the plan's mix at one rate after the other, always with the same accounts and tokens."""

    def __init__(self, plan: Plan, guard: Guard) -> None:
        self._plan = plan
        self._endpoint = targets.endpoint(plan.target, guard.permit(plan.target.api_url, plan.target.config_url))
        client = Client(plan.target)
        self._clock = steady(client.clock)
        self._redactor = client.redactor
        accounts = population.load(plan.pool, plan.accounts)
        population.age(accounts, self._clock.now())
        actors = [Actor(self._clock, account) for account in accounts]
        self._mix = flow.compose(plan.profile.mix, plan.target, actors, self._clock)

    def run(self, rate: float) -> Books:
        """The books of one pass over the plan's curve, scaled to a highest rate."""
        with asyncio.Runner(loop_factory=loops.new) as runner:
            return runner.run(self._run(self._plan.curve.scaled(rate)))

    async def _run(self, curve: Curve) -> Books:
        profile = self._plan.profile
        engine = Engine(
            self._endpoint, self._mix, self._redactor, connections=profile.connections, timeout=profile.timeout
        )
        failures: Sequence[str] = await engine.prepare(flow.preparation(self._mix, self._plan.target, self._clock))
        if failures:
            raise ConfigurationError(failures[0])
        engine.begin(profile.warm_up)
        engine.offer(arrivals(curve, spacing=profile.spacing))
        await asyncio.sleep(curve.seconds)
        await engine.end()
        books = Books()
        for report in engine.reports:
            books.add(report)
        return books
