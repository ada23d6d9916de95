"""`loginradius-harness emulator`: run an emulated tenant until it is interrupted."""

import asyncio
import contextlib
import json
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import rich_click as click

from loginradius_harness.contracts import ContractError
from loginradius_harness.emulator.control.fault_switches import InvalidFaultError
from loginradius_harness.emulator.core.presets import PRESETS, preset
from loginradius_harness.emulator.core.settings import SettingsError, changed
from loginradius_harness.emulator.server import proxy
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.server.endpoint import LOOPBACK, Endpoint, address, listen, listen_at, open_endpoint
from loginradius_harness.emulator.server.uvicorn_server import Server, configured, serve
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.tenants import DEFAULT_KEY, DEFAULT_SECRET, TenantRegistry

if TYPE_CHECKING:  # loaded on first use, see `_load_faults`
    from loginradius_harness.emulator.control.fault_switches import FaultSwitches

CONTRACT = 1  # exit code: a contract cannot be read
CONFIGURATION = 2  # exit code: an option or a setting is wrong
INFRASTRUCTURE = 3  # exit code: a port or a file is not available

PORT = click.IntRange(0, 65_535)
FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line."""

    host: str
    port: int
    uds: str | None
    tls: bool
    proxy: int | None
    api_key: str
    api_secret: str = field(repr=False)
    preset: str
    set: tuple[str, ...]
    seed: int | None
    snapshot: Path | None
    save: Path | None
    fault: tuple[str, ...]
    exit_with_parent: bool


@click.group(
    invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8484, show_default=True, help="Port to listen on; 0 picks a free one.")
@click.option("--uds", metavar="PATH", help="Listen on a Unix socket instead.")
@click.option("--tls", is_flag=True, help="Speak https, with a certificate issued at the start.")
@click.option("--proxy", type=PORT, help="Also be a forward proxy for the vendor's hosts, on this port.")
@click.option("--api-key", default=DEFAULT_KEY, show_default=True, metavar="GUID", help="API key of the tenant.")
@click.option("--api-secret", default=DEFAULT_SECRET, show_default=True, metavar="GUID", help="Its API secret.")
@click.option("--preset", default="default", show_default=True, help=f"Settings to start with: {', '.join(PRESETS)}.")
@click.option("--set", multiple=True, metavar="NAME=JSON", help="Change one setting, e.g. otp_length=4; repeatable.")
@click.option("--seed", type=int, help="Make ids, codes, tokens and times reproducible.")
@click.option("--snapshot", type=FILE, help="Start with the state in this file.")
@click.option("--save", type=FILE, help="Write the state to this file at the end.")
@click.option("--fault", multiple=True, metavar="NAME", help="Switch on a seeded fault; repeatable.")
@click.option(
    "--exit-with-parent", is_flag=True, help="Stop when standard input closes, as it does at the parent's end."
)
@click.version_option(None, "--version", package_name="loginradius-harness")
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Run an emulated tenant on this machine until Ctrl-C or SIGTERM.

    It answers the whole API at http://127.0.0.1:8484. The console is at /__emulator__/, the control API for tests is
    described at /__emulator__/openapi.json.
    """
    if context.invoked_subcommand is None:
        run(Options(**options))


@command.command("fidelity")
def fidelity() -> None:
    """Show what is emulated, where the emulator diverges from the product, and on what evidence its rules stand."""
    from loginradius_harness.emulator.control import fidelity  # noqa: PLC0415  # a table that a running emulator does not need

    fidelity.show()


def run(options: Options) -> None:
    """Run the emulator until a signal stops it; exit with a message where it cannot start."""
    if options.uds and (options.tls or options.proxy is not None):
        _fail("--uds cannot be combined with --tls or --proxy", CONFIGURATION)
    if options.tls and options.proxy is not None:
        _fail("--proxy cannot be combined with --tls: the proxy speaks https itself", CONFIGURATION)
    if options.save and not options.save.parent.is_dir():
        _fail(f"--save {options.save}: there is no folder {options.save.parent}", CONFIGURATION)
    registry = _registry(options)
    with contextlib.ExitStack() as stack:
        endpoint = _endpoint(options, stack)
        server = configured(App(registry, _load_faults), endpoint.tls)
        if options.exit_with_parent:
            threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
        serve(server, endpoint.listener, _announce(server, endpoint, registry.default.settings.hash_rounds))
    _save(registry, options.save)


def _stop_at_end_of_input(server: Server) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    server.should_exit = True


def _load_faults() -> "FaultSwitches":
    from loginradius_harness import faults  # noqa: PLC0415  # most runs do not need them

    return faults


def _registry(options: Options) -> TenantRegistry:
    """Return the tenants to start with, with faults switched on."""
    try:
        if options.fault:
            _load_faults().activate(options.fault)
        settings = changed(preset(options.preset), _settings(options.set))
        registry = TenantRegistry(settings, options.api_key, options.api_secret, options.seed)
        if options.snapshot:
            snapshot.restore(registry.default, snapshot.read(options.snapshot))
    except (InvalidFaultError, SettingsError, snapshot.SnapshotError) as error:
        _fail(str(error), CONFIGURATION)
    except ContractError as error:
        _fail(str(error), CONTRACT)
    return registry


def _endpoint(options: Options, stack: contextlib.ExitStack) -> Endpoint:
    """Open the sockets to listen on; the exit stack closes them."""
    try:
        listener = stack.enter_context(listen_at(options.uds) if options.uds else listen(options.host, options.port))
        if options.uds:
            stack.callback(Path(options.uds).unlink, missing_ok=True)
        return open_endpoint(stack, listener, tls=options.tls, proxy_port=options.proxy)
    except OSError as error:
        place = options.uds or f"{options.host}:{options.port}"
        advice = "Stop what uses it, or choose another with --port (0 picks a free one)."
        _fail(f"cannot listen on {place}: {error.strerror}. {advice}", INFRASTRUCTURE)


async def _announce(server: Server, endpoint: Endpoint, rounds: int) -> None:
    """Print the address once requests are answered, and run the proxy."""
    while not server.started:  # noqa: ASYNC110  # uvicorn offers no event to wait for
        await asyncio.sleep(0.001)
    print(f"passwords: PBKDF2-SHA256, {rounds} rounds (setting hash_rounds)", flush=True)
    if endpoint.authority_file:
        print(f"certificate authority {endpoint.authority_file}", flush=True)
    if endpoint.proxy and endpoint.proxy_tls:
        host, port = endpoint.listener.getsockname()[:2]
        forward = await proxy.serve(endpoint.proxy, (host, port), endpoint.proxy_tls)
        print(f"proxy {address(endpoint.proxy)}", flush=True)
        print(f"ready {endpoint.address}", flush=True)
        await forward.serve_forever()
    print(f"ready {endpoint.address}", flush=True)


def _save(registry: TenantRegistry, file: Path | None) -> None:
    """Write the state of the default tenant to a file."""
    try:
        if file is not None:
            snapshot.save(registry.default, file)
    except OSError as error:
        _fail(f"cannot write {file}: {error.strerror}", INFRASTRUCTURE)


def _settings(pairs: tuple[str, ...]) -> dict[str, object]:
    """Return the settings of `NAME=JSON` pairs. Raise SettingsError for a pair without `=`."""
    settings: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise SettingsError(f"--set takes NAME=JSON, got {pair!r}")
        try:
            settings[name] = json.loads(text)
        except ValueError:
            settings[name] = text  # a bare word is a string
    return settings


def _fail(text: str, code: int) -> NoReturn:
    print(f"emulator: {text}", file=sys.stderr)
    sys.exit(code)
