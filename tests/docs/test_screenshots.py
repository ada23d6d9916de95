"""The script that takes the pictures runs, and the pictures are small."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs.site.screenshots import IMAGES, PICTURES
from tests.docs.pages import DOCS, PAGES, ROOT

LARGEST = 150_000  # bytes
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.usefixtures("browser")  # skips the test where there is none
def test_script_takes_every_picture(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "docs.site.screenshots", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir() if path.read_bytes().startswith(PNG)} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_small_and_shown(name: str) -> None:
    assert (IMAGES / name).stat().st_size < LARGEST
    assert any(f"images/{name}" in text for text in PAGES.values())


def test_every_picture_is_taken_by_the_script() -> None:
    assert {path.name for path in (DOCS / "images").iterdir()} == set(PICTURES)
