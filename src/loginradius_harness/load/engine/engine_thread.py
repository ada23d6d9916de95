"""The engine's native thread, which also works in a process whose threads locust has turned into greenlets."""

import math
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from loginradius_harness.load.engine import event_loop
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.workload.execution import SetupTask


class Job:
    """Work that the engine was asked to do. `result` and `error` are final once `done` is true."""

    def __init__(self) -> None:
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None


class EngineThread:
    """Runs an engine in its thread and passes calls to it. `start_thread` must start a native thread."""

    def __init__(
        self, build: Callable[[], Engine], start_thread: Callable[[Callable[[], None], tuple[()]], Any]
    ) -> None:
        self._build = build
        self._loop = event_loop.new()
        self._engine: Engine | None = None
        self._start_thread = start_thread

    def start(self, tasks: Sequence[SetupTask]) -> Job:
        """Start the engine and run its setup tasks; the job's result is the list of failures."""
        sys.setswitchinterval(0.001)  # the web UI waits at most so long for a busy engine
        self._start_thread(self._serve, ())
        return self._do(self._prepare(tasks))

    def call(self, order: Callable[[Engine], None]) -> None:
        """Run `order(engine)` in the engine's thread, soon."""
        self._loop.call_soon_threadsafe(self._carry_out, order)

    def end(self, grace: float = math.inf) -> Job:
        """Stop the load; the job is done when nothing is in flight any more, or after `grace` seconds."""
        return self._do(self._end(grace))

    def reports(self) -> RunMetrics:
        """Return what was counted since the last call."""
        metrics = RunMetrics()
        while self._engine and self._engine.reports:
            metrics.add(self._engine.reports.popleft())
        return metrics

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _serve(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    async def _prepare(self, tasks: Sequence[SetupTask]) -> list[str]:
        self._engine = self._build()
        return await self._engine.prepare(tasks)

    async def _end(self, grace: float) -> None:
        if self._engine:
            await self._engine.end(grace)

    def _carry_out(self, order: Callable[[Engine], None]) -> None:
        if self._engine:
            order(self._engine)

    def _do(self, work: Awaitable[Any]) -> Job:
        job = Job()
        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(_run(job, work)))
        return job


async def _run(job: Job, work: Awaitable[Any]) -> None:
    try:
        job.result = await work
    except Exception as error:  # noqa: BLE001  # handed to the caller, who waits for the job
        job.error = error
    finally:
        job.done = True
