"""Fixtures of the report's tests."""

from pathlib import Path

import pytest


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """Return the path of a stream in a folder that does not exist yet."""
    return tmp_path / "out" / "record.ndjson"
