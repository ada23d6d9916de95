"""What a system's answers to a check amount to, and whether they are those that were known before."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from evaluation.peers.emulators.check import Check, Seen
from evaluation.peers.emulators.system import NotOffered, System, Unjudged

FILE = Path(__file__).with_name("expected.json")
Word = Literal["unsafe", "safe", "not applicable", "not judged"]


@dataclass(frozen=True)
class Verdict:
    """A check on a system, and what was seen."""

    check: Check
    system: str
    word: Word
    got: str


@dataclass(frozen=True)
class Known:
    """An answer that was known before, and the checks that see it."""

    asks: str
    system: str
    safe: bool
    checks: tuple[str, ...]

    @property
    def word(self) -> Word:
        """What each of the checks has to say."""
        return "safe" if self.safe else "unsafe"

    def is_seen(self, verdicts: Iterable[Verdict]) -> bool:
        """Whether all its checks say what was known."""
        said = [verdict.word for verdict in verdicts if self.covers(verdict)]
        return said == [self.word] * len(self.checks)

    def covers(self, verdict: Verdict) -> bool:
        """Whether a verdict is about this answer."""
        return verdict.system == self.system and verdict.check.name in self.checks


def known() -> list[Known]:
    """The answers of `expected.json`."""
    entries = json.loads(FILE.read_bytes())["answers"]
    return [Known(**{**entry, "checks": tuple(entry["checks"])}) for entry in entries]


def judge(check: Check, system: System) -> Verdict:
    """Put one check to a system."""
    try:
        word, got = sum_up(list(check.ask(system)))
    except NotOffered as reason:
        word, got = "not applicable", str(reason)
    except (Unjudged, httpx.HTTPError) as reason:
        word, got = "not judged", str(reason) or type(reason).__name__
    return Verdict(check, system.name, word, got)


def sum_up(seen: Collection[Seen]) -> tuple[Word, str]:
    """One unsafe observation is enough, and is what is told; a check that saw nothing says nothing."""
    unsafe = [one.what for one in seen if not one.is_safe]
    if unsafe:
        return "unsafe", "; ".join(unsafe)
    return ("safe", "; ".join(one.what for one in seen)) if seen else ("not judged", "nothing was seen")
