"""Who may import whom, as ARCHITECTURE.md draws it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("contracts", "emulator", "harness", "suites", "loadtests", "reports")
OPEN_DOORS = {
    "contracts": set[str](),
    "emulator": {"contracts"},
    "harness": {"contracts"},
    "suites": {"harness", "contracts"},
    "loadtests": {"harness", "contracts", "reports"},
    "reports": {"contracts"},
}
CONFINED = {
    "locust": {"loadtests", "tests"},
    "schemathesis": {"suites", "tests"},
    "hypothesis": {"suites", "tests"},
}


def modules(room: str) -> list[Path]:
    return sorted(path for path in (ROOT / room).rglob("*.py") if "out" not in path.relative_to(ROOT).parts[1:2])


def imported_packages(path: Path) -> Iterator[tuple[int, str]]:
    """Line and top-level package of every import, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module.partition(".")[0]


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_through_open_doors(room: str) -> None:
    closed = {*ROOMS, "tests", "conftest"} - OPEN_DOORS[room] - {room}
    offences = [
        f"{path.relative_to(ROOT)}:{line} imports {package}"
        for path in modules(room)
        for line, package in imported_packages(path)
        if package in closed
    ]
    assert offences == []


@pytest.mark.parametrize("library", sorted(CONFINED))
def test_library_stays_in_its_rooms(library: str) -> None:
    offences = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in {*ROOMS} - CONFINED[library]
        for path in modules(room)
        for line, package in imported_packages(path)
        if package == library
    ]
    assert offences == []


def test_every_room_has_modules_to_judge() -> None:
    assert [room for room in ROOMS if not modules(room)] == []
