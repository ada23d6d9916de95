"""`loginradius-harness verify`."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from loginradius_harness import cli
from loginradius_harness.cli import verify


@pytest.fixture
def command_lines(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the command lines that `verify` would run."""
    run: list[list[str]] = []

    def record(command_line: list[str], **_: object) -> SimpleNamespace:
        run.append(command_line)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(verify, "subprocess", SimpleNamespace(run=record))
    return run


def test_options_are_those_of_pytest(command_lines: list[list[str]]) -> None:
    chosen = ["--tier", "smoke", "--group", "mfa", "--allow", "destroy,tenant", "--plan", "--strict"]
    chosen += ["--targets-file", "t.toml"]
    assert cli.main(["verify", "staging", *chosen, "--", "-x"]) == 0
    [line] = command_lines
    assert {"--target=staging", "--tier=smoke", "--group=mfa", "--allow=destroy,tenant", "--plan"} < set(line)
    assert {"--strict-contract", f"--targets-file={Path('t.toml')}"} < set(line)
    assert "--allow-production" not in line
    assert line[-1] == "-x"


def test_arguments_of_pytest_need_no_target(command_lines: list[list[str]]) -> None:
    assert cli.main(["verify", "--", "-k", "login"]) == 0
    [line] = command_lines
    assert line[-2:] == ["-k", "login"]
    assert not [word for word in line if word.startswith("--target")]


def test_unknown_tier_is_refused(command_lines: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", "staging", "--tier", "quick"]) == 2
    assert "'smoke', 'standard', 'deep'" in capsys.readouterr().err
    assert command_lines == []
