"""The engine: open arrivals or closed users on keep-alive connections, in one event loop, without locust.

Three times belong to a request: *intended* (when the load model wanted it), *sent* (when its bytes were written) and
*done* (when its answer was complete). Done minus intended is the corrected latency, done minus sent the service time.
The schedule delay is how late the loop itself handles a start; it says whether the figures can be trusted.

All times are seconds of one monotonic clock.
"""

import asyncio
import contextlib
import gc
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.load.engine.connection import Answer
from loginradius_harness.load.engine.connection_pool import ConnectionPool, Endpoint
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.metrics.counters import OUTCOMES, Outcome, RunMetrics
from loginradius_harness.load.metrics.recording import complete_step, record_response
from loginradius_harness.load.workload.execution import Iteration, Origin, ScenarioMix, SetupTask
from loginradius_harness.load.workload.response_check import CheckResult

REPORT_SECONDS = 0.1  # between two reports
_BUSY_WAIT = 0.0015  # timers are good to a millisecond: poll the clock for the last bit before a start
_MAX_STARTS_AT_ONCE = 64  # before answers are read again
_MAX_WAIT = 1.0  # seconds for a slot of the rate limiter, after which a start is throttled instead of queued
_CONCURRENT_SETUP_TASKS = 16
_NEVER = math.inf
_RETRY = 0.2  # seconds before a closed user tries again when it could not connect or found no account

_FAILURES: dict[str, CheckResult] = {
    "timeout": CheckResult("timeout", "no answer in time"),
    "connection": CheckResult("connection", "no connection"),
}


class Engine:
    """One process's part of the load. All methods belong to the engine's own loop; `reports` may be read elsewhere.

    `endpoints` are those of the hosts that the mix asks, as contracts name them. Each endpoint has `connections`.
    """

    def __init__(  # noqa: PLR0913  # what it works with, and its four limits by name
        self, endpoints: Mapping[str, Endpoint], mix: ScenarioMix, redactor: Redactor, *,
        connections: int, timeout: float, think: float = 0.0, rate_limiter: RateLimiter | None = None,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:  # fmt: skip
        self._now = now
        self._mix, self._redactor, self._rate_limiter, self._think = mix, redactor, rate_limiter, think
        pools = {
            place: ConnectionPool(place, self, limit=connections, timeout=timeout, now=now)
            for place in dict.fromkeys(endpoints.values())
        }
        self._pools = tuple(pools.values())
        self._pool_of = {host: pools[place] for host, place in endpoints.items()}
        self._submit = self._pools[0].submit if len(pools) == 1 else self._submit_to_host
        self._loop = asyncio.get_running_loop()
        self._setup_tasks: deque[SetupTask] = deque()
        self._failures: list[str] = []
        self._closed_users = self._wanted_users = 0
        self._waiting_for_slot: dict[Iteration, asyncio.TimerHandle] = {}
        self._arrivals: Iterator[float] = iter(())
        self._due = _NEVER
        self._timer: asyncio.Handle | None = None
        self._began, self._measured_from = 0.0, _NEVER
        self._reported_at = self._busy_at = 0.0
        self._running = True
        self._metrics = RunMetrics()
        self.reports: deque[RunMetrics] = deque()
        self._report()

    # --- the run ---------------------------------------------------------------------------------------------------

    async def prepare(self, tasks: Sequence[SetupTask]) -> list[str]:
        """Run these tasks before the load, outside all figures; return one line for each that failed."""
        self.renew(tasks)
        await self._drain()
        failures, self._failures = self._failures, []
        return failures

    def renew(self, tasks: Sequence[SetupTask]) -> None:
        """Run these tasks beside the load, a few at a time, outside all figures."""
        self._setup_tasks.extend(tasks)
        for _ in range(min(_CONCURRENT_SETUP_TASKS, len(tasks))):
            self._next_setup_task()

    def begin(self, warm_up: float) -> None:
        """Start the load's clock; what starts after `warm_up` seconds is measured."""
        gc.freeze()  # what exists now stays: a garbage collection that scanned it would delay starts
        self._began = self._now()
        self._measured_from = self._began + warm_up

    def follow(self, arrivals: Iterator[float]) -> None:
        """Follow an open schedule, in seconds since `begin`; it replaces the one before."""
        self._arrivals = arrivals
        self._due = self._next_due()
        if self._timer:
            self._timer.cancel()
        self._run_schedule()

    def keep_users(self, wanted: int) -> None:
        """Keep so many closed users active: each starts its next iteration as soon as one has ended."""
        self._wanted_users = wanted
        while self._closed_users < wanted:
            self._closed_users += 1
            self._start(self._now(), "closed")

    async def end(self, grace: float = math.inf) -> None:
        """Stop all starts; wait `grace` seconds for the answers in flight, at most until their timeout.

        What waits longer for the end of a pause that the target asked for is not sent.
        """
        self._due, self._wanted_users = _NEVER, 0
        self._setup_tasks.clear()
        for iteration in [waiting for pool in self._pools for waiting in pool.drop_waiting()]:
            iteration.scenario.release(iteration.user)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace if grace < math.inf else None):
                await self._drain(self._drop_paused)
        self._running = False
        for pool in self._pools:
            await pool.close()
        self._report()

    async def _drain(self, before_each_wait: Callable[[], None] = lambda: None) -> None:
        """Wait until nothing is in flight."""
        while self._busy:  # three states, no one event
            before_each_wait()
            await asyncio.sleep(REPORT_SECONDS / 10)

    def _drop_paused(self) -> None:
        latest = self._now() + _MAX_WAIT
        for iteration in [waiting for waiting in self._waiting_for_slot if waiting.intended > latest]:
            self._waiting_for_slot.pop(iteration).cancel()
            iteration.scenario.release(iteration.user)

    @property
    def _busy(self) -> bool:
        return bool(self._setup_tasks or self._waiting_for_slot) or any(pool.busy for pool in self._pools)

    # --- starts ----------------------------------------------------------------------------------------------------

    def _next_due(self) -> float:
        return self._began + next(self._arrivals, _NEVER)

    def _run_schedule(self) -> None:
        """Start what is due; come back in time for the next start, by timer and then by polling the clock."""
        self._start_due()
        ahead = self._due - self._now()
        if ahead == _NEVER:
            return
        if ahead > 2 * _BUSY_WAIT:
            self._timer = self._loop.call_later(ahead - _BUSY_WAIT, self._run_schedule)
        else:
            self._timer = self._loop.call_soon(self._run_schedule)

    def _start_due(self) -> None:
        for _ in range(_MAX_STARTS_AT_ONCE):
            now = self._now()
            if self._due > now:
                break
            self._arrive(self._due, now)
            self._due = self._next_due()

    def _arrive(self, intended: float, now: float) -> None:
        measured = intended >= self._measured_from
        if self._rate_limiter and self._rate_limiter.wait(now) > _MAX_WAIT:
            self._metrics.throttled += measured
            return
        if measured:
            self._metrics.scheduled += 1
            self._metrics.schedule_delay.record(int((now - intended) * 1e6))
        self._start(intended, "open")

    def _start(self, intended: float, origin: Origin) -> None:
        scenario = self._mix.draw()
        user = scenario.draw()
        measured = intended >= self._measured_from
        if user is not None:
            self._dispatch(Iteration(scenario, user, intended, origin, measured=measured))
        elif origin == "closed":
            self._loop.call_later(_RETRY, self._resume)
        else:  # every account is busy: this start cannot be made, and is missing from `started`
            self._metrics.no_capacity += measured

    def _resume(self) -> None:
        self._next_iteration(self._now())

    def _next_iteration(self, now: float) -> None:
        if self._closed_users > self._wanted_users:
            self._closed_users -= 1
        else:
            self._start(now, "closed")

    def _next_setup_task(self) -> None:
        if self._setup_tasks:
            scenario, user = self._setup_tasks.popleft()
            self._dispatch(Iteration(scenario, user, self._now(), "setup", measured=False))

    # --- requests and answers --------------------------------------------------------------------------------------

    def _dispatch(self, iteration: Iteration) -> None:
        """Send the iteration's step as soon as the rate limit permits."""
        if self._rate_limiter and self._wait_for_slot(iteration, self._rate_limiter):
            return
        if not self._submit(iteration):
            self._metrics.no_capacity += iteration.measured

    def _submit_to_host(self, iteration: Iteration) -> bool:
        return self._pool_of[iteration.step.host].submit(iteration)

    def _wait_for_slot(self, iteration: Iteration, rate_limiter: RateLimiter) -> bool:
        """Delay the iteration until its slot of the rate limit; return False when it need not wait."""
        now = self._now()
        slot = rate_limiter.reserve(now)
        if slot <= now:
            return False
        iteration.intended = slot  # the rate limiter's wait is not the target's
        timer = self._loop.call_later(slot - now, self._dispatch_in_slot, iteration, rate_limiter)
        self._waiting_for_slot[iteration] = timer
        return True

    def _dispatch_in_slot(self, iteration: Iteration, rate_limiter: RateLimiter) -> None:
        del self._waiting_for_slot[iteration]
        if not self._running:
            return
        if rate_limiter.is_paused(self._now()):  # a 429 came in the meantime
            self._dispatch(iteration)
        elif not self._submit(iteration):
            self._metrics.no_capacity += iteration.measured

    def request(self, iteration: Iteration) -> bytes:
        """Return the bytes of the iteration's step, which the pool sends now."""
        self._metrics.requests_sent += 1
        self._metrics.started += iteration.measured and not iteration.position
        return iteration.step.call.encode(iteration.user)

    def answered(self, iteration: Iteration, answer: Answer, now: float) -> None:
        """Check and count the answer to a step, then continue."""
        result = record_response(self._metrics, iteration, answer.status, answer.body, self._redactor)
        if self._rate_limiter:
            if result.outcome == "rate_limited":
                self._rate_limiter.back_off(now, answer.retry_after)
            else:
                self._rate_limiter.accepted()
        self._finish(iteration, result, now)
        if now >= self._due:  # a burst of answers must not delay what is due
            self._start_due()

    def failed(self, iteration: Iteration, outcome: Outcome) -> None:
        """Count a step without an answer, then continue."""
        if iteration.sent < iteration.intended:  # it never got a connection, but the generator did start it
            self._metrics.started += iteration.measured and not iteration.position
            iteration.sent = iteration.intended
        self._finish(iteration, _FAILURES[outcome], self._now())

    def _finish(self, iteration: Iteration, result: CheckResult, now: float) -> None:
        """Continue after a step, with the iteration or with what follows it."""
        if complete_step(self._metrics, iteration, result, now):
            self._dispatch(iteration)
        elif iteration.origin == "closed":
            pause = self._think if result.outcome != "connection" else max(self._think, _RETRY)
            if pause:
                self._loop.call_later(pause, self._resume)
            else:
                self._next_iteration(now)
        elif iteration.origin == "setup":
            if result.outcome != "ok":
                self._failures.append(
                    f"{iteration.step.operation} answered {result.answer}: {OUTCOMES[result.outcome]}"
                )
            self._next_setup_task()

    def _report(self) -> None:
        """Hand over the metrics of the last interval and begin new ones."""
        for pool in self._pools:
            pool.expire()
        now, busy = self._now(), time.thread_time()
        if self._reported_at >= self._measured_from:
            self._metrics.elapsed += now - self._reported_at
            self._metrics.busy += busy - self._busy_at
        self._reported_at, self._busy_at = now, busy
        self.reports.append(self._metrics)
        self._metrics = RunMetrics()
        if self._running:
            self._loop.call_later(REPORT_SECONDS, self._report)
