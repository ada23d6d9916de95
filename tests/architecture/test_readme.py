"""What the README tells people to type exists and answers."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

from loginradius_harness import emulator, faults
from loginradius_harness.emulator.control.api import ControlApi
from loginradius_harness.emulator.control.routes import routes

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SPOKEN = re.findall(r"`([^`\n]+)`", README) + re.findall(r"^    (.+)$", README, re.MULTILINE)
MODULE_COMMANDS = sorted({said for said in SPOKEN if said.startswith("python -m ") and said.split()[2] != "venv"})
CHORES = ConfigParser(interpolation=None)
CHORES.read(ROOT / "tox.ini")


def run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("command", MODULE_COMMANDS)
def test_module_command_answers(command: str) -> None:
    module, *subcommand = [word for word in command.split()[2:] if not word.isupper()][:2]
    assert "usage" in run(sys.executable, "-m", module, *subcommand, "--help").lower()


@pytest.mark.parametrize("chore", sorted(set(re.findall(r"tox -e ([\w-]+)", README))))
def test_chore_is_defined(chore: str) -> None:
    assert CHORES.has_section(f"testenv:{chore}")


def test_pytest_knows_the_options_named() -> None:
    named = {option for said in SPOKEN if said.startswith("pytest ") for option in re.findall(r"--[\w-]+", said)}
    known = run(sys.executable, "-m", "pytest", "--help")
    assert {option for option in named if option not in known} == set()


def test_locust_starts_from_the_root_with_no_option() -> None:
    assert "Available Users" in run(sys.executable, "-m", "locust", "--list")


def test_control_calls_answer(tmp_path: Path) -> None:
    """The curl lines, in their order, against an emulator of their own."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    lines = [shlex.split(line, comments=True) for line in example("sh").splitlines()]
    assert {line[0] for line in lines} == {"curl"}
    with emulator.running() as running, faults.activated():
        place = running.url.removeprefix("http://")
        for line in lines:
            command = [curl, "--fail-with-body", *(word.replace("127.0.0.1:8484", place) for word in line[1:])]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{shlex.join(line)}: {done.stdout}"
            assert isinstance(json.loads(done.stdout or (tmp_path / "state.json").read_text(encoding="utf-8")), dict)


def test_every_control_call_has_a_line() -> None:
    """`curl -d` posts, `-T` puts; else `-X` says."""
    said = set()
    for line in example("sh").splitlines():
        words = shlex.split(line, comments=True)
        url = next(word for word in words if "/__emulator__/" in word)
        implied = "PUT" if "-T" in words else "POST" if "-d" in words else "GET"
        verb = words[words.index("-X") + 1] if "-X" in words else implied
        said.add((verb, url.partition("/__emulator__/")[2].partition("?")[0]))
    assert said == set(routes(ControlApi))


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def example(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return str(found)


def installing(chore: str) -> list[str]:
    """The steps of the README's own command line."""
    [line] = [said for said in SPOKEN if said.startswith("python3 -m venv") and said.endswith("tox -e verify")]
    return str(line).replace("verify", chore).split(" && ")


def test_gitlab_example_installs_and_runs_as_the_command_line_does() -> None:
    job = yaml.safe_load(example("yaml"))["nightly"]
    assert set(job) <= {"image", "rules", "cache", "script", "artifacts"}
    assert job["script"] == installing("nightly")


def test_jenkins_example_installs_and_runs_as_the_command_line_does() -> None:
    text = example("groovy")
    assert re.findall(r"sh '(.+)'", text) == installing("nightly")


def test_jenkins_example_closes_what_it_opens() -> None:
    waiting: list[str] = []
    for sign in re.sub(r"'[^']*'", "", example("groovy")):
        if sign in "({[":
            waiting.append({"(": ")", "{": "}", "[": "]"}[sign])
        elif sign in ")}]":
            assert waiting.pop() == sign
    assert waiting == []
