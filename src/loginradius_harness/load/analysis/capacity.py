"""The highest rate that keeps the limits: doubled until it breaks, then halved into, then confirmed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from loginradius_harness.load.analysis import slo
from loginradius_harness.load.analysis.validity import assess_validity
from loginradius_harness.load.config.profiles import Profile
from loginradius_harness.load.metrics.counters import RunMetrics

_PRECISION = 0.03  # distance of the two rates, relative to the lower
_REPEATS = 3  # times that the result must be kept


@dataclass(frozen=True, slots=True)
class Trial:
    """One rate, tried once. `why` says which limit broke, `doubt` why the trial proves nothing."""

    rate: float
    kept: bool
    why: str = ""
    doubt: str = ""


@dataclass(slots=True)
class Search:
    """All trials so far, and what they amount to."""

    trials: list[Trial] = field(default_factory=list)
    low: float = 0.0
    high: float | None = None

    @property
    def doubt(self) -> str:
        """Why the search could not go on; empty when it did."""
        return self.trials[-1].doubt if self.trials else ""

    @property
    def statement(self) -> str:
        """The finding with its evidence, in a sentence."""
        if self.doubt:
            return f"no capacity found: at {self.trials[-1].rate:.1f}/s {self.doubt}"
        if not self.low:
            return f"the limits break already at {self.trials[-1].rate:.1f}/s: {self.trials[-1].why}"
        kept = sum(trial.kept for trial in self.trials if trial.rate == self.low)
        if self.high is None:
            return f"at least {self.low:.1f}/s: kept in {kept} of {kept} trials; more was not asked for"
        broken = [trial for trial in self.trials if trial.rate == self.high and not trial.kept]
        return (
            f"{self.low:.1f}/s: kept in {kept} of {kept} trials, broken at {self.high:.1f}/s "
            f"({broken[-1].why}); the truth lies between with {self.high / self.low - 1:.1%} uncertainty"
        )


def search(try_rate: Callable[[float], Trial], start: float, ceiling: float) -> Search:
    """Look for the highest rate that is kept, from `start` and not beyond `ceiling` (starts a second)."""
    found = Search()

    def kept(rate: float) -> bool:
        trial = try_rate(rate)
        found.trials.append(trial)
        if trial.kept:
            found.low = max(found.low, rate)
        else:
            found.high = rate if found.high is None else min(found.high, rate)
        return trial.kept

    rate = start
    while kept(rate) and rate < ceiling and not found.doubt:
        rate = min(rate * 2, ceiling)
    while not found.doubt and found.low and found.high and found.high / found.low - 1 > _PRECISION:
        kept((found.low + found.high) / 2)
    _confirm(found, kept)
    return found


def _confirm(found: Search, kept: Callable[[float], bool]) -> None:
    """A rate that was kept once by luck is given up for the next lower one."""
    while found.low and not found.doubt:
        if all(kept(found.low) for _ in range(_REPEATS - 1)):
            return
        lower = [trial.rate for trial in found.trials if trial.kept and trial.rate < found.low]
        found.low = max(lower, default=0.0)


def judge(rate: float, books: RunMetrics, profile: Profile) -> Trial:
    """Whether one pass kept the profile's limits; a refusal by a rate limiter breaks them too."""
    total = books.total
    limited = total.outcomes.get("limited", 0)
    if limited:
        return Trial(rate, kept=False, why=f"{limited} of {total.requests} answers were 429")
    broken = [row for row in slo.judge(books, profile.slo, profile.seconds) if not row.kept]
    if broken:
        return Trial(rate, kept=False, why=f"{broken[0].operation} {broken[0].limit} {broken[0].measured:.6g}")
    doubts: Sequence[str] = assess_validity(books, "open", profile.late).doubts
    return Trial(rate, kept=not doubts, doubt=doubts[0] if doubts else "")
