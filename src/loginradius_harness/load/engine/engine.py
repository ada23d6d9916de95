"""The engine: open arrivals or closed lanes on keep-alive connections, one event loop, one thread, no locust.

Three clocks a request: *intended* (when the load model wanted it), *sent* (when its bytes were written) and *done*
(when its answer was whole). Done minus intended is the corrected latency, done minus sent the service time. How late
the loop itself picks a start up is the send lateness, which says whether the figures can be trusted.

All times are seconds of one clock, which only goes forward.
"""

import asyncio
import gc
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.load.engine.connection import Answer
from loginradius_harness.load.engine.connection_pool import ConnectionPool, Endpoint
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.metrics.counters import OUTCOMES, Outcome, RunMetrics
from loginradius_harness.load.metrics.recording import complete_step, record_response
from loginradius_harness.load.workload.execution import BoundScenario, Iteration, Origin, ScenarioMix
from loginradius_harness.load.workload.response_check import CheckResult
from loginradius_harness.load.workload.virtual_users import VirtualUser

REPORT_SECONDS = 0.1  # how often the books are handed over
_SPIN = 0.0015  # timers are good to a millisecond: the last bit before a start is spent looking at the clock
_BURST = 64  # starts in one go, before answers are read again
_HELD_BACK = 1.0  # seconds behind the allowance after which a start is withheld rather than queued
_CHORES = 16  # log-ins at a time
_NEVER = float("inf")
_RETRY = 0.2  # seconds before a lane tries again when it could not connect or found no account

_FAILURES: dict[str, CheckResult] = {
    "timeout": CheckResult("timeout", "no answer in time"),
    "connection": CheckResult("connection", "no connection"),
}


class Engine:
    """One process's part of the load. All methods belong to the engine's own loop; `reports` may be read elsewhere."""

    def __init__(  # noqa: PLR0913  # what it works with, and its four limits by name
        self, endpoint: Endpoint, mix: ScenarioMix, redactor: Redactor, *,
        connections: int, timeout: float, think: float = 0.0, governor: RateLimiter | None = None,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:  # fmt: skip
        self._now = now
        self._mix, self._redactor, self._governor, self._think = mix, redactor, governor, think
        self._pool = ConnectionPool(endpoint, self, limit=connections, timeout=timeout, now=now)
        self._loop = asyncio.get_running_loop()
        self._chores: deque[tuple[BoundScenario, VirtualUser]] = deque()
        self._failures: list[str] = []
        self._lanes = self._wanted_lanes = self._slotted = 0
        self._arrivals: Iterator[float] = iter(())
        self._due = _NEVER
        self._alarm: asyncio.Handle | None = None
        self._origin, self._measured_from = 0.0, _NEVER
        self._reported_at = self._busy_at = 0.0
        self._running = True
        self._books = RunMetrics()
        self.reports: deque[RunMetrics] = deque()
        self._report()

    # --- the run ---------------------------------------------------------------------------------------------------

    async def prepare(self, chores: Sequence[tuple[BoundScenario, VirtualUser]]) -> list[str]:
        """Run these first, outside of all figures; gives one line for each that failed."""
        self.renew(chores)
        await self._calm()
        failures, self._failures = self._failures, []
        return failures

    def renew(self, chores: Sequence[tuple[BoundScenario, VirtualUser]]) -> None:
        """Run these beside the load, a few at a time, outside of all figures."""
        self._chores.extend(chores)
        for _ in range(min(_CHORES, len(chores))):
            self._next_chore()

    def begin(self, warm_up: float) -> None:
        """The load starts now; figures count after `warm_up` seconds."""
        gc.freeze()  # what exists now stays: a collector that looked through it would stop all starts meanwhile
        self._origin = self._now()
        self._measured_from = self._origin + warm_up

    def offer(self, arrivals: Iterator[float]) -> None:
        """Follow an open schedule, in seconds since `begin`; it replaces the one before."""
        self._arrivals = arrivals
        self._due = self._next_due()
        if self._alarm:
            self._alarm.cancel()
        self._pump()

    def keep_lanes(self, wanted: int) -> None:
        """Keep so many closed lanes going: each starts anew as soon as it has ended."""
        self._wanted_lanes = wanted
        while self._lanes < wanted:
            self._lanes += 1
            self._start(self._now(), "lane")

    async def end(self) -> None:
        """No more starts; answers under way are awaited as long as their timeout allows."""
        self._due, self._wanted_lanes = _NEVER, 0
        self._chores.clear()
        for flow in self._pool.drop_waiting():
            flow.program.release(flow.actor)
        await self._calm()
        await self._pool.close()
        self._running = False
        self._report()

    async def _calm(self) -> None:
        """Until nothing is under way."""
        while self._pool.busy or self._chores or self._slotted:  # noqa: ASYNC110  # three states, no one event
            await asyncio.sleep(REPORT_SECONDS / 10)

    # --- starts ----------------------------------------------------------------------------------------------------

    def _next_due(self) -> float:
        return self._origin + next(self._arrivals, _NEVER)

    def _pump(self) -> None:
        """Start what is due, then come back in time for the next: by timer, and at the end by looking at the clock."""
        self._start_due()
        ahead = self._due - self._now()
        if ahead == _NEVER:
            return
        later = ahead > 2 * _SPIN
        self._alarm = self._loop.call_later(ahead - _SPIN, self._pump) if later else self._loop.call_soon(self._pump)

    def _start_due(self) -> None:
        for _ in range(_BURST):
            now = self._now()
            if self._due > now:
                break
            self._arrive(self._due, now)
            self._due = self._next_due()

    def _arrive(self, intended: float, now: float) -> None:
        measured = intended >= self._measured_from
        if self._governor and self._governor.wait(now) > _HELD_BACK:
            self._books.withheld += measured
            return
        if measured:
            self._books.offered += 1
            self._books.lateness.record(int((now - intended) * 1e6))
        self._start(intended, "arrival")

    def _start(self, intended: float, origin: Origin) -> None:
        program = self._mix.draw()
        actor = program.draw()
        measured = intended >= self._measured_from
        if actor is not None:
            self._dispatch(Iteration(program, actor, intended, origin, measured=measured))
        elif origin == "lane":
            self._loop.call_later(_RETRY, self._rested)
        else:  # every account is at work: a start that can not be made, and shows up as not delivered
            self._books.starved += measured

    def _rested(self) -> None:
        self._next_lane(self._now())

    def _next_lane(self, now: float) -> None:
        if self._lanes > self._wanted_lanes:
            self._lanes -= 1
        else:
            self._start(now, "lane")

    def _next_chore(self) -> None:
        if self._chores:
            program, actor = self._chores.popleft()
            self._dispatch(Iteration(program, actor, self._now(), "chore", measured=False))

    # --- requests and answers --------------------------------------------------------------------------------------

    def _dispatch(self, flow: Iteration) -> None:
        """Send the flow's step as soon as the allowance permits."""
        if self._governor and self._slot(flow, self._governor):
            return
        if not self._pool.submit(flow):
            self._books.starved += flow.measured

    def _slot(self, flow: Iteration, governor: RateLimiter) -> bool:
        """Let the flow wait for its slot in the allowance; False when it need not."""
        now = self._now()
        slot = governor.reserve(now)
        if slot <= now:
            return False
        flow.intended = slot  # the governor's wait is not the target's
        self._slotted += 1
        self._loop.call_later(slot - now, self._dispatch_slotted, flow, governor)
        return True

    def _dispatch_slotted(self, flow: Iteration, governor: RateLimiter) -> None:
        self._slotted -= 1
        if governor.silent(self._now()):  # a 429 came in the meantime
            self._dispatch(flow)
        elif not self._pool.submit(flow):
            self._books.starved += flow.measured

    def request(self, flow: Iteration) -> bytes:
        """The pool is about to send the flow's step."""
        self._books.wired += 1
        self._books.delivered += flow.measured and not flow.position
        return flow.step.call.wire(flow.actor)

    def answered(self, flow: Iteration, answer: Answer, now: float) -> None:
        """The step has its answer: judge it, count it, go on."""
        verdict = record_response(self._books, flow, answer.status, answer.body, self._redactor)
        if self._governor:
            if verdict.outcome == "limited":
                self._governor.back_off(now, answer.retry_after)
            else:
                self._governor.accepted()
        self._finish(flow, verdict, now)
        if now >= self._due:  # a heap of answers must not delay what is meant to start
            self._start_due()

    def failed(self, flow: Iteration, outcome: Outcome) -> None:
        """The step has no answer."""
        if flow.sent < flow.intended:  # it never got a connection: the generator did its part all the same
            self._books.delivered += flow.measured and not flow.position
            flow.sent = flow.intended
        self._finish(flow, _FAILURES[outcome], self._now())

    def _finish(self, flow: Iteration, verdict: CheckResult, now: float) -> None:
        """A step has ended: go on with the flow, or with what follows it."""
        if complete_step(self._books, flow, verdict, now):
            self._dispatch(flow)
        elif flow.origin == "lane":
            pause = self._think if verdict.outcome != "connection" else max(self._think, _RETRY)
            if pause:
                self._loop.call_later(pause, self._rested)
            else:
                self._next_lane(now)
        elif flow.origin == "chore":
            if verdict.outcome != "ok":
                self._failures.append(f"{flow.step.row} answered {verdict.answer}: {OUTCOMES[verdict.outcome]}")
            self._next_chore()

    def _report(self) -> None:
        """Hand the books over and begin new ones."""
        self._pool.expire()
        now, busy = self._now(), time.thread_time()
        if self._reported_at >= self._measured_from:
            self._books.elapsed += now - self._reported_at
            self._books.busy += busy - self._busy_at
        self._reported_at, self._busy_at = now, busy
        self.reports.append(self._books)
        self._books = RunMetrics()
        if self._running:
            self._loop.call_later(REPORT_SECONDS, self._report)
