"""Mistakes on the command line: one message, exit code 2, and no request."""

from pathlib import Path

import pytest

from loginradius_harness import cli, emulator

SUB_COMMANDS = {
    "run": ["http://127.0.0.1:9"], "smoke": [], "capacity": ["http://127.0.0.1:9"], "compare": ["a", "b"],
    "seed": ["http://127.0.0.1:9"], "clean": ["http://127.0.0.1:9"],
}  # fmt: skip


@pytest.mark.parametrize("name", SUB_COMMANDS)
def test_an_unknown_option_is_refused(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["load", name, *SUB_COMMANDS[name], "--bogus"]) == 2
    assert "No such option '--bogus'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--profile", "smok"], "There is no load profile smok. Did you mean smoke?"),
        (["--baseline", "nowhere.json"], "nowhere.json is not a recorded load run"),
    ],
)
def test_a_mistake_is_refused_before_the_run(
    running: emulator.Running, options: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["load", "run", running.url, *options]) == 2
    out, err = capfd.readouterr()
    assert message in err
    assert not out


@pytest.mark.parametrize("option", ["rate", "duration", "accounts"])
def test_zero_is_refused_rather_than_taken_for_the_profiles_own_number(
    option: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["load", "run", "http://127.0.0.1:9", f"--{option}", "0"]) == 2
    assert f"Invalid value for '--{option}'" in capfd.readouterr().err


@pytest.mark.parametrize("option", ["start", "ceiling"])
@pytest.mark.parametrize("number", ["nan", "inf", "0", "-5"])
def test_a_capacity_search_needs_rates_above_zero(
    running: emulator.Running, tmp_path: Path, option: str, number: str, capfd: pytest.CaptureFixture[str]
) -> None:
    pool = str(tmp_path / "pool.jsonl")
    assert cli.main(["load", "capacity", running.url, "--pool", pool, f"--{option}", number]) == 2
    assert f"--{option} must be a finite number above 0" in capfd.readouterr().err


def test_seeding_does_not_overwrite_a_file_that_is_no_pool(
    running: emulator.Running, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "notes.txt"
    own.write_text("mine\n")
    assert cli.main(["load", "seed", running.url, "--pool", str(own), "--users", "1"]) == 2
    assert "is not an account in JSON" in capfd.readouterr().err
    assert own.read_text() == "mine\n"


def test_a_pool_is_seeded_and_cleaned(
    running: emulator.Running, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pool = tmp_path / "pool.jsonl"
    assert cli.main(["load", "seed", running.url, "--pool", str(pool), "--users", "2"]) == 0
    assert cli.main(["load", "clean", running.url, "--pool", str(pool)]) == 0
    assert not pool.exists()
    assert "2 accounts of" in capfd.readouterr().out
