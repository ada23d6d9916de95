"""Find out what a pytest run was asked to run, and how to repeat a part of it."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness.report.recording.event_stream import SUITES

SELECTING = (  # options that leave tests out
    "keyword", "markexpr", "deselect", "ignore", "ignore_glob", "maxfail", "lf", "stepwise", "operation", "group",
    "partial_tier",
)  # fmt: skip


def runs_suites(config: pytest.Config) -> bool:
    """Whether this run tests a tenant, and not only the project itself."""
    if config.getoption("collectonly") or config.getoption("help"):
        return False
    suites = config.rootpath / SUITES
    return any(path.is_relative_to(suites) or suites.is_relative_to(path) for path in _paths(config))


def runs_everything(config: pytest.Config) -> bool:
    """Whether no suite and no test is left out."""
    suites = config.rootpath / SUITES
    selecting = [config.getoption(name, None) for name in SELECTING]  # None: the option does not exist
    return any(map(suites.is_relative_to, _paths(config))) and not any(selecting)


def _paths(config: pytest.Config) -> list[Path]:
    return [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]


def repeat_command(options: Mapping[str, Any], *, in_checkout: bool = True) -> str:
    """Return the command, without test ids, that repeats a test elsewhere.

    `options` maps pytest's long options to values; None, False, 0 and "" stand for the default, and are left out.
    `in_checkout`: the run was started in the folder of the suites; otherwise `verify` has to find them.
    """
    program = ["pytest"] if in_checkout else ["loginradius-harness", "verify", "--"]
    given = ((option, value) for option, value in options.items() if value)
    return shlex.join([*program, *(option if value is True else f"{option}={value}" for option, value in given)])
