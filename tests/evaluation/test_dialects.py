"""The tool that runs the suites against each dialect."""

import pytest

from evaluation import dialects
from loginradius_harness import faults

TEST = "suites/journeys/test_profile.py::test_profile_never_shows_the_password"


def test_every_dialect_is_a_neutral_variation() -> None:
    known = {name.removeprefix("neutral.dialect_") for name in faults.all_faults() if "neutral.dialect_" in name}
    assert set(dialects.NAMES) == known


def test_dialect_raises_no_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    assert dialects.main(["--dialect", dialects.ALL, "--processes", "0", TEST]) == 0
    assert capsys.readouterr().out.startswith(f"{dialects.ALL}: 0 false alarms; 1 passed; ")


def test_run_that_asks_nothing_is_no_success() -> None:
    assert dialects.main(["--dialect", "2019", "--processes", "0", "-k", "no such test", TEST]) == 1
