"""An operation's id names its contract's file and its handler."""

from collections import defaultdict
from pathlib import Path

from loginradius_harness import contracts
from loginradius_harness.emulator.http.handler_registry import handlers

ROOT = Path(__file__).parents[2]


def test_contract_file_is_named_after_its_operation() -> None:
    misplaced = [
        operation.id
        for operation in contracts.operations()
        if operation.file != ROOT / f"contracts/operations/{operation.group}/{operation.name}.json"
    ]
    assert misplaced == []


def test_every_operation_has_a_handler() -> None:
    assert sorted({operation.id for operation in contracts.operations()} - set(handlers())) == []


def test_handler_is_in_the_module_of_a_group_that_it_answers() -> None:
    groups: dict[str, set[str]] = defaultdict(set)
    for operation, handler in handlers().items():
        groups[f"{handler.__module__}.{handler.__qualname__}"].add(operation.partition(".")[0])
    misplaced = {
        place: sorted(names)
        for place, names in groups.items()
        if not place.removeprefix("loginradius_harness.emulator.handlers.").startswith(tuple(names))
    }
    assert misplaced == {}
