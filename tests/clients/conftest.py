"""Clients that npm installs."""

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the clients of npm; skip where that is not possible."""
    npm = shutil.which("npm")
    if npm is None:  # which brings node with it
        pytest.skip("needs node and npm")
    folder = tmp_path_factory.mktemp("node")
    for file in NODE.iterdir():
        shutil.copy(file, folder)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    try:
        subprocess.run([npm, "install", "--prefix", folder, *quiet], check=True, capture_output=True, timeout=120)
    except subprocess.SubprocessError:
        pytest.skip("npm cannot install the clients")
    return folder
