"""GitHub workflows install from the lock, call tox, and leave the work to it."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
CHORES = ConfigParser(interpolation=None)
CHORES.read(ROOT / "tox.ini")


def steps(path: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_version(path: Path) -> None:
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"actions/[\w-]+@v\d+", action)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_chores_are_those_of_tox(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"tox -e ([\w-]+)", text))
    for listed in re.findall(r"chore: \[(.+)\]", text):
        named |= set(listed.split(", "))
    assert named
    assert {chore for chore in named if not CHORES.has_section(f"testenv:{chore}")} == set()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_but_tox_runs_the_project(path: Path) -> None:
    scripts = "\n".join(step["run"] for step in steps(path) if "run" in step)
    assert re.findall(r"\b(pytest|locust|python -m (?!venv))", scripts) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actionlint_finds_nothing(path: Path) -> None:
    actionlint = shutil.which("actionlint")
    if actionlint is None:
        pytest.skip("actionlint is not installed")
    subprocess.run([actionlint, path], check=True)
