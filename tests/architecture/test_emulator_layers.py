"""The emulator's folders import only downwards, and its files form no import circle.

Imports for type checkers and imports inside functions count as well.
"""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = "loginradius_harness.emulator"
ROOT = Path(__file__).parents[2] / "src" / PACKAGE.replace(".", "/")
LAYERS = (  # the lowest first
    "core", "state", "http", "services", "handlers", "control", "hosted_pages", "console", "server",
)  # fmt: skip


@cache
def modules() -> dict[str, Path]:
    """Return dotted name -> file."""
    return {_name(file): file for file in sorted(ROOT.rglob("*.py"))}


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join([PACKAGE, *(part for part in parts if part != "__init__")])


def imported(file: Path) -> Iterator[str]:
    """Yield the modules of the emulator that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            members = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in modules() else node.module for name in members]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name for name in names if name in modules())


def layer(module: str) -> int:
    """Return the layer's place; the package itself stands above all of them."""
    folder = module.removeprefix(PACKAGE).strip(".").partition(".")[0]
    return LAYERS.index(folder) if folder else len(LAYERS)


@pytest.mark.parametrize("module", modules())
def test_module_imports_only_from_its_own_layer_and_lower_ones(module: str) -> None:
    assert [name for name in imported(modules()[module]) if layer(name) > layer(module)] == []


def test_modules_import_each_other_in_no_circle() -> None:
    graph = {module: set(imported(file)) - {module} for module, file in modules().items()}
    circle: list[str] = []
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert circle == []


def test_every_layer_has_modules() -> None:
    assert {layer(module) for module in modules()} == set(range(len(LAYERS) + 1))
