"""Play faults twice: on the strict emulator, and as on a tenant, where hints are no failures.

Leniency must cost nothing: a fault that breaks a recorded or documented promise fails a tenant's run too.
"""

import random
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from evaluation.fault_injection.console_table import share
from evaluation.fault_injection.known_detectors import KnownDetectors
from evaluation.fault_injection.run import detectors_of
from evaluation.fault_injection.verdict import Verdict
from evaluation.fault_injection.workers import Workers
from loginradius_harness import contracts, faults
from loginradius_harness.contracts import policy

SEED = 20_261_130
GOAL = 0.95  # share of the faults against binding promises that still fail a tenant
KINDS = {
    "binding": "recorded or documented promise",
    "finding": "requirement of a standard",
    "hint": "promise with weak evidence, or rule of level should",
}


class Comparison(Struct, frozen=True, kw_only=True):
    """One fault: what it breaks, and what detects it in either mode; empty where nothing does."""

    name: str
    kind: str
    strict: str
    tenant: str


def sample(size: int, names: Iterable[str]) -> list[str]:
    """Return that many of the faults, drawn at random with a fixed seed; all of them if there are no more."""
    known = sorted(names)
    return sorted(random.Random(SEED).sample(known, min(size, len(known))))  # noqa: S311  # no secret


def compare(names: Sequence[str], processes: int) -> list[Comparison]:
    """Play each fault in both modes against its known detector and the tests that name its rule."""
    strict = {verdict.name: verdict for verdict in _play(names, processes, tenant=False)}
    tenant = {verdict.name: verdict for verdict in _play(names, processes, tenant=True)}
    return [
        Comparison(name=name, kind=kind(strict[name]), strict=_detector(strict[name]), tenant=_detector(tenant[name]))
        for name in names
    ]


def _play(names: Iterable[str], processes: int, *, tenant: bool) -> Iterator[Verdict]:
    known = KnownDetectors().detected
    with Workers(processes, tenant=tenant) as workers:
        tasks = (("try", name, detectors_of(name, known, workers.tests), False) for name in names)
        for task, result in workers.run(tasks):
            yield result or Verdict(name=task[1], violates="", outcome="crashed")


def _detector(verdict: Verdict) -> str:
    return verdict.by if verdict.outcome in {"detected", "crashed"} else ""


def kind(verdict: Verdict) -> str:
    """Return what a fault breaks: a rule by its level and evidence, a contract by the grade of the broken promise."""
    violates = faults.find(verdict.name).violates
    known = {rule.id: rule for rule in contracts.rules()}
    if violates in known:
        result = known[violates].kind(strict=False)
        return "binding" if result == "broken" else result
    return "binding" if verdict.grade in policy.BINDING else "hint"


def show(console: Console, results: Sequence[Comparison], of: int) -> bool:
    """Print both columns, and each binding fault that a tenant's run misses; return whether the goal is met."""
    table = Table("the fault breaks a", "faults", "found strict", "found on a tenant", box=None)
    for name, title in KINDS.items():
        chosen = [one for one in results if one.kind == name]
        columns = [[one for one in chosen if one.strict], [one for one in chosen if one.tenant]]
        table.add_row(title, str(len(chosen)), *(share(len(found), len(chosen)) for found in columns))
    console.print(f"{len(results)} of {of} faults" + (f", drawn with seed {SEED}" if len(results) < of else ""))
    console.print(table)
    binding = [one for one in results if one.kind == "binding" and one.strict]
    missed = [one for one in binding if not one.tenant]
    for one in missed:
        console.print(f"missed on a tenant: {one.name}; strict: {one.strict}", markup=False, highlight=False)
    return len(missed) <= (1 - GOAL) * len(binding)
