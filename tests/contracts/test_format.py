"""Contract, schema and rule files are written in one way."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from loginradius_harness.cli.contracts import command
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.tools.format import WIDTH, formatted

FILES = sorted(reference_data.ROOT.glob("*/**/*.json"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=20), inner, max_size=6),
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(reference_data.ROOT).as_posix())
def test_file_is_formatted(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert formatted(json.loads(text)) == text


@given(VALUES)
def test_formatting_keeps_the_value_and_its_order(value: Any) -> None:
    again = json.loads(formatted(value))
    assert again == value
    assert json.dumps(again) == json.dumps(value)


@given(VALUES)
def test_formatting_twice_changes_nothing(value: Any) -> None:
    once = formatted(value)
    assert formatted(json.loads(once)) == once


def test_object_that_fits_stays_on_one_line() -> None:
    assert formatted({"a": {"b": 1, "c": [1, 2]}}) == '{\n  "a": {"b": 1, "c": [1, 2]}\n}\n'


def test_plain_items_fill_the_lines() -> None:
    lines = formatted({"errors": list(range(900, 1000))}).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) < 10


def test_fmt_writes_only_what_differs(tmp_path: Path) -> None:
    shutil.copytree(reference_data.ROOT / "schemas", tmp_path / "schemas")
    crooked = tmp_path / "schemas" / "token.json"
    crooked.write_text(json.dumps(reference_data.read(crooked), indent=8), encoding="utf-8")
    result = CliRunner().invoke(command, ["fmt", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (0, f"{crooked}\n")
    assert crooked.read_bytes() == (reference_data.ROOT / "schemas" / "token.json").read_bytes()
