"""Which faults the rival meets, and which part of the API it is shown for each."""

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
MOST, AROUND = 3, 2  # operations that one run is shown: that the fault concerns, and that surround them
NAME = re.compile(r"""["']([a-z_]+\.[a-z_0-9]+)["']""")


def sample(each: int, seed: int) -> list[Fault]:
    """So many faults of every class, drawn by a seeded shuffle; the first of every class, then the second ..."""
    classes: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults.all_faults().values():
        if fault.category != faults.NEUTRAL:
            classes[fault.category].append(fault)
    drawn = [_shuffled(members, f"{seed} {name}")[:each] for name, members in sorted(classes.items())]
    return [fault for turn in zip_longest(*drawn) for fault in turn if fault]


def concerned(fault: Fault) -> frozenset[str]:
    """The operations of the rule that a fault breaks, and those whose own code or answers it changes."""
    return concerned_operations(fault) | _changed(fault)


def _changed(fault: Fault) -> frozenset[str]:
    with faults.activated(fault.name) as patch:
        changes = "\n".join(patch.changes)
    named = {operation.id for operation in contracts.operations()} & {*NAME.findall(changes)}
    own = {name for name, handle in handlers().items() if f"{handle.__module__}.{handle.__qualname__}" in patch.code}
    return frozenset(named | own | patch.operations)


def shown(fault: Fault, seed: int, *, with_partners: bool) -> tuple[str, ...]:
    """At most `MOST` of the operations that a fault concerns, and `AROUND` of those around them.

    Those that it changes come first, then those whose requests are small. Around them are their siblings on the
    route; `with_partners` also operations that a link leads from or to, so that the rival reaches states behind them.
    """
    drawing = f"{seed} {fault.violates}"
    changed = _changed(fault)
    drawn = _shuffled(sorted(concerned(fault)), drawing)
    chosen = {*sorted(drawn, key=lambda name: (name not in changed, not _is_light(name)))[:MOST]}
    around = _shuffled(sorted(_siblings(chosen) - chosen), drawing)
    if with_partners:
        around = _shuffled(sorted(filter(_is_light, links.partners(chosen) - chosen)), drawing) + around
    return tuple(sorted({*chosen, *around[:AROUND]}))


def _is_light(operation: str) -> bool:
    """A request with a profile's hundred members takes as many cases as twenty other operations."""
    return "profile_input.json" not in json.dumps(contracts.get(operation).body)


def _shuffled(members: list[T], drawing: str) -> list[T]:
    return random.Random(drawing).sample(members, len(members))  # noqa: S311  # the same draw each time is the point


def _siblings(chosen: Iterable[str]) -> set[str]:
    routes = {(contracts.get(name).method, contracts.get(name).path) for name in chosen}
    return {operation.id for operation in contracts.operations() if (operation.method, operation.path) in routes}


def preset(operations: Iterable[Operation]) -> str:
    """The settings under which most of the operations can succeed; of as many, the less usual."""
    counted = Counter(operation.preset for operation in operations)
    return max(counted, key=lambda name: (counted[name], name != "default", name))
