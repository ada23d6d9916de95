"""A short open run in this process, without locust: what the capacity search repeats."""

import asyncio

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.config import targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.engine import event_loop
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.registrations import Registrations, registers
from loginradius_harness.load.workload import account_pool, execution
from loginradius_harness.load.workload.arrival_schedule import LoadCurve, arrivals
from loginradius_harness.load.workload.virtual_users import VirtualUser, without_requests


class SingleProcessRun:
    """Runs the plan's mix at one rate after the other, always with the same accounts and tokens."""

    def __init__(self, plan: Plan, egress: EgressFilter) -> None:
        self._plan = plan
        self._endpoints = targets.endpoints(plan.target, plan.hosts, egress.permit)
        self._registrations: Registrations | None = None
        with Client(plan.target) as client:
            self._clock = without_requests(client.clock)
            self._redactor = client.redactor
            self._mix = self._compose()
            execution.fetch_keys(self._mix, client)

    def _compose(self) -> execution.ScenarioMix:
        plan, clock = self._plan, self._clock
        accounts = account_pool.load(plan.pool, plan.accounts)
        account_pool.separate_expired_tokens(accounts, clock.now())
        users = [VirtualUser(clock, account) for account in accounts]
        self._registrations = Registrations(plan.target) if registers(plan) else None
        new_email = self._registrations.new_email if self._registrations else None
        return execution.compose(plan.profile.mix, plan.target, users, clock, new_email)

    def close(self) -> None:
        """Close the log of the accounts that the passes have registered."""
        if self._registrations:
            self._registrations.close()

    def run(self, rate: float) -> RunMetrics:
        """Return the metrics of one pass over the plan's curve, scaled to a peak of `rate` arrivals a second."""
        with asyncio.Runner(loop_factory=event_loop.new) as runner:
            return runner.run(self._run(self._plan.curve.scaled(rate)))

    async def _run(self, curve: LoadCurve) -> RunMetrics:
        profile = self._plan.profile
        engine = Engine(
            self._endpoints, self._mix, self._redactor, connections=profile.connections, timeout=profile.timeout
        )
        failures = await engine.prepare(execution.setup_tasks(self._mix, self._plan.target, self._clock))
        if failures:
            raise ConfigurationError(failures[0])
        engine.begin(profile.warm_up)
        engine.follow(arrivals(curve, spacing=profile.spacing))
        await asyncio.sleep(curve.seconds)
        await engine.end()
        metrics = RunMetrics()
        for report in engine.reports:
            metrics.add(report)
        return metrics
