"""The commands of every page work, and print what the page shows."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from loginradius_harness import emulator
from tests.docs.pages import CONTRIBUTORS, PAGES, ROOT, Shell, blocks, programs
from tests.free_ports import free_ports

COMMAND = re.compile(r"^ {4}(?:loginradius-harness|lrh|pytest|tox|locust|pip|curl|docker|python3?) ", re.MULTILINE)
WITH_COMMANDS = [name for name, text in PAGES.items() if any(block.language == "console" for block in blocks(text))]
ELSEWHERE = {"guides/control-api.md"}  # its `sh` block is run by tests/architecture/test_readme.py


@pytest.fixture(scope="module")
def staging() -> Iterator[str]:
    """Return the URL of the emulator that the target `staging` stands for."""
    with emulator.running() as running:
        yield running.url


@pytest.fixture
def shell(request: pytest.FixtureRequest, staging: str, tmp_path: Path) -> Iterator[Shell]:
    """Return the shell of a page: in a clone for contributors, else in a folder that has a targets file."""
    in_clone = request.getfixturevalue("page").startswith(CONTRIBUTORS)
    [port] = free_ports(1)
    environment = {"PATH": programs(tmp_path / "bin"), "LOGINRADIUS_EMULATOR_PORT": str(port)}
    if in_clone:
        environment["PYTEST_ADDOPTS"] = f"-n 0 -p no:cacheprovider --report={tmp_path / 'out'}"
    (tmp_path / "targets.toml").write_text(f'[staging]\nenvironment = "emulator"\napi_url = "{staging}"\n')
    here = {"127.0.0.1:8484": f"127.0.0.1:{port}", "https://api.loginradius.com": staging}
    with Shell(ROOT if in_clone else tmp_path, here, environment) as shell:
        yield shell


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_commands_work(page: str, shell: Shell) -> None:
    ran = 0
    for block in blocks(PAGES[page]):
        if block.title:
            shell.write(block.title, block.text)
        runs = "not run" not in block.note and shutil.which(block.note.get("needs", "sh")) is not None
        if block.language == "console" and runs:
            for command in block.commands:
                shell.run(command, int(block.note.get("exit code", 0)))
                ran += 1
    assert ran or all("not run" in block.note for block in blocks(PAGES[page]) if block.language == "console")


@pytest.mark.parametrize("page", PAGES)
def test_commands_stand_in_console_blocks(page: str) -> None:
    """Commands in other forms would not be run."""
    assert COMMAND.findall(PAGES[page]) == []
    languages = {block.language for block in blocks(PAGES[page])}
    assert languages & {"sh", "bash", "shell"} == set() or page in ELSEWHERE


def test_what_is_not_run_has_a_reason() -> None:
    notes = [block.note for text in PAGES.values() for block in blocks(text) if block.note]
    assert {name for note in notes for name in note} <= {"not run", "exit code", "needs"}
    proofs = {path for note in notes for path in re.findall(r"tests/[\w/]+\.py", note.get("not run", ""))}
    assert {path for path in proofs if not (ROOT / path).exists()} == set()
    assert [note for note in notes if len(note.get("not run", "a good reason")) < len("a good reason")] == []
