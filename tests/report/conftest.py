"""Fixtures of the report's tests."""

from pathlib import Path

import pytest

from loginradius_harness.report.analysis import known_issues
from tests.report.sample_project import Suite

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """Return the path of a stream in a folder that does not exist yet."""
    return tmp_path / "out" / "record.ndjson"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for runs in a process of their own
    return Suite(pytester)


@pytest.fixture
def known_issues_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the sample project's known issues."""
    home = tmp_path / "known_issues"
    home.mkdir()
    monkeypatch.setattr(known_issues, "HOME", home)
    return home
