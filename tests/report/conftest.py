"""Where an invented run is written."""

from pathlib import Path

import pytest


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """The stream of a report folder that does not exist yet."""
    return tmp_path / "out" / "record.ndjson"
