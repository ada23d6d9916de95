"""`loginradius-harness verify`: run the suites."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import rich_click as click

from loginradius_harness.paths import DATA
from loginradius_harness.report.recording.event_stream import OUT

NEEDED = ("hypothesis", "schemathesis", "xdist")


@click.command("verify", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("target", required=False)
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def command(target: str | None, pytest_arguments: tuple[str, ...]) -> int:
    """Run the contract, journey and security suites and write a report to reports/out.

    TARGET is a name in targets.toml or a URL; without it the suites run against an emulator that is started for the
    run. Pass options of pytest after `--`, for example `verify staging -- -k login --maxfail 5`.
    """
    for module in NEEDED:
        if find_spec(module) is None:
            raise ModuleNotFoundError(name=module)
    if target is not None and target.startswith("-"):  # `verify -- -k login` names no target
        pytest_arguments = (target, *pytest_arguments)
        target = None
    # -P: a folder of the user's that is called `contracts` or `reports` must not be imported
    command_line = [sys.executable, "-P", "-m", "pytest", *_options(target), *pytest_arguments]
    return subprocess.run(command_line, check=False).returncode  # noqa: S603  # pytest, with the user's own options


def _options(target: str | None) -> list[str]:
    here = Path.cwd()
    options = ["-c", str(DATA / "pyproject.toml"), "--rootdir", str(DATA), "-n", "logical", str(DATA / "suites")]
    options += ["-o", f"cache_dir={here / '.pytest_cache'}", f"--report={here / OUT}"]
    return options + (["--target", target] if target else [])
