"""A short open run in this process, without locust: what the search for capacity repeats."""

import asyncio
from collections.abc import Sequence

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config import targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.engine import event_loop
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.workload import account_pool, execution
from loginradius_harness.load.workload.arrival_schedule import LoadCurve, arrivals
from loginradius_harness.load.workload.virtual_users import VirtualUser, steady


class SingleProcessRun:
    """Runs the plan's mix at one rate after the other, always with the same accounts and tokens."""

    def __init__(self, plan: Plan, guard: EgressFilter) -> None:
        self._plan = plan
        self._endpoint = targets.endpoint(plan.target, guard.permit(plan.target.api_url, plan.target.config_url))
        client = Client(plan.target)
        self._clock = steady(client.clock)
        self._redactor = client.redactor
        accounts = account_pool.load(plan.pool, plan.accounts)
        account_pool.age(accounts, self._clock.now())
        actors = [VirtualUser(self._clock, account) for account in accounts]
        self._mix = execution.compose(plan.profile.mix, plan.target, actors, self._clock)

    def run(self, rate: float) -> RunMetrics:
        """The books of one pass over the plan's curve, scaled to a highest rate."""
        with asyncio.Runner(loop_factory=event_loop.new) as runner:
            return runner.run(self._run(self._plan.curve.scaled(rate)))

    async def _run(self, curve: LoadCurve) -> RunMetrics:
        profile = self._plan.profile
        engine = Engine(
            self._endpoint, self._mix, self._redactor, connections=profile.connections, timeout=profile.timeout
        )
        failures: Sequence[str] = await engine.prepare(execution.setup_task(self._mix, self._plan.target, self._clock))
        if failures:
            raise ConfigurationError(failures[0])
        engine.begin(profile.warm_up)
        engine.offer(arrivals(curve, spacing=profile.spacing))
        await asyncio.sleep(curve.seconds)
        await engine.end()
        books = RunMetrics()
        for report in engine.reports:
            books.add(report)
        return books
