"""`loginradius-harness verify`."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from loginradius_harness import cli
from loginradius_harness.cli import child_process
from loginradius_harness.paths import DATA


@pytest.fixture
def command_lines(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the command lines that `verify` would run."""
    run: list[list[str]] = []

    def record(command_line: list[str], _stop: object) -> int:
        run.append(command_line)
        return 0

    monkeypatch.setattr(child_process, "run", record)
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


@pytest.mark.parametrize("options", [[], ["--target=staging"]])
def test_repeat_command_of_a_report_runs_that_test_only(command_lines: list[list[str]], options: list[str]) -> None:
    test = "suites/contract/test_documented_errors.py::test_documented_error_is_returned[a.b http://x]"
    assert cli.main(["verify", "--", *options, test]) == 0
    [line] = command_lines
    assert [word for word in line if "suites" in word] == [f"{DATA}/{test}"]
    assert [word for word in line if word.startswith("--target=")] == options


def test_unknown_tier_is_refused(command_lines: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", "staging", "--tier", "quick"]) == 2
    assert "'smoke', 'standard', 'deep'" in capsys.readouterr().err
    assert command_lines == []


@pytest.mark.parametrize(("of_pytest", "code"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 2), (5, 2)])
def test_exit_codes_are_those_of_every_command(monkeypatch: pytest.MonkeyPatch, of_pytest: int, code: int) -> None:
    monkeypatch.setattr(child_process, "run", lambda *_: of_pytest)
    assert cli.main(["verify"]) == code


STOPPED_IN_ORDER = """
import sys
from loginradius_harness.cli import child_process, verify
run = '''
import signal
from loginradius_harness.cli import child_process
child_process.stop_with_parent()
try:
    print("READY", flush=True)
    signal.pause()
except KeyboardInterrupt:
    print("STOPPING", flush=True)
    input()
    print("cleaned up", flush=True)
    raise SystemExit(5)
'''
sys.exit(child_process.run([sys.executable, "-c", run], verify._interrupt))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("place", ["terminal", "background of a script"])
def test_signal_lets_the_run_clean_up(number: signal.Signals, place: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED_IN_ORDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if place != "terminal" else None,  # noqa: PLW1509  # as a shell does
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "READY\n"
        process.send_signal(number)
        assert process.stdout.readline() == "STOPPING\n"
        output, _ = process.communicate("go on\n", timeout=30)
    assert (process.returncode, output) == (5, "cleaned up\n")


def test_killed_command_lets_the_run_clean_up() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED_IN_ORDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "READY\n"
        process.kill()
        assert process.stdout.readline() == "STOPPING\n"
        output, _ = process.communicate("go on\n", timeout=30)
    assert output == "cleaned up\n"
