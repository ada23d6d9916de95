"""The command `loginradius-harness`, also installed as `lrh`.

A sub-command's module is imported when it is called, so that help and the emulator's start stay quick.
"""

import atexit
import gc
import io
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import rich_click as click

NAME = "loginradius-harness"
CONFIGURATION = 2  # exit code of a wrong command line or a missing extra
INTERRUPTED = 130  # what shells report for a command that Ctrl-C ended


class Entry(NamedTuple):
    """Where a sub-command is defined, and its line in the help text."""

    module: str
    attribute: str
    help: str


COMMANDS = {
    "verify": Entry("verify", "command", "Run the suites against the embedded emulator or a target."),
    "emulator": Entry("emulator", "command", "Run an emulated tenant on this machine."),
    "contracts": Entry("contracts", "command", "List, check, format and export the contracts."),
    "targets": Entry("target", "targets", "List the configured targets."),
    "doctor": Entry("target", "doctor", "Diagnose configuration problems and suggest fixes."),
    "cleanup": Entry("target", "cleanup", "Delete test data left by an interrupted run."),
    "check": Entry("check", "command", "Judge recorded traffic: HAR, Postman, curl traces."),
    "capture": Entry("capture", "command", "Judge the traffic of an application while its tests run."),
    "calibrate": Entry("calibrate", "calibrate", "Propose what a tenant does otherwise than the contracts say."),
    "twin": Entry("calibrate", "twin", "Describe a tenant as a configuration of the emulator."),
    "compare": Entry("calibrate", "compare", "Send the same requests to two targets, and show the differences."),
    "load": Entry("load", "command", "Run load tests, find the capacity, compare runs."),
    "report": Entry("report", "command", "Render reports, compare runs, show trends and drift."),
}
EXTRAS = {
    "load": ("flask", "gevent", "locust", "prometheus_client"),
    "otel": ("opentelemetry",),
    "reports": ("harfile", "ijson", "markupsafe", "pygal"),
    "suites": ("hypothesis", "schemathesis", "xdist"),
}
"""Extra of this package -> top-level modules that it installs."""


class LazyGroup(click.RichGroup):
    """A group whose sub-commands are known by their line of help, and imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help text."""
        del ctx
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the called sub-command; click's own error for an unknown one."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, _load(COMMANDS[name]) if found and name else None, rest


def _load(entry: Entry) -> click.Command:
    module = import_module(f"{__name__}.{entry.module}")
    command: click.Command = getattr(module, entry.attribute)
    return command


@click.command(
    NAME,
    cls=LazyGroup,
    commands=[click.RichCommand(name=name, short_help=entry.help) for name, entry in COMMANDS.items()],
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 1 contract violation, 2 configuration error, 3 infrastructure error, 4 invalid load run.",
)
@click.version_option(package_name=NAME)
def group() -> None:
    """Contract, journey, security and load tests for a LoginRadius tenant, and an emulator of one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line.

    Args:
        arguments: the words after the program's name; None for those of this process.

    Returns:
        0 for success; 1 contract violation, 2 configuration error, 3 infrastructure error, 4 invalid load run.
    """
    atexit.register(gc.freeze)  # what is left is not searched for garbage: a command ends 0.1 s sooner
    if isinstance(sys.stdout, io.TextIOWrapper):  # its encoding, on Windows often cp1252, may lack characters
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        result = group.main(list(arguments) if arguments is not None else None, NAME, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    except SystemExit as stop:  # a sub-command ended with its exit code
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        extra = next((extra for extra, modules in EXTRAS.items() if missing in modules), None)
        if extra is None:
            raise
        click.echo(f'{NAME}: this command needs pip install "{NAME}[{extra}]"', err=True)
        return CONFIGURATION
    except Exception as error:
        code = getattr(error, "exit_code", None)
        if code is None:
            raise
        click.echo(str(error), err=True)
        return int(code)
    return result if isinstance(result, int) else 0
