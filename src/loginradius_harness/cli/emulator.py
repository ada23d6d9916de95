"""`loginradius-harness emulator`: run an emulated tenant until it is interrupted."""

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rich_click as click

from loginradius_harness.emulator.core.hosts import LOCALHOST
from loginradius_harness.emulator.core.ids import DEFAULT_KEY, DEFAULT_SECRET
from loginradius_harness.emulator.core.presets import PRESETS

PORT = click.IntRange(0, 65_535)
FILE = click.Path(path_type=Path)
CONTEXT = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": 120,
    "auto_envvar_prefix": "LOGINRADIUS_EMULATOR",
}


def _moment(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    """Return an ISO 8601 moment as seconds since 1970; without a time zone it is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.now(UTC) if text == "now" else datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is neither `now` nor a time such as 2030-01-02T03:04:05Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _path(_context: click.Context, _option: click.Parameter, text: str) -> str:
    """Return a base path with a leading and without a trailing slash; an empty one for the root."""
    return f"/{text.strip('/')}" if text.strip("/") else ""


@click.group(invoke_without_command=True, context_settings=CONTEXT)
@click.option("--host", default=LOCALHOST, show_default=True, help="Address to listen on; localhost is IPv4 and IPv6.")
@click.option(
    "--port",
    type=PORT,
    default=8484,
    show_default=True,
    envvar=["LOGINRADIUS_EMULATOR_PORT", "PORT"],
    help="Port to listen on; 0 picks a free one.",
)
@click.option("--uds", metavar="PATH", help="Listen on a Unix socket instead.")
@click.option("--base-path", default="", callback=_path, metavar="PATH", help="Answer below this path, e.g. /lr.")
@click.option("--tls", is_flag=True, help="Speak https, with a certificate issued at the start.")
@click.option("--tls-cert", type=FILE, help="Speak https with this certificate (PEM); needs --tls-key.")
@click.option("--tls-key", type=FILE, help="Key of --tls-cert (PEM).")
@click.option(
    "--tls-host", multiple=True, metavar="NAME", help="Further host name of the issued certificate; repeatable."
)
@click.option(
    "--ca-dir", type=FILE, help="Keep the issuing authority in this folder, so that clients trust it for good."
)
@click.option("--proxy", type=PORT, help="Also be a forward proxy for the vendor's hosts, on this port.")
@click.option("--proxy-host", multiple=True, metavar="NAME", help="Further host name behind the proxy; repeatable.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="Further name of this machine; repeatable.")
@click.option(
    "--allow-origin", multiple=True, metavar="URL", help="Let web pages of an origin use the control API; repeatable."
)
@click.option("--api-key", default=DEFAULT_KEY, show_default=True, metavar="GUID", help="API key of the tenant.")
@click.option("--api-secret", default=DEFAULT_SECRET, show_default=True, metavar="GUID", help="Its API secret.")
@click.option("--preset", help=f"Settings to start with: {', '.join(PRESETS)}.")
@click.option("--set", multiple=True, metavar="NAME=JSON", help="Change one setting, e.g. otp_length=4; repeatable.")
@click.option("--seed", type=int, help="Make ids, codes and tokens reproducible.")
@click.option("--freeze", callback=_moment, metavar="TIME", help="Stop the clock, e.g. at 2030-01-02T03:04:05Z or now.")
@click.option("--twin", type=FILE, help="Answer like the tenant in this file, which `loginradius-harness twin` writes.")
@click.option(
    "--snapshot", type=FILE, help="Start with the state in this file; --preset and --set change its settings."
)
@click.option("--create", is_flag=True, help="Start empty if the file of --snapshot does not exist.")
@click.option(
    "--users", type=FILE, help="Create the users of this file, CSV with a head or JSON; hashes of passwords are taken."
)
@click.option("--save", type=FILE, help="Write the state of all tenants to this file at the end and on SIGHUP.")
@click.option("--fault", multiple=True, metavar="NAME", help="Switch on a seeded fault; repeatable.")
@click.option(
    "--outage",
    multiple=True,
    metavar="RULE",
    help="Fail or delay requests, e.g. operation=account.create_account,status=503,times=2; repeatable.",
)
@click.option(
    "--exit-with-parent", is_flag=True, help="Stop when standard input closes, as it does at the parent's end."
)
@click.version_option(None, "--version", package_name="loginradius-harness")
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Run an emulated tenant on this machine until Ctrl-C or SIGTERM.

    It answers the whole API at http://127.0.0.1:8484. The console is at /__emulator__/, the control API for tests is
    described at /__emulator__/openapi.json.

    Each option can be set by an environment variable, e.g. LOGINRADIUS_EMULATOR_PRESET for --preset; values of a
    repeatable option are separated by spaces. PORT is the port where LOGINRADIUS_EMULATOR_PORT is not set.
    """
    if context.invoked_subcommand is None:
        gc.disable()  # until the server runs: a start makes objects that stay; collections are a tenth of it
        from loginradius_harness.cli.run_emulator import Options, run  # noqa: PLC0415  # help needs none of it

        run(Options(**options))


@command.command("fidelity")
def fidelity() -> None:
    """Show what is emulated, where the emulator diverges from the product, and on what evidence its rules stand."""
    from loginradius_harness.emulator.control import fidelity  # noqa: PLC0415  # a table that a running emulator does not need

    fidelity.show()
