"""`loginradius-harness doctor | cleanup | targets`: commands about targets."""

from pathlib import Path

import rich_click as click

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.target.doctor import checkup
from loginradius_harness.target.shared_tenant import protection
from loginradius_harness.target.target import EXAMPLE, load_target, target_names

_help = {"help_option_names": ["-h", "--help"]}
_target = click.argument("target", required=False)
_targets_file = click.option(
    "--targets-file",
    type=click.Path(path_type=Path),
    default=Path("targets.toml"),
    show_default=True,
    help="File that describes targets.",
)


@click.command(context_settings=_help)
@_target
@_targets_file
@click.option(
    "--allow-production", "production", is_flag=True, help="Register on a tenant that may hold accounts of real users."
)
def doctor(target: str | None, targets_file: Path, *, production: bool) -> int:
    """Diagnose configuration problems of a target and suggest fixes.

    TARGET is a name in the targets file or a URL; by default HARNESS_TARGET or HARNESS_API_URL. The doctor sends about
    a dozen requests; it registers one invented user and removes it, on a production tenant only where allowed.
    """
    found = load_target(target, targets_file=targets_file)
    findings = []
    for finding in checkup.diagnose(found, production=production):
        findings.append(finding)
        click.echo(f"{finding.kind:<12}{finding}")
    code = checkup.exit_code(findings)
    click.echo(f"{found.name} ({found.api_url}): " + ("ready" if code == 0 else "not ready"))
    return code


@click.command(context_settings=_help)
@_target
@_targets_file
def cleanup(target: str | None, targets_file: Path) -> int:
    """Delete test data that interrupted runs have left on a target.

    TARGET is a name in the targets file or a URL; by default HARNESS_TARGET or HARNESS_API_URL. Runs log what they
    create below .harness; only that is deleted.
    """
    found = load_target(target, targets_file=targets_file)
    before = protection.left_behind(found)
    left = protection.clean_up(found, click.echo)
    click.echo(f"{found.name}: {before - left} of {before} removed")
    return InfrastructureError.exit_code if left else 0


@click.command(context_settings=_help)
@_targets_file
def targets(targets_file: Path) -> int:
    """List the targets of the targets file."""
    names = target_names(targets_file)
    if not names:
        raise ConfigurationError(f"{targets_file} has no targets; {EXAMPLE} shows what to write.")
    for name in names:
        try:
            found = load_target(name, targets_file=targets_file)
            click.echo(f"{name:<20} {found.environment:<12} {found.api_url}")
        except ConfigurationError as error:
            click.echo(f"{name:<20} {str(error).splitlines()[0]}")
    return 0
