"""The package, its lock, and the tox environments that use them."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", LOCK, re.MULTILINE))
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [
    requirement
    for requirement in map(
        Requirement, (*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra))
    )
    if requirement.name != PROJECT["name"]
]
OWN_MODULE = re.compile(r"-m ((?:loginradius_harness|evaluation)\b[\w.]*)")
ENVIRONMENTS = ConfigParser(interpolation=None)
ENVIRONMENTS.read(ROOT / "tox.ini")
SECTIONS = [section for section in ENVIRONMENTS.sections() if section.startswith("testenv:")]
SOURCE = ROOT / "src" / "loginradius_harness"
HEAVY = ("gevent", "hypothesis", "locust", "schemathesis")


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda requirement: requirement.name)
def test_lock_pins_each_dependency_within_its_bounds(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINS[requirement.name.lower()])


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda requirement: requirement.name)
def test_each_dependency_is_bounded_below(requirement: Requirement) -> None:
    assert {specifier.operator for specifier in requirement.specifier} >= {">="}


def test_lock_has_hashes_and_names_no_host() -> None:
    assert [line for line in LOCK.splitlines() if re.match(r"\S+==", line) and not line.endswith("\\")] == []
    assert re.findall(r"^--.*|\w+://\S+", LOCK, re.MULTILINE) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_tox_environment_runs_what_exists(section: str) -> None:
    for module in OWN_MODULE.findall(ENVIRONMENTS[section]["commands"]):
        assert find_spec(module) is not None, f"{section} runs {module}"


def test_tox_environments_have_descriptions() -> None:
    assert [section for section in SECTIONS if not ENVIRONMENTS[section].get("description")] == []


def undeclared_imports(declared: set[str], *folders: Path) -> set[str]:
    """Return the packages that the Python files of some folders import and no declared distribution provides."""
    names = {
        name.partition(".")[0]
        for folder in folders
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    own = {
        *sys.stdlib_module_names,
        "loginradius_harness",
        "suites",
        "evaluation",
        "tests",
        "loadtests",
        "docs",
        "conftest",
        "",
    }
    own |= {path.stem for path in (ROOT / "tests").rglob("*.py")}  # modules beside a test
    known = packages_distributions()
    providers = {name: {found.lower().replace("_", "-") for found in known.get(name, [name])} for name in names - own}
    return {name for name, found in providers.items() if not found & declared}


def names_of(*extras: str) -> set[str]:
    """Return the names of the core's requirements and those of some extras."""
    lines = (*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra]))
    return {Requirement(line).name for line in lines}


@pytest.mark.parametrize(
    ("part", "extras"),
    [
        ("contracts", ()), ("emulator", ("hashes",)), ("faults", ()), ("client", ()), ("target", ()), ("mailbox", ()),
        ("journey", ()), ("preconditions", ()), ("checks", ("suites",)), ("report", ("reports",)),
        ("traffic", ("reports",)),
        ("load", ("load", "reports", "otel")),
    ],
)  # fmt: skip
def test_part_imports_declared_dependencies_only(part: str, extras: tuple[str, ...]) -> None:
    assert undeclared_imports(names_of(*extras), SOURCE / part) == set()


def test_suites_and_tests_import_declared_dependencies_only() -> None:
    folders = (ROOT / "suites", ROOT / "tests", ROOT / "evaluation")
    assert undeclared_imports({requirement.name for requirement in DIRECT}, *folders) == set()


def test_core_imports_none_of_the_heavy_packages() -> None:
    script = (
        "import sys, loginradius_harness.cli, loginradius_harness.cli.run_emulator, loginradius_harness.pytest_plugin,"
        " loginradius_harness.contracts, loginradius_harness.tenants;"
        f" print([name for name in {HEAVY} if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the sdist, as `python -m build` does."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, capture_output=True, check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_one_package_with_its_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"loginradius_harness"}
    tracked = subprocess.run(
        ["git", "ls-files", "contracts", "suites", "loadtests", "reports/known_issues"],  # noqa: S607  # the git of the developer
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert [name for name in tracked if f"loginradius_harness/data/{name}" not in names] == []


def test_installed_wheel_runs_the_suites_elsewhere(wheel: Path, tmp_path: Path) -> None:
    place, project = tmp_path / "site", tmp_path / "project"
    install = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target", str(place), str(wheel)]
    subprocess.run(install, check=True)
    for name in ("contracts", "reports", "suites"):  # an application's own packages
        (project / name).mkdir(parents=True)
        (project / name / "__init__.py").touch()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HARNESS_", "PYTEST_"))}
    arguments = ["-n", "0", "-q", "-k", "test_documented_example_succeeds and configuration.get_configurations"]
    run = subprocess.run(
        [sys.executable, "-P", "-m", "loginradius_harness", "verify", "--", *arguments],
        cwd=project, env={**environment, "PYTHONPATH": str(place)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
    assert (project / "reports/out/index.html").exists()
    assert not list(place.rglob(".corpus"))
