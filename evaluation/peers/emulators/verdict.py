"""The result of a check on a system, compared with the expected results."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from evaluation.peers.emulators.check import Check, Observation
from evaluation.peers.emulators.system import Inconclusive, NotSupported, System

FILE = Path(__file__).with_name("expected.json")
Outcome = Literal["unsafe", "safe", "not supported", "inconclusive"]


@dataclass(frozen=True)
class Verdict:
    """A check on a system, its outcome and the observations."""

    check: Check
    system: str
    outcome: Outcome
    observed: str


@dataclass(frozen=True)
class ExpectedResult:
    """A result that was known before, and the checks that show it."""

    title: str
    system: str
    safe: bool
    checks: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """Return the outcome that each of the checks must have."""
        return "safe" if self.safe else "unsafe"

    def is_met(self, verdicts: Iterable[Verdict]) -> bool:
        """Return whether all its checks have the expected outcome."""
        outcomes = [verdict.outcome for verdict in verdicts if self.covers(verdict)]
        return outcomes == [self.outcome] * len(self.checks)

    def covers(self, verdict: Verdict) -> bool:
        """Return whether a verdict is about this result."""
        return verdict.system == self.system and verdict.check.name in self.checks


def expected_results() -> list[ExpectedResult]:
    """Return the results of `expected.json`."""
    entries = json.loads(FILE.read_bytes())["results"]
    return [ExpectedResult(**{**entry, "checks": tuple(entry["checks"])}) for entry in entries]


def evaluate(check: Check, system: System) -> Verdict:
    """Carry out one check on a system."""
    try:
        outcome, observed = summarise(list(check.run(system)))
    except NotSupported as reason:
        outcome, observed = "not supported", str(reason)
    except (Inconclusive, httpx.HTTPError) as reason:
        outcome, observed = "inconclusive", str(reason) or type(reason).__name__
    return Verdict(check, system.name, outcome, observed)


def summarise(observations: Collection[Observation]) -> tuple[Outcome, str]:
    """Return outcome and text: one unsafe observation makes a system unsafe, no observation proves nothing."""
    unsafe = [one.text for one in observations if not one.is_safe]
    if unsafe:
        return "unsafe", "; ".join(unsafe)
    return ("safe", "; ".join(one.text for one in observations)) if observations else ("inconclusive", "no observation")
