"""Clients that npm installs."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the clients of npm; skip where that is not possible."""
    return installed(HERE / "node", tmp_path_factory)


@pytest.fixture(scope="session")
def openapi_tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the tools that read OpenAPI documents; skip where that is not possible."""
    return installed(HERE / "openapi_tools", tmp_path_factory)


def installed(source: Path, factory: pytest.TempPathFactory) -> Path:
    """Return a copy of a folder with its packages."""
    npm = shutil.which("npm")
    if npm is None:  # which brings node with it
        pytest.skip("needs node and npm")
    folder = factory.mktemp(source.name)
    for file in source.iterdir():
        shutil.copy(file, folder)
    try:
        subprocess.run([npm, "install", "--prefix", folder, *QUIET], check=True, capture_output=True, timeout=300)
    except subprocess.SubprocessError:
        pytest.skip(f"npm cannot install the packages of {source.name}")
    return folder
