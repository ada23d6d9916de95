"""`loginradius-harness emulator`: run a stand-in tenant until it is interrupted."""

import argparse
import asyncio
import contextlib
import json
import socket
import ssl
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from loginradius_harness.contracts import ContractError
from loginradius_harness.emulator.core.settings import PRESETS, SettingsError, changed, preset
from loginradius_harness.emulator.server import proxy
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.server.tls import Authority
from loginradius_harness.emulator.server.uvicorn_server import (
    LOOPBACK,
    Server,
    address,
    configured,
    listen,
    listen_at,
    serve,
)
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.tenants import DEFAULT_KEY, DEFAULT_SECRET, TenantRegistry

BROKEN = 1  # exit code: a contract cannot be read
CONFIGURATION = 2
INFRASTRUCTURE = 3


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 after a clean stop, 2 for a wrong option or setting, 3 where port or file cannot be had."""
    options = _parser().parse_args(arguments)
    if options.command == "ledger":
        from loginradius_harness.emulator.control import fidelity  # noqa: PLC0415  # a table that a running emulator does not need

        return fidelity.show()
    try:
        _break(options.fault)
        tenancy = _tenancy(options)
    except (SettingsError, snapshot.SnapshotError) as error:
        return _fail(str(error), CONFIGURATION)
    except ContractError as error:
        return _fail(str(error), BROKEN)
    with contextlib.ExitStack() as stack:
        try:
            place = _place(options, stack)
        except OSError as error:
            return _fail(_cannot_listen(options, error), INFRASTRUCTURE)
        server = configured(App(tenancy), place.tls)
        if options.exit_with_parent:
            threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
        serve(server, place.listener, _announce(server, place, tenancy.default.settings.hash_rounds))
    return _save(tenancy, options.save)


def _stop_at_end_of_input(server: Server) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    server.should_exit = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where the emulator listens. `authority_file` is the certificate to trust, where there is TLS."""

    listener: socket.socket
    authority_file: Path | None = None
    tls: ssl.SSLContext | None = None
    proxy: socket.socket | None = None
    proxy_tls: ssl.SSLContext | None = None

    @property
    def address(self) -> str:
        """How clients name it."""
        if self.listener.family == socket.AF_UNIX:
            return f"unix:{self.listener.getsockname()}"
        return address(self.listener, "https" if self.tls else "http")


def _place(options: argparse.Namespace, stack: contextlib.ExitStack) -> Place:
    listener = stack.enter_context(listen_at(options.uds) if options.uds else listen(options.host, options.port))
    if options.uds:
        stack.callback(Path(options.uds).unlink, missing_ok=True)
    if not options.tls and options.proxy is None:
        return Place(listener)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emulator-")))
    authority, file = Authority(), folder / "ca.pem"
    authority.write(file)
    if options.tls:
        return Place(listener, file, tls=authority.context())
    forward = stack.enter_context(listen(LOOPBACK, options.proxy))
    return Place(listener, file, proxy=forward, proxy_tls=authority.context())


async def _announce(server: Server, place: Place, rounds: int) -> None:
    """Say what callers wait for, once requests are answered; and keep the proxy running."""
    while not server.started:  # noqa: ASYNC110  # uvicorn offers no event to wait for
        await asyncio.sleep(0.001)
    print(f"passwords: PBKDF2-SHA256, {rounds} rounds (setting hash_rounds)", flush=True)
    if place.authority_file:
        print(f"certificate authority {place.authority_file}", flush=True)
    if place.proxy and place.proxy_tls:
        host, port = place.listener.getsockname()[:2]
        forward = await proxy.serve(place.proxy, (host, port), place.proxy_tls)
        print(f"proxy {address(place.proxy)}", flush=True)
        print(f"ready {place.address}", flush=True)
        await forward.serve_forever()
    print(f"ready {place.address}", flush=True)


def _tenancy(options: argparse.Namespace) -> TenantRegistry:
    settings = changed(preset(options.preset), _given(options.set))
    tenancy = TenantRegistry(settings, options.api_key, options.api_secret, options.seed)
    if options.save and not options.save.parent.is_dir():
        raise SettingsError(f"--save {options.save}: there is no folder {options.save.parent}")
    if options.snapshot:
        snapshot.restore(tenancy.default, snapshot.read(options.snapshot))
    return tenancy


def _save(tenancy: TenantRegistry, file: Path | None) -> int:
    """Write down what the default tenant holds at the end; 0, or 3 where that fails."""
    try:
        if file is not None:
            snapshot.save(tenancy.default, file)
    except OSError as error:
        return _fail(f"cannot write {file}: {error.strerror}", INFRASTRUCTURE)
    return 0


def _break(names: list[str]) -> None:
    """Switch faults on; SettingsError for a name that none has."""
    if not names:
        return
    from loginradius_harness import faults  # noqa: PLC0415  # a switchboard that most runs do not need

    try:
        faults.activate(names)
    except (faults.UnknownFaultError, faults.FaultError) as error:
        raise SettingsError(str(error)) from None


def _given(pairs: list[str]) -> dict[str, object]:
    given: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise SettingsError(f"--set takes NAME=JSON, got {pair!r}")
        try:
            given[name] = json.loads(text)
        except ValueError:
            given[name] = text  # a bare word is a string
    return given


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loginradius-harness emulator", description="A stand-in tenant in one process."
    )
    parser.add_argument("command", nargs="?", choices=["run", "ledger"], default="run", help="ledger: what is emulated")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (default: loopback only)")
    parser.add_argument("--port", type=int, default=8484, help="port; 0 picks a free one (default: 8484)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--uds", metavar="PATH", help="listen on a Unix socket instead")
    way.add_argument("--tls", action="store_true", help="speak https, with a certificate made at start")
    way.add_argument("--proxy", type=int, metavar="PORT", help="also be a forward proxy for the vendor's hosts")
    parser.add_argument("--api-key", default=DEFAULT_KEY, help="API key of the default tenant")
    parser.add_argument("--api-secret", default=DEFAULT_SECRET, help="API secret of the default tenant")
    parser.add_argument("--preset", default="default", help=f"settings of the default tenant: {', '.join(PRESETS)}")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=JSON", help="one setting; repeatable")
    parser.add_argument("--seed", type=int, help="make ids, codes, tokens and times reproducible")
    parser.add_argument("--snapshot", type=Path, metavar="FILE", help="start with the state of a snapshot")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write a snapshot at the end")
    parser.add_argument(
        "--exit-with-parent",
        action="store_true",
        help="stop when standard input closes, as it does when the parent ends",
    )
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="break a rule; repeatable")
    return parser


def _cannot_listen(options: argparse.Namespace, error: OSError) -> str:
    place = options.uds or f"{options.host}:{options.port}"
    cure = "Stop what uses it, or take another with --port (0 picks a free one)."
    return f"cannot listen on {place}: {error.strerror}. {cure}"


def _fail(text: str, code: int) -> int:
    print(f"emulator: {text}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
