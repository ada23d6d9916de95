"""Keep the terminal of a suites run short: what a test printed or raised is in the report."""

import os
from collections.abc import Generator, Mapping

import pytest

FEW = 3  # failures whose tracebacks are printed outside CI


class ShortOutput:
    """In CI, print nothing per test."""

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(
        self,
    ) -> Generator[None, tuple[str, str, object] | None, tuple[str, str, object] | None]:
        """Count every test and print no letter; its word stays, for the summary that `-r` asks for."""
        status = yield
        return status and (status[0], "", status[2])


def shorten(config: pytest.Config, environ: Mapping[str, str] = os.environ) -> None:
    """Leave out what the summary of the report says better; an option of the command line wins."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return
    if not any(argument.startswith("-r") for argument in config.invocation_params.args):
        terminal.reportchars = ""
    if environ.get("CI") and config.option.verbose <= 0:
        terminal.showfspath = False
        config.pluginmanager.register(ShortOutput(), "short-output")


def drop_tracebacks(config: pytest.Config, failures: int, environ: Mapping[str, str] = os.environ) -> None:
    """Leave out tracebacks where there are many, and in CI; `--tb` wins."""
    asked_for = any(argument.startswith("--tb") for argument in config.invocation_params.args)
    if not asked_for and (failures > FEW or environ.get("CI")):
        config.option.tbstyle = "no"
