"""The limits of a run: one row per limit, a result, an exit code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from loginradius_harness.load.config.profiles import OVERALL, Limits
from loginradius_harness.load.metrics.counters import OperationMetrics, RunMetrics, merged

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999, "max": 1.0}


class Result(Enum):
    """The result of a run."""

    PASS = "PASS"  # noqa: S105  # a result, no password
    FAIL = "FAIL"
    UNREACHABLE = "UNREACHABLE"
    INVALID = "INVALID"
    PARTIAL = "PARTIAL"

    @property
    def exit_code(self) -> int:
        """Return the exit code of a command that ends with this result."""
        return {Result.PASS: 0, Result.FAIL: 1, Result.UNREACHABLE: 3, Result.INVALID: 4, Result.PARTIAL: 4}[self]

    @property
    def meaning(self) -> str:
        """Return one sentence for people."""
        return {
            Result.PASS: "every limit was met",
            Result.FAIL: "a limit was exceeded",
            Result.UNREACHABLE: "the target did not answer",
            Result.INVALID: "the figures describe the generator rather than the target: no result",
            Result.PARTIAL: "no limit was exceeded until the run was stopped, which proves nothing about the rest",
        }[self]


@dataclass(frozen=True, slots=True)
class Row:
    """One limit of one operation, and what was measured."""

    operation: str
    limit: str
    allowed: float
    measured: float
    met: bool

    @property
    def unit(self) -> str:
        """Return the unit of the two figures."""
        if self.limit in PERCENTILES:
            return "ms"
        return {"throughput": "/s", "contract_violations": "answers"}.get(self.limit, "")

    @property
    def sign(self) -> str:
        """Return how the measured figure must compare with the allowed one."""
        return ">=" if self.limit == "throughput" else "<="

    def __str__(self) -> str:
        figures = f"{self.measured:.6g} {self.sign} {self.allowed:g} {self.unit}".rstrip()
        return f"{'PASS' if self.met else 'FAIL'} {self.operation} {self.limit} {figures}"


def evaluate(metrics: RunMetrics, limits: Mapping[str, Limits], seconds: float) -> tuple[Row, ...]:
    """Compare metrics with limits. `*` means all operations together; `seconds` is the measured time.

    An operation that has limits but was never called exceeds each of them: no request is no proof.
    """
    return tuple(row for name, wanted in limits.items() for row in _rows(name, _entry(metrics, name), wanted, seconds))


def is_measured(metrics: RunMetrics, row: Row) -> bool:
    """Return whether what a limit is about was called at all; in a run that was stopped, it may still have been due."""
    return _entry(metrics, row.operation).requests > 0


def _entry(metrics: RunMetrics, name: str) -> OperationMetrics:
    if name == OVERALL:
        return merged(metrics.operations.values())
    return metrics.operations.get(name) or metrics.scenarios.get(name) or OperationMetrics()


def _rows(name: str, entry: OperationMetrics, wanted: Limits, seconds: float) -> Iterator[Row]:
    for limit in wanted.__struct_fields__:
        allowed = getattr(wanted, limit)
        if allowed is None:
            continue
        measured = _measure(entry, limit, seconds)
        met = measured >= allowed if limit == "throughput" else measured <= allowed
        yield Row(name, limit, float(allowed), measured, met and entry.requests > 0)


def _measure(entry: OperationMetrics, limit: str, seconds: float) -> float:
    if limit in PERCENTILES:
        return entry.corrected.milliseconds(PERCENTILES[limit])
    if limit == "error_ratio":
        return entry.error_ratio
    if limit == "throughput":
        return entry.outcomes.get("ok", 0) / seconds if seconds else 0.0
    return float(entry.violations)
