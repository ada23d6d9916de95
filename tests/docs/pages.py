"""The code blocks of the documentation's pages, and how their commands are run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
CONTRIBUTORS = "guides/add-"  # pages whose commands run in a clone
SECONDS = 300  # longest time of one command
MODULES = {
    "loginradius-harness": "loginradius_harness", "lrh": "loginradius_harness",
    "pytest": "pytest", "locust": "locust", "tox": "tox", "ruff": "ruff",
}  # fmt: skip
_BLOCK = re.compile(
    r'(?:^<!-- (?P<note>[^\n]+) -->\n)?^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Command:
    """A command with lines that its output holds."""

    line: str
    output: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A code block; the comment above it may hold a note: `not run: WHY`, `exit code: N` or `needs: PROGRAM`."""

    language: str
    text: str
    title: str = ""
    note: dict[str, str] = field(default_factory=dict)

    @property
    def commands(self) -> Iterator[Command]:
        """Yield the commands, each with the lines below it."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            line, *output = part.splitlines()
            yield Command(line, tuple(shown.strip() for shown in output if shown.strip()))


def blocks(text: str) -> list[Block]:
    """Return the code blocks of a page."""
    found = []
    for match in _BLOCK.finditer(text):
        name, _, value = (match["note"] or "").partition(": ")
        found.append(Block(match["language"], match["text"], match["title"] or "", {name: value} if value else {}))
    return found


class Shell:
    """Runs the commands of one page in one folder; what they left running is stopped at the end."""

    def __init__(self, folder: Path, replaced: dict[str, str], environment: dict[str, str]) -> None:
        self.folder = folder
        self._replaced = replaced
        self._environment = {**os.environ, "COLUMNS": "200", **environment}
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for process in self._running:
            process.terminate()
            process.communicate(timeout=20)

    def write(self, name: str, text: str) -> None:
        """Write a file that the page shows."""
        (self.folder / name).write_text(self._here(text), encoding="utf-8")

    def run(self, command: Command, exit_code: int = 0) -> None:
        """Run a command; assert its exit code and the lines of its output."""
        line = self._here(command.line)
        if line.endswith(" &"):
            printed, code = self._start(line.removesuffix(" &"), [self._here(shown) for shown in command.output]), 0
        else:
            done = subprocess.run(
                ["bash", "-c", line],  # noqa: S607  # the shell of the reader
                cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=SECONDS, check=False,
            )  # fmt: skip
            printed, code = done.stdout + done.stderr, done.returncode
        assert code == exit_code, f"{line} ended with {code}:\n{printed[-3000:]}"
        missing = [shown for shown in map(self._here, command.output) if shown not in printed]
        assert missing == [], f"{line} printed:\n{printed[-3000:]}"

    def _start(self, line: str, shown: list[str]) -> str:
        """Start a command in the background; return what it prints until the shown lines have come, or all."""
        process = subprocess.Popen(
            ["bash", "-c", f"exec {line}"],  # noqa: S607  # as above
            cwd=self.folder, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._running.append(process)
        assert process.stdout is not None
        printed = ""
        while any(text not in printed for text in shown) and (line := process.stdout.readline()):
            printed += line
        return printed

    def _here(self, text: str) -> str:
        for name, value in self._replaced.items():
            text = text.replace(name, value)
        return text


def programs(folder: Path) -> str:
    """Write the installed programs as scripts that use this Python; return a PATH that starts with them."""
    folder.mkdir()
    lines = {name: f'exec "{sys.executable}" -m {module} "$@"' for name, module in MODULES.items()}
    for name, line in {**lines, "python": f'exec "{sys.executable}" "$@"'}.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
