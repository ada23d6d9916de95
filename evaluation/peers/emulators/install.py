"""Installs the pinned systems into a git-ignored folder of the checkout."""

import shutil
import subprocess
import sys
from pathlib import Path

from evaluation.peers.emulators.process import NotStarted

HERE = Path(__file__).parent
HOME = HERE.parents[2] / ".peers"
PYTHON_PINS = HERE / "requirements.txt"
NODE_PINS = HERE / "package.json"
TIMEOUT = 900  # seconds of one installer
MAX_OUTPUT = 300  # characters of an installer's message


def from_pypi() -> Path:
    """Return the folder of commands of a virtual environment with the pinned packages."""
    folder = HOME / "python"
    commands = folder / ("Scripts" if sys.platform == "win32" else "bin")
    if not _is_done(folder, PYTHON_PINS):
        _run(sys.executable, "-m", "venv", "--clear", folder)
        _run(commands / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", PYTHON_PINS)
        _note(folder, PYTHON_PINS)
    return commands


def from_npm() -> Path:
    """Return the folder of the pinned packages, which contain scripts for node."""
    folder = HOME / "node"
    if not _is_done(folder, NODE_PINS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(NODE_PINS, folder)
        quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        _run(command("npm"), "install", "--prefix", folder, *quiet)
        _note(folder, NODE_PINS)
    return folder / "node_modules"


def command(name: str) -> str:
    """Return the path of a command; raise NotStarted if it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise NotStarted(f"{name} is not installed (it comes with Node.js 20 or later)")
    return found


def _is_done(folder: Path, pins: Path) -> bool:
    note = folder / "installed"
    return note.exists() and note.read_bytes() == pins.read_bytes()


def _note(folder: Path, pins: Path) -> None:
    shutil.copy(pins, folder / "installed")


def _run(*words: str | Path) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise NotStarted(f"{Path(words[0]).name} took longer than {TIMEOUT} s") from None
    if done.returncode:
        raise NotStarted(f"{Path(words[0]).name} failed: {(done.stderr or done.stdout).strip()[-MAX_OUTPUT:]}")
