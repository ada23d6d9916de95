"""When to stop a run early, because it can only get worse."""

from loginradius_harness.load.config.profiles import Abort
from loginradius_harness.load.metrics.counters import OperationMetrics, RunMetrics, merged


class AbortMonitor:
    """Looks at what each second brought. Times are seconds since the start of the load.

    `silent` is true once the target has not answered for too long.
    """

    def __init__(self, abort: Abort) -> None:
        self.silent = False
        self._abort = abort
        self._bad_since: float | None = None
        self._heard_at = 0.0
        self._waiting = False  # something was sent after the last answer

    def see(self, books: RunMetrics, at: float) -> str:
        """Enter the newest books; why the run should end, or nothing."""
        seen = merged(books.ledgers.values())
        if books.wired or seen.requests:
            self._waiting = not books.answered
        if not self._waiting:
            self._heard_at = at
        self.silent = at - self._heard_at > self._abort.silence
        if self.silent:
            return f"no answer for {self._abort.silence:g} s"
        trouble = self._trouble(seen)
        if not trouble or not seen.requests:
            self._bad_since = None if seen.requests else self._bad_since
            return ""
        if self._bad_since is None:
            self._bad_since = at
        return f"{trouble} for {self._abort.seconds:g} s" if at - self._bad_since >= self._abort.seconds else ""

    def _trouble(self, seen: OperationMetrics) -> str:
        if self._abort.error_ratio is not None and seen.error_ratio > self._abort.error_ratio:
            return f"error ratio above {self._abort.error_ratio:g}"
        if self._abort.p99 is not None and seen.corrected.milliseconds(0.99) > self._abort.p99:
            return f"p99 above {self._abort.p99:g} ms"
        return ""
