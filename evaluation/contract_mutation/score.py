"""How strict the contracts are: the share of wrong instances that they refuse (`loginradius-harness contracts mutate`)."""

import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evaluation.contract_mutation.allowed_mutants import Key, allowed_mutants, allowing
from evaluation.contract_mutation.mutants import KINDS
from evaluation.contract_mutation.runner import SIDES, Trial, trials
from loginradius_harness.contracts.loader import get, operations
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
    permitted: int = 0
    survived: int = 0

    @property
    def percent(self) -> float:
        """Share refused of those that no permission lets pass; 100 where there are none."""
        judged = self.refused + self.survived
        return 100 * self.refused / judged if judged else 100.0

    @property
    def is_enough(self) -> bool:
        """The contracts are as strict as they must be."""
        return self.percent >= ENOUGH


@dataclass
class Result:
    """What the trials of some operations showed."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))  # by side and by operation id
    permitted: Counter[Key] = field(default_factory=Counter)
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
                total.permitted += count
                self.permitted[key] += count
        for name in (trial.side, trial.operation.id):
            score = self.scores[name]
            score.refused += total.refused
            score.permitted += total.permitted
            score.survived += total.survived

    @property
    def stale(self) -> list[Key]:
        """What permissions name and no mutant needs."""
        return [key for key in allowed_mutants() if key not in self.permitted]


def result(chosen: Iterable[Operation]) -> Result:
    """Try some operations."""
    found = Result()
    for operation in chosen:
        for trial in trials(operation):
            found.add(trial)
    return found


def report(operation_ids: list[str] | None) -> int:
    """Print how strict the contracts are, and every survivor with its reason; 1 where they are not strict enough."""
    try:
        chosen = [get(name) for name in operation_ids] if operation_ids else operations()
    except KeyError as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return 2
    found = result(chosen)
    stale = [] if operation_ids else found.stale
    sys.stdout.write("\n".join([*_legend(), *_permitted(found), *_failures(found, stale), *_table(found)]) + "\n")
    return 1 if stale or not all(score.is_enough for score in found.scores.values()) else 0


def _legend() -> Iterator[str]:
    yield "Valid instances of each contract are made wrong in one place, without a look at the schema:"
    yield from (f"  {kind:8} {says}" for kind, says in KINDS.items())
    yield LIMITS


def _permitted(found: Result) -> Iterator[str]:
    yield "\nSurvivors that allowed_mutants.json lets pass:"
    used: dict[str, dict[Key, int]] = defaultdict(dict)
    for key, count in found.permitted.items():
        used[allowed_mutants()[key].reason][key] = count
    for reason, keys in sorted(used.items()):
        yield f"  {reason}: {sum(keys.values()):,}"
        yield from _places(keys)


def _places(keys: Iterable[Key]) -> Iterator[str]:
    """One paragraph for each schema: kinds and pointers."""
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
        yield "\nSurvivors that no permission names:"
        yield from (f"  {place} ({count})" for place, count in sorted(found.survivors.items()))
    for where, at, kind in stale:
        yield f"allowed_mutants.json: {where} {at or '/'}: {kind}: nothing needs this permission"
    for name, score in found.scores.items():
        if not score.is_enough:
            yield f"{name} refuses {score.percent:.1f} %, expected at least {ENOUGH:g} %"


def _table(found: Result) -> Iterator[str]:
    yield f"\n{'':12}{'refused':>12}{'permitted':>12}{'survived':>12}{'score':>10}"
    for side in SIDES:
        score = found.scores[side]
        yield f"{side:12}{score.refused:12,}{score.permitted:12,}{score.survived:12,}{score.percent:8.2f} %"
