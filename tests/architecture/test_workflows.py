"""GitHub workflows install from the lock, call tox, and hold no more permissions than they need."""

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
TOX_WORKFLOWS = [path for path in WORKFLOWS if path.stem != "release"]
TOX = ConfigParser(interpolation=None)
TOX.read(ROOT / "tox.ini")
ACTION = re.compile(r"actions/[\w-]+(/[\w-]+)?@v\d+|\./\.github/actions/[\w-]+|pypa/gh-action-pypi-publish@release/v1")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict[str, Any]]:
    data = load(path)
    jobs = data["jobs"].values() if "jobs" in data else [data["runs"]]
    return [step for job in jobs for step in job["steps"]]


def tox_environments(path: Path) -> set[str]:
    """Return the tox environments that a workflow names, in its commands and in the key `env` of its matrices."""
    matrices = [job.get("strategy", {}).get("matrix", {}) for job in load(path)["jobs"].values()]
    listed = {name for matrix in matrices for name in matrix.get("env", [])}
    included = {entry["env"] for matrix in matrices for entry in matrix.get("include", []) if "env" in entry}
    scripts = "\n".join(step.get("run", "") for step in steps(path))
    return listed | included | set(re.findall(r"tox -e ([\w-]+)", scripts))


@pytest.mark.parametrize(
    "path", [*WORKFLOWS, *sorted((ROOT / ".github/actions").glob("*/action.yml"))], ids=lambda path: str(path.name)
)
def test_actions_are_pinned_by_version(path: Path) -> None:
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert [action for action in used if not ACTION.fullmatch(action)] == []


@pytest.mark.parametrize("path", TOX_WORKFLOWS, ids=lambda path: path.stem)
def test_named_environments_are_those_of_tox(path: Path) -> None:
    named = tox_environments(path)
    assert named
    assert {name for name in named if not TOX.has_section(f"testenv:{name}")} == set()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_only_tox_runs_the_project(path: Path) -> None:
    scripts = "\n".join(step["run"] for step in steps(path) if "run" in step)
    assert re.findall(r"\b(pytest|locust|python -m (?!venv\b|build\b)\S+)", scripts) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_jobs_start_from_read_only_permissions(path: Path) -> None:
    assert load(path)["permissions"] == {"contents": "read"}


def test_jobs_of_a_release_write_only_identity_and_attestations() -> None:
    jobs = load(ROOT / ".github/workflows/release.yml")["jobs"]
    granted = {name: set(job.get("permissions", {})) for name, job in jobs.items()}
    assert granted == {"build": set(), "attest": {"id-token", "attestations"}, "publish": {"id-token"}}
    assert jobs["publish"]["environment"]


def test_install_action_installs_the_lock_without_resolving_it() -> None:
    text = (ROOT / ".github/actions/install/action.yml").read_text(encoding="utf-8")
    assert "pip install -qq --no-deps -r requirements.lock" in text
    assert "pip check" in text


def test_pre_commit_runs_what_ci_runs() -> None:
    [repository] = load(ROOT / ".pre-commit-config.yaml")["repos"]
    hooks = [hook["entry"].removeprefix(".venv/bin/python ") for hook in repository["hooks"]]
    commands = f"{TOX['testenv:lint']['commands']}\n{TOX['testenv:contracts']['commands']}"
    plain = re.sub(r"\{\[venv\]python\} |\{posargs:([^}]*)\}|\{posargs\}", r"\1", commands)
    assert hooks == [line.strip() for line in plain.splitlines() if line.strip()]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actionlint_finds_nothing(path: Path) -> None:
    actionlint = shutil.which("actionlint")
    if actionlint is None:
        pytest.skip("actionlint is not installed")
    subprocess.run([actionlint, path], check=True)
