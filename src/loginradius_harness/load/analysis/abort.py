"""When to stop a run early, because it cannot recover any more."""

from loginradius_harness.load.config.profiles import Abort
from loginradius_harness.load.metrics.counters import OperationMetrics, RunMetrics, merged


class AbortMonitor:
    """Observes what each interval brought. Times are seconds since the start of the load.

    `silent` is true once the target has not answered for too long.
    """

    def __init__(self, abort: Abort) -> None:
        self.silent = False
        self._abort = abort
        self._bad_since: float | None = None
        self._last_answer_at = 0.0
        self._waiting = False  # something was sent after the last answer

    def observe(self, metrics: RunMetrics, at: float) -> str:
        """Add the newest metrics; return why the run should end, or an empty text."""
        total = merged(metrics.operations.values())
        if metrics.requests_sent or total.requests:
            self._waiting = not metrics.answered
        if not self._waiting:
            self._last_answer_at = at
        self.silent = at - self._last_answer_at > self._abort.silence
        if self.silent:
            return f"no answer for {self._abort.silence:g} s"
        problem = self._problem(total)
        if not problem or not total.requests:
            self._bad_since = None if total.requests else self._bad_since
            return ""
        if self._bad_since is None:
            self._bad_since = at
        return f"{problem} for {self._abort.seconds:g} s" if at - self._bad_since >= self._abort.seconds else ""

    def _problem(self, total: OperationMetrics) -> str:
        if self._abort.error_ratio is not None and total.error_ratio > self._abort.error_ratio:
            return f"error ratio above {self._abort.error_ratio:g}"
        if self._abort.p99 is not None and total.corrected.milliseconds(0.99) > self._abort.p99:
            return f"p99 above {self._abort.p99:g} ms"
        return ""
