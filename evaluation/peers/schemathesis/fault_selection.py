"""Selects the faults that schemathesis is run against, and the operations that it sees for each."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import zip_longest
from typing import TypeVar

from evaluation.fault_injection.test_selection import concerned_operations
from evaluation.peers.schemathesis import links
from loginradius_harness import contracts, faults
from loginradius_harness.contracts import Operation
from loginradius_harness.emulator.http.handler_registry import handlers
from loginradius_harness.faults import Fault

T = TypeVar("T")
MAX_CONCERNED, MAX_RELATED = 3, 2  # operations in one run: those that the fault concerns, and related ones
NAME = re.compile(r"""["']([a-z_]+\.[a-z_0-9]+)["']""")


def sample(each: int, seed: int) -> list[Fault]:
    """Return `each` faults of every class by a seeded shuffle: the first of every class, then the second ..."""
    classes: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults.all_faults().values():
        if fault.category != faults.NEUTRAL:
            classes[fault.category].append(fault)
    drawn = [_shuffled(members, f"{seed} {name}")[:each] for name, members in sorted(classes.items())]
    return [fault for turn in zip_longest(*drawn) for fault in turn if fault]


def concerned(fault: Fault) -> frozenset[str]:
    """Return the operations of the rule that a fault violates, and those whose code or responses it changes."""
    return concerned_operations(fault) | _changed(fault)


def _changed(fault: Fault) -> frozenset[str]:
    with faults.activated(fault.name) as patch:
        changes = "\n".join(patch.changes)
    named = {operation.id for operation in contracts.operations()} & {*NAME.findall(changes)}
    own = {name for name, handle in handlers().items() if f"{handle.__module__}.{handle.__qualname__}" in patch.code}
    return frozenset(named | own | patch.operations)


def shown(fault: Fault, seed: int, *, with_partners: bool) -> tuple[str, ...]:
    """Return at most `MAX_CONCERNED` operations that a fault concerns, and `MAX_RELATED` related ones.

    Operations that the fault changes come first, then those with small requests. Related are operations on the same
    route; `with_partners` adds operations connected by a link, so that schemathesis reaches states behind them.
    """
    drawing = f"{seed} {fault.violates}"
    changed = _changed(fault)
    drawn = _shuffled(sorted(concerned(fault)), drawing)
    chosen = {*sorted(drawn, key=lambda name: (name not in changed, not _is_small(name)))[:MAX_CONCERNED]}
    related = _shuffled(sorted(_siblings(chosen) - chosen), drawing)
    if with_partners:
        related = _shuffled(sorted(filter(_is_small, links.partners(chosen) - chosen)), drawing) + related
    return tuple(sorted({*chosen, *related[:MAX_RELATED]}))


def _is_small(operation: str) -> bool:
    """Return whether a request has no whole profile, which takes as many cases as twenty other operations."""
    return "profile_input.json" not in json.dumps(contracts.get(operation).body)


def _shuffled(members: list[T], drawing: str) -> list[T]:
    return random.Random(drawing).sample(members, len(members))  # noqa: S311  # reproducible on purpose


def _siblings(chosen: Iterable[str]) -> set[str]:
    routes = {(contracts.get(name).method, contracts.get(name).path) for name in chosen}
    return {operation.id for operation in contracts.operations() if (operation.method, operation.path) in routes}


def preset(operations: Iterable[Operation]) -> str:
    """Return the preset under which most of the operations can succeed; of equals, not the default one."""
    counted = Counter(operation.preset for operation in operations)
    return max(counted, key=lambda name: (counted[name], name != "default", name))
