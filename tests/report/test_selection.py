import shlex
from pathlib import Path

from loginradius_harness.report.analysis.model import Context, build
from loginradius_harness.report.recording import event_stream
from loginradius_harness.report.recording.selection import repeat_command
from tests.report.sample_data import ended, run, verdict


def test_repeat_command_carries_every_option_that_is_given() -> None:
    options = {
        "--target": "staging",
        "--targets-file": Path("my targets.toml"),
        "--allow": "destroy,tenant",
        "--allow-production": True,
        "--case-seed": 7,
    }
    assert shlex.split(repeat_command(options)) == [
        "pytest",
        "--target=staging",
        "--targets-file=my targets.toml",
        "--allow=destroy,tenant",
        "--allow-production",
        "--case-seed=7",
    ]


def test_repeat_command_leaves_defaults_out() -> None:
    assert repeat_command({"--target": None, "--allow": "", "--case-seed": 0, "--exhaustive": False}) == "pytest"


def test_repeat_command_finds_the_suites_from_any_folder() -> None:
    command = repeat_command({"--target": "staging"}, in_checkout=False)
    assert command == "loginradius-harness verify -- --target=staging"


def test_repeat_line_can_be_pasted_whatever_the_test_is_called() -> None:
    test = 'suites/contract/test_a.py::test_a[it\'s "$HOME" `x`]'
    report = build(event_stream.collect([run(repeat="pytest --case-seed=7"), verdict(test), ended()]), Context())
    assert shlex.split(report.verdicts[0].repeat) == ["pytest", "--case-seed=7", test]
