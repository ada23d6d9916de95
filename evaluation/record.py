"""Run a tool of the evaluation and keep what it prints: docs/results.md shows it with command, date and machine.

    python -m evaluation.record evaluation.fault_injection --tenant 160

The entry of an earlier run of the same command is replaced. The exit code is the tool's.
"""

import datetime as dt
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).parents[1] / "docs" / "results.md"
BEGIN, END = "<!-- written by evaluation.record -->\n", "<!-- end -->\n"
SHOWN = 40  # lines; tools print their summary last


@dataclass(frozen=True)
class Result:
    """What one command printed, and where."""

    command: str
    date: str
    commit: str
    machine: str
    exit_code: int
    lines: list[str]


def main(arguments: list[str]) -> int:
    """Run the module that the first argument names with the rest; return its exit code."""
    if not arguments or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    result = run(arguments)
    store(result)
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), load()), encoding="utf-8")
    return result.exit_code


def run(arguments: list[str]) -> Result:
    """Run `python -m` with arguments, show its output and return the last lines of it."""
    described = machine()
    lines: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "120", "PYTHONUNBUFFERED": "1"},
    ) as tool:
        for line in tool.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    return Result(
        command=" ".join(["python -m", *arguments]),
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        commit=_commit(),
        machine=described,
        exit_code=tool.wait(),
        lines=lines[-SHOWN:],
    )


def machine() -> str:
    """Return what a figure depends on: processors, system, Python, and how busy the machine was before the start."""
    busy = f", load {os.getloadavg()[0]:.1f} before the start" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} processors, {system}, Python {platform.python_version()}{busy}"


def _commit() -> str:
    git = shutil.which("git")
    if git is None:
        return "unknown"
    command = [git, "describe", "--always", "--dirty"]
    described = subprocess.run(command, cwd=PAGE.parent, capture_output=True, text=True, check=False)
    return described.stdout.strip() or "unknown"


def load() -> list[Result]:
    """Return all stored results, sorted by command."""
    stored = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    return [Result(**entry) for entry in stored]


def store(result: Result) -> None:
    """Write a result in the place of an earlier one of the same command."""
    others = [one for one in load() if one.command != result.command]
    results = sorted([*others, result], key=lambda one: one.command)
    text = json.dumps([asdict(one) for one in results], indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def page(text: str, results: list[Result]) -> str:
    """Return the page with the results between its two marks."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return before + BEGIN + "\n" + "\n".join(map(_section, results)) + END + after


def _section(result: Result) -> str:
    output = "\n".join(f"    {line}".rstrip() for line in result.lines)
    return (
        f"### `{result.command}`\n\n{result.date}, commit {result.commit}, {result.machine}; exit code "
        f"{result.exit_code}.\n\n{output}\n\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
