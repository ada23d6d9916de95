"""What an evaluation tool printed is kept with its command, and shown on the page of results."""

from pathlib import Path

import pytest

from evaluation import record


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write to files of the test."""
    monkeypatch.setattr(record, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(record, "PAGE", tmp_path / "results.md")
    record.PAGE.write_text(f"# Results\n\n{record.BEGIN}{record.END}\n## More\n", encoding="utf-8")


def test_output_and_command_are_shown_between_the_marks() -> None:
    assert record.main(["platform"]) == 0
    shown = record.PAGE.read_text(encoding="utf-8")
    assert shown.startswith("# Results\n")
    assert shown.endswith("\n## More\n")
    assert "### `python -m platform`" in shown
    assert "exit code 0" in shown
    assert record.load()[0].lines[0] in shown


def test_second_run_replaces_the_first() -> None:
    record.main(["platform"])
    record.main(["platform"])
    assert len(record.load()) == 1
    assert record.PAGE.read_text(encoding="utf-8").count("### `python -m platform`") == 1


def test_exit_code_is_that_of_the_tool_and_is_stored() -> None:
    assert record.main(["json.tool", "/nonexistent"]) != 0
    assert record.load()[0].exit_code != 0


def test_no_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert record.main([]) == 2
    assert "python -m evaluation.record" in capsys.readouterr().err
    assert not record.RESULTS.exists()


def test_page_in_the_repository_shows_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    text = record.PAGE.read_text(encoding="utf-8")
    assert record.page(text, record.load()) == text
