"""The highest rate that meets the limits: doubled until a limit is exceeded, then bisected, then confirmed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from loginradius_harness.load.analysis import slo
from loginradius_harness.load.analysis.validity import assess_validity
from loginradius_harness.load.config.profiles import Profile
from loginradius_harness.load.metrics.counters import RunMetrics

_PRECISION = 0.03  # distance of the two rates, relative to the lower
_REPEATS = 3  # trials that the result must pass


@dataclass(frozen=True, slots=True)
class Trial:
    """One pass at one rate (arrivals a second). `exceeded` names the limit, `invalid` why the trial proves nothing."""

    rate: float
    met: bool
    exceeded: str = ""
    invalid: str = ""


@dataclass(slots=True)
class Search:
    """The trials so far: `low` is the highest rate that met the limits, `high` the lowest that did not."""

    trials: list[Trial] = field(default_factory=list)
    low: float = 0.0
    high: float | None = None

    @property
    def invalid(self) -> str:
        """Return why the search could not go on; empty when it did."""
        return self.trials[-1].invalid if self.trials else ""

    @property
    def statement(self) -> str:
        """Return the result with its evidence, in one sentence."""
        if self.invalid:
            return f"no capacity found: at {self.trials[-1].rate:.1f}/s {self.invalid}"
        if not self.low:
            return f"the limits are exceeded already at {self.trials[-1].rate:.1f}/s: {self.trials[-1].exceeded}"
        met = sum(trial.met for trial in self.trials if trial.rate == self.low)
        if self.high is None:
            return f"capacity of at least {self.low:.1f}/s, the ceiling of the search (met in {met} of {met} trials)"
        exceeded = [trial for trial in self.trials if trial.rate == self.high and not trial.met]
        return (
            f"capacity between {self.low:.1f}/s (met in {met} of {met} trials) and {self.high:.1f}/s "
            f"({exceeded[-1].exceeded}), an interval of {self.high / self.low - 1:.1%}"
        )


def search(try_rate: Callable[[float], Trial], start: float, ceiling: float) -> Search:
    """Search for the highest rate that meets the limits, from `start` up to `ceiling` (arrivals a second)."""
    found = Search()

    def is_met(rate: float) -> bool:
        trial = try_rate(rate)
        found.trials.append(trial)
        if trial.met:
            found.low = max(found.low, rate)
        else:
            found.high = rate if found.high is None else min(found.high, rate)
        return trial.met

    rate = start
    while is_met(rate) and rate < ceiling and not found.invalid:
        rate = min(rate * 2, ceiling)
    while not found.invalid and found.low and found.high and found.high / found.low - 1 > _PRECISION:
        is_met((found.low + found.high) / 2)
    _confirm(found, is_met)
    return found


def _confirm(found: Search, is_met: Callable[[float], bool]) -> None:
    """Repeat the result; a rate that met the limits only by chance is given up for the next lower one."""
    while found.low and not found.invalid:
        if all(is_met(found.low) for _ in range(_REPEATS - 1)):
            return
        lower = [trial.rate for trial in found.trials if trial.met and trial.rate < found.low]
        found.low = max(lower, default=0.0)


def evaluate_trial(rate: float, metrics: RunMetrics, profile: Profile) -> Trial:
    """Return whether one pass met the profile's limits; a 429 counts as an exceeded limit."""
    total = metrics.total
    rate_limited = total.outcomes.get("rate_limited", 0)
    if rate_limited:
        return Trial(rate, met=False, exceeded=f"{rate_limited} of {total.requests} answers were 429")
    rows = slo.evaluate(metrics, profile.slo, profile.seconds)
    validity = assess_validity(metrics, "open", profile.max_start_delay_ms, rows)
    exceeded = next((row for row in rows if not row.met), None)
    if exceeded and not validity.distortion:
        return Trial(rate, met=False, exceeded=f"{exceeded.operation} {exceeded.limit} {exceeded.measured:.6g}")
    return Trial(rate, met=not validity.problems, invalid=validity.problems[0] if validity.problems else "")
