"""`loginradius-harness verify`: run the suites."""

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import rich_click as click

from loginradius_harness.cli import child_process
from loginradius_harness.paths import DATA
from loginradius_harness.report.recording.event_stream import OUT

SUITES = "suites/"
CONFIGURATION = 2
PYTESTS_OWN = {4, 5}  # exit codes of pytest for wrong options, and where no test is named so; here 4 is of a load run
NEEDED = ("hypothesis", "schemathesis", "xdist")


@click.command("verify", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("target", required=False)
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--tier",
    type=click.Choice(["smoke", "standard", "deep"]),
    help="smoke: every group and 20 journeys within 300 requests; standard: the share of the day within 3,000"
    " requests, every operation within a week; deep: everything. Default: standard on a tenant, deep on the emulator.",
)
@click.option("--plan", is_flag=True, help="Print what the run would cost and what it leaves out; send nothing.")
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the last run where it was stopped or killed; give the options that it had.",
)
@click.option("--operation", metavar="ID", help="Run only the tests about this operation.")
@click.option("--group", metavar="NAME", help="Run only the tests about operations of this group.")
@click.option("--shard", metavar="I/N", help="Run only part I of N, so that several machines share a run.")
@click.option(
    "--allow",
    metavar="EFFECTS",
    help="Effects that the run may have on a shared tenant, comma-separated: destroy (what it created), tenant"
    " (settings that all users share).",
)
@click.option(
    "--strict", "strict_contract", is_flag=True, help="Promises with weak evidence and new drift fail the run too."
)
@click.option("--targets-file", type=click.Path(path_type=Path), help="File that describes targets [targets.toml].")
@click.option("--allow-production", is_flag=True, help="Run against a tenant that may hold accounts of real users.")
def command(target: str | None, pytest_arguments: tuple[str, ...], **options: Any) -> int:
    """Run the contract, journey and security suites and write a report to reports/out.

    TARGET is a name in the targets file or a URL; without it the suites run against an emulator that is started for
    the run. Pass options of pytest after `--`, for example `verify staging --group mfa -- --maxfail 5`.
    """
    for module in NEEDED:
        if find_spec(module) is None:
            raise ModuleNotFoundError(name=module)
    if target is not None and target.startswith(("-", SUITES)):  # `verify -- -k login` names no target
        pytest_arguments = (target, *pytest_arguments)
        target = None
    # -P: a folder of the user's that is called `contracts` or `reports` must not be imported
    command_line = [sys.executable, "-P", "-m", "pytest", *_options(target=target, **options)]
    code = child_process.run([*command_line, *_found(pytest_arguments)], _interrupt)
    return CONFIGURATION if code in PYTESTS_OWN else code


def _interrupt(process: child_process.Process) -> None:
    """Let pytest and its workers end as by Ctrl-C: they write the report, and remove what they have created."""
    if sys.platform != "win32":  # there the console has sent Ctrl-C to all its processes
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.killpg(process.pid, signal.SIGINT)


def _found(arguments: Sequence[str]) -> list[str]:
    """Return pytest's arguments with the path of each test, as reports name it, or with the path of all suites."""
    words = [f"{DATA}/{word}" if word.startswith(SUITES) else word for word in arguments]
    return words if words != list(arguments) else [f"{DATA}/{SUITES}", *words]


def _options(**chosen: Any) -> list[str]:
    """Return pytest's options; those of the command have the same names there."""
    here = Path.cwd()
    options = ["-c", str(DATA / "pyproject.toml"), "--rootdir", str(DATA), "-n", "logical"]
    options += ["-o", f"cache_dir={here / '.pytest_cache'}", f"--report={here / OUT}", "--exit-with-parent"]
    for name, value in chosen.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            options.append(option)
        elif value:
            options.append(f"{option}={value}")
    return options
