"""Is a valid request answered as promised?"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contracts import Operation
from harness.failures import ContractBroken
from harness.reply import Reply
from harness.stage import Stage
from suites import keywords
from suites.oracle import belongs_to
from suites.prepared import ALL, Prepared, prepared, scene_of
from suites.variations import Variation, variations

Json = Any
Covered = Callable[..., None]

_DATE = re.compile(r"\d{4}-\d\d-\d\dT")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{7})Z|0001-01-01T00:00:00")
_OF_A_FORM = "rolecontext"  # its dates are those that a person typed in, to the second


@pytest.mark.rule("wire.success_is_200", "wire.dates_are_utc")
@pytest.mark.parametrize("operation", ALL)
def test_example_succeeds(operation: Operation, ready: Prepared, covered: Covered) -> None:
    """The contract's example succeeds with 200; its answer keeps the contract, and dates are those of the product."""
    reply = ready.send().must_succeed()
    assert reply.status == 200
    if _OF_A_FORM not in operation.path:
        assert [text for text in _texts(reply.data) if _DATE.match(text) and not _UTC.fullmatch(text)] == []
    covered("C4", *keywords.valid(operation, ready.query, ready.body))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


@pytest.mark.parametrize("operation", ALL)
def test_optional_members_are_taken(operation: Operation, stage: Stage, covered: Covered) -> None:
    """Every valid value of every optional member, and all members in pairs, are taken."""
    waiting = list(variations(operation))
    if not waiting:
        pytest.skip("nothing about this operation's request is optional")
    scene = scene_of(operation, stage)
    while waiting:
        variation = waiting.pop()
        with prepared(operation, scene) as ready:
            reply = _send(ready, variation, covered)
        if reply is None or reply.ok or reply.error_code in variation.refusals:
            continue
        if len(variation.row) == 1:
            raise _broken(variation, reply)
        waiting += variation.halves()


def _send(ready: Prepared, variation: Variation, covered: Covered) -> Reply | None:
    """The answer; None where the added members make the request a sibling's."""
    operation = ready.operation
    query, body = variation.graft(ready.query, ready.body)
    if belongs_to(operation, ready.path, query, body) is not operation:
        return None
    reply = ready.send(query=query, body=body)
    if reply.ok:
        covered("C4", *keywords.valid(operation, query, body))
        covered("C8", *variation.pairs(operation))
    return reply


def _broken(variation: Variation, reply: Reply) -> ContractBroken:
    ((part, name), value), *_ = variation.row.items()
    requirement = f"{part} member {name} may be {value!r:.100}"
    expected = " or ".join(["success", *map(str, sorted(variation.refusals))])
    return ContractBroken(reply.operation.id, requirement, expected, reply.verdict, replay=reply.exchange.replay)
