"""`loginradius-harness doctor|cleanup|targets`: everything around a run that is no run."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.target.doctor import checkup
from loginradius_harness.target.shared_tenant import created_resources
from loginradius_harness.target.shared_tenant.protection import STATE, SharedTenantProtection
from loginradius_harness.target.target import EXAMPLE, load_target, target_names


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all is well, 2 for something to set right, 3 where nothing answers."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ConfigurationError, InfrastructureError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loginradius-harness", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, says in (
        ("doctor", _doctor, "look for what is wrong with a target, and say how to mend it"),
        ("cleanup", _cleanup, "remove what runs that died have left on a target"),
        ("targets", _targets, "list the targets of the targets file"),
    ):
        command = commands.add_parser(name, help=says, description=says)
        if name != "targets":
            command.add_argument("target", nargs="?", help="name in the targets file, or URL; else HARNESS_TARGET")
        command.add_argument("--targets-file", type=Path, default=Path("targets.toml"), metavar="FILE")
        command.set_defaults(run=run)
    return parser


def _doctor(options: argparse.Namespace) -> int:
    target = load_target(options.target, targets_file=options.targets_file)
    findings = []
    for finding in checkup.diagnose(target):
        findings.append(finding)
        print(f"{finding.kind:<12}{finding}")
    code = checkup.exit_code(findings)
    print(f"{target.name} ({target.api_url}): " + ("ready" if code == 0 else "not ready"))
    return code


def _cleanup(options: argparse.Namespace) -> int:
    target = load_target(options.target, targets_file=options.targets_file)
    left = sum(
        len(list(created_resources.read(file))) for file in created_resources.log_folder(target, STATE).glob("*.jsonl")
    )
    safety = SharedTenantProtection(target)
    complaints = safety.finish_dead_runs() + safety.close()
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"{target.name}: {left - len(complaints)} of {left} left things are gone")
    return InfrastructureError.exit_code if complaints else 0


def _targets(options: argparse.Namespace) -> int:
    names = target_names(options.targets_file)
    if not names:
        print(f"{options.targets_file} has no targets; {EXAMPLE} shows what to write.", file=sys.stderr)
        return ConfigurationError.exit_code
    for name in names:
        try:
            target = load_target(name, targets_file=options.targets_file)
            print(f"{name:<20} {target.environment:<12} {target.api_url}")
        except ConfigurationError as error:
            print(f"{name:<20} {str(error).splitlines()[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
