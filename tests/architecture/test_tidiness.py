"""Limits that keep the code readable."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400
MACHINE_PATH = re.compile(r"(?<![\w.{}:/-])/(?:home|root|work|tmp|opt|Users)/[\w.]|[A-Z]:\\\\Users")
PRESCRIBED = {
    "pyproject.toml", "contracts", "suites", "loadtests", "conftest.py", "reports", "tox.ini", "README.md",
    "src", "tests", "evaluation", "docs", "toxfile.py",
    "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "requirements.lock",
}  # fmt: skip

MAY_SLEEP = {  # files that need real time, and why
    "tests/load/servers.py": "a server that stalls on purpose",
    "tests/load/test_engine.py": "a load run takes real time",
    "tests/target/plain_tenant.py": "a gateway that adds latency",
    "tests/load/simulated_cluster.py": "it sleeps in simulated time",
}


def tracked(*patterns: str) -> list[Path]:
    command = ["git", "ls-files", "--", *patterns]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listing.splitlines() if (ROOT / name).exists()]


def sleeps(path: Path) -> Iterator[int]:
    """Yield the lines that call something named `sleep`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "sleep":
                yield node.lineno


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in tracked("*.py")}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_tests_do_not_sleep() -> None:
    offences = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in tracked("tests/*.py", "suites/*.py", "conftest.py")
        if not str(path.relative_to(ROOT)).startswith(tuple(MAY_SLEEP))
        for line in sleeps(path)
    ]
    assert offences == []


def test_no_file_contains_a_machine_path() -> None:
    offences = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked("*.py", "*.md", "*.json", "*.toml", "*.ini", "*.yml", "*.lock", "*.html", "*.js", ".ci/run")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert offences == []


def test_top_level_holds_only_the_prescribed_names() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} - PRESCRIBED == set()
