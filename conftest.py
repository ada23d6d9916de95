"""Join the plug-in, the embedded emulator and the reports.

Other projects have the options `--lr-target`, `--lr-allow` ... of the plug-in; here they have short names too.
"""

import os
import shlex
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.tools.lint import problems
from loginradius_harness.report.recording import events, selection
from loginradius_harness.target import pytest_options

if TYPE_CHECKING:  # pytest loads the plugin, and has to be the first to do so
    from loginradius_harness.report.recording.plugin import Reporter

pytest_plugins = [
    "loginradius_harness.pytest_plugin",
    "loginradius_harness.report.recording.plugin",
    "loginradius_harness.checks.support.tier_options",
]

EMBEDDED = "embedded emulator"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the short names of the plug-in's options."""
    group = parser.getgroup("loginradius")
    for name in ("target", "allow"):
        group.addoption(f"--{name}", dest=f"lr_{name}", help=f"same as --lr-{name}")
    group.addoption("--targets-file", dest="lr_targets_file", type=Path, help="same as --lr-targets-file")
    group.addoption(
        "--allow-production", dest="lr_allow_production", action="store_true", help="same as --lr-allow-production"
    )
    group.addoption("--exit-with-parent", action="store_true", help="stop as by Ctrl-C when the parent process ends")


def pytest_configure(config: pytest.Config) -> None:
    """Check contracts and target, and begin the report, before any test is collected."""
    from loginradius_harness.report.recording import systemic_failures  # noqa: PLC0415  # see above
    from loginradius_harness.report.recording.plugin import begin  # noqa: PLC0415  # see above

    systemic_failures.register(config)
    if config.getoption("exit_with_parent") and not hasattr(config, "workerinput"):
        from loginradius_harness.cli import child_process  # noqa: PLC0415  # with the command line's library

        child_process.stop_with_parent()
    if not hasattr(config, "workerinput") and (wrong := problems(reference_data.ROOT)):
        pytest.exit("\n".join(map(str, wrong)), returncode=ConfigurationError.exit_code)
    name = pytest_options.name(config)
    if config.getoption("plan"):  # nothing is sent, and the last report stays
        _refuse_wrong_target(config, name)
        return
    reporter = begin(config, _run(config, name), _redactor().text)
    if name is None:
        return
    try:
        target = pytest_options.load(config, name)
        reporter.found(target.api_url, is_emulator=target.is_emulator, overlay=str(target.overlay_file))
    except (ConfigurationError, InfrastructureError) as error:
        reporter.abort(error)


def _refuse_wrong_target(config: pytest.Config, name: str | None) -> None:
    """End the run where the named target is described wrongly."""
    try:
        if name is not None:
            pytest_options.read(config, name)
    except ConfigurationError as error:
        pytest.exit(_redactor().text(str(error)), returncode=error.exit_code)


def _redactor() -> Redactor:
    """Return a redactor that knows the secrets of the environment; it finds others by their form."""
    names = ("HARNESS_API_KEY", "HARNESS_API_SECRET", "HARNESS_MAILBOX_PASSWORD")
    return Redactor({name: Secret(os.environ[name]) for name in names if os.environ.get(name)})


def _run(config: pytest.Config, name: str | None) -> events.RunStarted:
    return events.RunStarted(
        id=uuid.uuid4().hex,
        started=datetime.now(UTC),
        target=name or EMBEDDED,
        emulator=name is None,
        command=shlex.join(["pytest", *sys.argv[1:]]),
        repeat=selection.repeat_command(
            _decisive_options(config, name), in_checkout=config.invocation_params.dir == config.rootpath
        ),
        seed=config.getoption("case_seed", 0),
        contracts=contracts.digest(),
        operations=len(contracts.operations()),
    )


def _decisive_options(config: pytest.Config, name: str | None) -> dict[str, Any]:
    """Return the options that decide what a test does, so that its repetition does the same elsewhere."""
    return {
        "--target": name,
        "--targets-file": config.getoption("lr_targets_file"),
        "--allow": ",".join(sorted(pytest_options.allowed(config))),
        "--allow-production": config.getoption("lr_allow_production"),
        "--case-seed": config.getoption("case_seed", None),
        "--exhaustive": config.getoption("exhaustive", None),
        "--strict-contract": config.getoption("strict_contract"),
    }


@pytest.fixture(scope="session")
def loginradius_emulator_url() -> Iterator[str]:
    """Return the URL of an emulator in this process: faults are switched on there."""
    from loginradius_harness import emulator  # noqa: PLC0415  # the controller of a parallel run starts none

    with emulator.running() as running:
        yield running.url


@pytest.fixture(scope="session")
def loginradius_on_exchange(recorder: "Reporter") -> Callable[[Exchange], None]:
    """Record every exchange."""
    return recorder.exchange


@pytest.fixture(scope="session")
def loginradius_on_hint(recorder: "Reporter") -> Callable[[str, contracts.Violation], None]:
    """Record every hint."""
    return recorder.hint
