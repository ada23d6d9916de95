"""Whether a run kept its limits: one row per limit, a verdict, an exit code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from loginradius_harness.load.config.profiles import Limits
from loginradius_harness.load.metrics.counters import OperationMetrics, RunMetrics, merged

OVERALL = "*"
_PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999, "max": 1.0}


class Result(Enum):
    """How a run ended, and the exit code that says so."""

    PASS = 0
    FAIL = 1
    UNREACHABLE = 3
    INVALID = 4

    @property
    def meaning(self) -> str:
        """One sentence for people."""
        return {
            Result.PASS: "every limit was kept",
            Result.FAIL: "a limit was broken",
            Result.UNREACHABLE: "the target did not answer",
            Result.INVALID: "the figures say more about the generator than about the target: no verdict",
        }[self]


@dataclass(frozen=True, slots=True)
class Row:
    """One limit of one operation, and what was measured."""

    operation: str
    limit: str
    allowed: float
    measured: float
    kept: bool

    @property
    def unit(self) -> str:
        """What the two figures count."""
        if self.limit in _PERCENTILES:
            return "ms"
        return {"throughput": "/s", "contract_violations": "answers"}.get(self.limit, "")

    def __str__(self) -> str:
        sign = ">=" if self.limit == "throughput" else "<="
        figures = f"{self.measured:.6g} {sign} {self.allowed:g} {self.unit}".rstrip()
        return f"{'PASS' if self.kept else 'FAIL'} {self.operation} {self.limit} {figures}"


def judge(books: RunMetrics, limits: Mapping[str, Limits], seconds: float) -> tuple[Row, ...]:
    """Hold books against limits. `*` means all operations together; `seconds` is the measured time.

    An operation that has limits but was never called breaks every one of them: silence is not success.
    """
    return tuple(row for name, wanted in limits.items() for row in _rows(name, _ledger(books, name), wanted, seconds))


def _ledger(books: RunMetrics, name: str) -> OperationMetrics:
    if name == OVERALL:
        return merged(books.ledgers.values())
    return books.ledgers.get(name) or books.journeys.get(name) or OperationMetrics()


def _rows(name: str, ledger: OperationMetrics, wanted: Limits, seconds: float) -> Iterator[Row]:
    for limit in wanted.__struct_fields__:
        allowed = getattr(wanted, limit)
        if allowed is None:
            continue
        measured = _measure(ledger, limit, seconds)
        kept = measured >= allowed if limit == "throughput" else measured <= allowed
        yield Row(name, limit, float(allowed), measured, kept and ledger.requests > 0)


def _measure(ledger: OperationMetrics, limit: str, seconds: float) -> float:
    if limit in _PERCENTILES:
        return ledger.corrected.milliseconds(_PERCENTILES[limit])
    if limit == "error_ratio":
        return ledger.error_ratio
    if limit == "throughput":
        return ledger.outcomes.get("ok", 0) / seconds if seconds else 0.0
    return float(ledger.violations)
