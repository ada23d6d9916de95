"""Import rules of ARCHITECTURE.md, no import circles, no folder with too many modules."""

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "loginradius_harness"
SOURCE = ROOT / "src" / PACKAGE
TENANT_SIDE = {"client", "target", "mailbox", "journey", "preconditions", "tenants"}
MAY_IMPORT = {
    "paths": set[str](),
    "contracts": {"paths"},
    "emulator": {"contracts"},
    "faults": {"emulator", "contracts"},
    **{name: TENANT_SIDE | {"contracts", "paths"} for name in TENANT_SIDE},
    "checks": TENANT_SIDE | {"contracts", "paths"},
    "report": {"contracts", "paths"},
    "load": TENANT_SIDE | {"contracts", "paths", "report"},
    "traffic": {"calibration", "checks", "client", "contracts", "report"},
    "calibration": TENANT_SIDE | {"checks", "contracts", "report"},
    "pytest_plugin": TENANT_SIDE | {"contracts"},
}
CONFINED = {"locust": {"load"}, "gevent": {"load"}, "schemathesis": {"checks"}, "hypothesis": {"checks"}}
MANY_TOPICS = {"emulator/handlers", "faults", "journey"}  # one file a topic
MOST_SIBLINGS = 20


def modules() -> dict[str, Path]:
    """Return dotted name -> file of every module of the package."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


def part(module: str) -> str:
    """Return the part of the package that a module belongs to: `emulator`, `client` ..."""
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_part_imports_only_what_it_may(name: str) -> None:
    offences = [
        f"{module} imports {imported}"
        for module, path in MODULES.items()
        if part(module) == name
        for imported in imports(path)
        if imported.startswith(f"{PACKAGE}.") and part(imported) not in MAY_IMPORT[name] | {name}
    ]
    assert offences == []


def test_every_part_has_its_rule() -> None:
    parts = {part(module) for module in MODULES} - {"", "__main__", "cli"}
    assert parts == set(MAY_IMPORT)


@pytest.mark.parametrize("library", sorted(CONFINED))
def test_library_is_imported_by_its_part_alone(library: str) -> None:
    offences = [
        module
        for module, path in MODULES.items()
        if part(module) not in CONFINED[library]
        for imported in imports(path)
        if imported.partition(".")[0] == library
    ]
    assert offences == []


def test_suites_do_not_import_the_emulator() -> None:
    forbidden = (f"{PACKAGE}.emulator", f"{PACKAGE}.faults", "evaluation", "tests")
    offences = [
        f"{path.relative_to(ROOT)} imports {imported}"
        for path in sorted((ROOT / "suites").rglob("*.py"))
        for imported in imports(path)
        if imported.startswith(forbidden)
    ]
    assert offences == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph = {
        module: {imported for imported in imports(path) if imported in MODULES and imported != module}
        for module, path in MODULES.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_no_folder_is_crowded() -> None:
    siblings = Counter(path.parent.relative_to(SOURCE).as_posix() for path in MODULES.values())
    crowded = {folder: count for folder, count in siblings.items() if count > MOST_SIBLINGS}
    assert {folder for folder in crowded if folder not in MANY_TOPICS} == set()
