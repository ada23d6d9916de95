"""The commands, options and links of README and guides work."""

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
GUIDES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs/guides").glob("*.md"))}
QUOTED = re.findall(r"`([^`\n]+)`", README) + re.findall(r"^    (.+)$", README, re.MULTILINE)
COMMANDS = sorted({text for text in QUOTED if text.startswith("loginradius-harness ")})
ENVIRONMENTS = ConfigParser(interpolation=None)
ENVIRONMENTS.read(ROOT / "tox.ini")


def run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_command_answers(command: str) -> None:
    words = [word for word in command.split()[1:] if word.isalpha() and word not in {"staging", "ramp"}][:2]
    assert "usage" in run(sys.executable, "-m", "loginradius_harness", *words, "--help").lower()


@pytest.mark.parametrize("environment", sorted(set(re.findall(r"tox -e ([\w-]+)", README + "".join(GUIDES.values())))))
def test_tox_environment_is_defined(environment: str) -> None:
    assert ENVIRONMENTS.has_section(f"testenv:{environment}")


def test_pytest_knows_the_options_named() -> None:
    named = {option for text in QUOTED if text.startswith("pytest ") for option in re.findall(r"--[\w-]+", text)}
    known = run(sys.executable, "-m", "pytest", "--help")
    assert {option for option in named if option not in known} == set()


def test_locust_starts_from_the_root_with_no_option() -> None:
    assert "Available Users" in run(sys.executable, "-m", "locust", "--list")


def test_control_calls_answer(tmp_path: Path) -> None:
    """The curl lines, in their order, against an emulator of their own."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    lines = [shlex.split(line, comments=True) for line in example("control-api", "sh").splitlines()]
    assert {line[0] for line in lines} == {"curl"}
    with emulator.running(faults=lambda: faults) as running, faults.activated():
        place = running.url.removeprefix("http://")
        for line in lines:
            command = [curl, "--fail-with-body", *(word.replace("127.0.0.1:8484", place) for word in line[1:])]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{shlex.join(line)}: {done.stdout}"
            assert isinstance(json.loads(done.stdout or (tmp_path / "state.json").read_text(encoding="utf-8")), dict)


def test_every_control_call_has_an_example() -> None:
    """Read the method as curl does: `-d` posts, `-T` puts, `-X` names it."""
    shown = set()
    for line in example("control-api", "sh").splitlines():
        words = shlex.split(line, comments=True)
        url = next(word for word in words if "/__emulator__/" in word)
        implied = "PUT" if "-T" in words else "POST" if "-d" in words else "GET"
        verb = words[words.index("-X") + 1] if "-X" in words else implied
        shown.add((verb, url.partition("/__emulator__/")[2].partition("?")[0]))
    needs_more = {("POST", "deliveries"), ("POST", "devices"), ("POST", "duo")}  # a delivery, an enrolment, a prompt
    assert shown == set(routes(ControlApi)) - needs_more


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).exists()


def example(guide: str, language: str) -> str:
    [found] = examples(guide, language)
    return found


def test_recipes_of_ci_systems_run_the_same_commands() -> None:
    jobs = [yaml.safe_load(text) for text in examples("nightly", "yaml")]
    [gitlab] = [job["nightly"] for job in jobs if "nightly" in job]
    [pipeline] = examples("nightly", "groovy")
    jenkins = [line.replace(".venv/bin/", "") for line in re.findall(r"sh '(.+)'", pipeline)]
    assert set(gitlab) <= {
        "image", "timeout", "resource_group", "rules", "variables", "cache", "script", "artifacts",
    }  # fmt: skip
    assert jenkins == [f"python3 -m venv .venv && {gitlab['script'][0]}", *gitlab["script"][1:]]
    for line in gitlab["script"][1:]:
        _, command, *options = shlex.split(line)
        known = run(sys.executable, "-m", "loginradius_harness", command, "--help")
        assert {option for option in options if option.startswith("--") and option not in known} == set()


def examples(guide: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDES[guide], re.MULTILINE | re.DOTALL)
