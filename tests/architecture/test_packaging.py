"""The package, its lock, and the chores that use them."""

import ast
import re
import sys
import tomllib
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", LOCK, re.MULTILINE))
DIRECT = [Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])]
OWN_MODULE = re.compile(r"-m ((?:contracts|emulator|harness|loadtests|reports|suites|tests)\b[\w.]*)")
CHORES = ConfigParser(interpolation=None)
CHORES.read(ROOT / "tox.ini")
ROOMS = ("contracts", "emulator", "harness", "suites", "loadtests", "reports")


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda requirement: requirement.name)
def test_lock_pins_each_dependency_within_its_bounds(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINS[requirement.name.lower()])


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda requirement: requirement.name)
def test_each_dependency_is_bounded_below(requirement: Requirement) -> None:
    assert {specifier.operator for specifier in requirement.specifier} >= {">="}


def test_lock_trusts_contents_and_names_no_host() -> None:
    assert [line for line in LOCK.splitlines() if re.match(r"\S+==", line) and not line.endswith("\\")] == []
    assert re.findall(r"^--.*|\w+://\S+", LOCK, re.MULTILINE) == []


@pytest.mark.parametrize("chore", [section for section in CHORES.sections() if section.startswith("testenv:")])
def test_chore_runs_what_exists(chore: str) -> None:
    for module in OWN_MODULE.findall(CHORES[chore]["commands"]):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), f"{chore} runs {module}"


def test_every_chore_says_what_it_is_for() -> None:
    sections = [section for section in CHORES.sections() if section.startswith("testenv:")]
    assert [section for section in sections if not CHORES[section].get("description")] == []


def foreign_imports(room: str) -> set[str]:
    """Distributions whose packages a room imports."""
    names = {
        name.partition(".")[0]
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
        if not (isinstance(node, ast.ImportFrom) and node.level)
    }
    own = set(sys.stdlib_module_names) | set(ROOMS) | {"tests", ""}
    known = packages_distributions()
    return {known.get(name, [name])[0].lower().replace("_", "-") for name in names - own}


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_imports_is_a_declared_dependency(room: str) -> None:
    declared = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert foreign_imports(room) - declared == set()


def test_what_the_tests_import_is_a_declared_dependency() -> None:
    assert foreign_imports("tests") - {requirement.name for requirement in DIRECT} == set()
