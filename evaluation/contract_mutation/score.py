"""Strictness of the contracts: the share of wrong instances that they refuse."""

import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evaluation.contract_mutation.allowed_mutants import Key, allowed_mutants, allowing
from evaluation.contract_mutation.mutants import KINDS
from evaluation.contract_mutation.runner import SIDES, Trial, trials
from loginradius_harness.contracts.loader import api_operations, get
from loginradius_harness.contracts.operation import Operation

ENOUGH = 98.0  # per cent of the wrong instances that each side, and each operation, must refuse
LIMITS = """\
Requests are open and their names are matched without regard to case: `extra` and `case` do not apply to them.
A query holds texts only: neither do `null` and `text`. Members that a contract's example does without are optional:
in requests only those that it names are `dropped`."""


@dataclass
class Score:
    """Numbers of wrong instances, by what became of them."""

    refused: int = 0
    allowed: int = 0
    survived: int = 0

    @property
    def percent(self) -> float:
        """Percentage refused of those that no entry of allowed_mutants.json allows; 100 if there are none."""
        decided = self.refused + self.survived
        return 100 * self.refused / decided if decided else 100.0

    @property
    def is_enough(self) -> bool:
        """Whether the contracts are as strict as they must be."""
        return self.percent >= ENOUGH


@dataclass
class Result:
    """Outcome of the trials of some operations."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))  # by side and by operation id
    allowed: Counter[Key] = field(default_factory=Counter)
    survivors: Counter[str] = field(default_factory=Counter)

    def add(self, trial: Trial) -> None:
        """Count what became of the mutants of one part of an operation."""
        total = Score(trial.refused)
        for survivor, count in trial.survivors.items():
            key = allowing(survivor)
            if key is None:
                total.survived += count
                self.survivors[f"{trial.operation.id}/{trial.part} {survivor.at or '/'}: {survivor.kind}"] += count
            else:
                total.allowed += count
                self.allowed[key] += count
        for name in (trial.side, trial.operation.id):
            score = self.scores[name]
            score.refused += total.refused
            score.allowed += total.allowed
            score.survived += total.survived

    @property
    def stale(self) -> list[Key]:
        """List entries of allowed_mutants.json that no mutant needs."""
        return [key for key in allowed_mutants() if key not in self.allowed]


def result(chosen: Iterable[Operation]) -> Result:
    """Try some operations and count what their contracts refuse."""
    found = Result()
    for operation in chosen:
        for trial in trials(operation):
            found.add(trial)
    return found


def report(operation_ids: list[str] | None) -> int:
    """Print how strict the contracts are, and every survivor with its reason.

    Return 1 if they are not strict enough, 2 for an unknown operation.
    """
    try:
        chosen = [get(name) for name in operation_ids] if operation_ids else api_operations()
    except KeyError as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return 2
    found = result(chosen)
    stale = [] if operation_ids else found.stale
    sys.stdout.write("\n".join([*_legend(), *_allowed(found), *_failures(found, stale), *_table(found)]) + "\n")
    return 1 if stale or not all(score.is_enough for score in found.scores.values()) else 0


def _legend() -> Iterator[str]:
    yield "Valid instances of each contract are made wrong in one place, without regard to the schema:"
    yield from (f"  {kind:8} {text}" for kind, text in KINDS.items())
    yield LIMITS


def _allowed(found: Result) -> Iterator[str]:
    yield "\nSurvivors that allowed_mutants.json allows:"
    used: dict[str, dict[Key, int]] = defaultdict(dict)
    for key, count in found.allowed.items():
        used[allowed_mutants()[key].reason][key] = count
    for reason, keys in sorted(used.items()):
        yield f"  {reason}: {sum(keys.values()):,}"
        yield from _places(keys)


def _places(keys: Iterable[Key]) -> Iterator[str]:
    """Yield one paragraph for each schema: kinds and pointers."""
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for where, at, kind in keys:
        kinds[where, at].add(kind)
    together: dict[str, list[str]] = defaultdict(list)
    for (where, at), named in sorted(kinds.items()):
        together[f"{where} ({', '.join(kind for kind in KINDS if kind in named)})"].append(at or "/")
    for where, pointers in together.items():
        text = f"{where}: {' '.join(pointers)}"
        yield from textwrap.wrap(text, 120, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False)


def _failures(found: Result, stale: Iterable[Key]) -> Iterator[str]:
    if found.survivors:
        yield "\nSurvivors that allowed_mutants.json does not allow:"
        yield from (f"  {place} ({count})" for place, count in sorted(found.survivors.items()))
    for where, at, kind in stale:
        yield f"allowed_mutants.json: {where} {at or '/'}: {kind}: no mutant needs this entry"
    for name, score in found.scores.items():
        if not score.is_enough:
            yield f"{name} refuses {score.percent:.1f} %, expected at least {ENOUGH:g} %"


def _table(found: Result) -> Iterator[str]:
    yield f"\n{'':12}{'refused':>12}{'allowed':>12}{'survived':>12}{'score':>10}"
    for side in SIDES:
        score = found.scores[side]
        yield f"{side:12}{score.refused:12,}{score.allowed:12,}{score.survived:12,}{score.percent:8.2f} %"
