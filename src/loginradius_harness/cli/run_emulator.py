"""Runs the emulator with the options of its command; loaded when it starts, so that help stays quick."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from loginradius_harness.contracts import ContractError
from loginradius_harness.emulator.control.fault_switches import InvalidFaultError
from loginradius_harness.emulator.control.origin_check import Allowed
from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.core.presets import preset
from loginradius_harness.emulator.core.settings import SettingsError, changed
from loginradius_harness.emulator.core.twin import twin_settings
from loginradius_harness.emulator.server import endpoint as endpoints
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.server.endpoint import Encryption, Endpoint, EndpointError
from loginradius_harness.emulator.server.uvicorn_server import Server, configured, serve
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.outages import OutageRule
from loginradius_harness.emulator.state.tenants import TenantRegistry

if TYPE_CHECKING:  # loaded on first use, see `_load_faults`
    from loginradius_harness.emulator.control.fault_switches import FaultSwitches

CONTRACT = 1  # exit code: a contract cannot be read
CONFIGURATION = 2  # exit code: an option or a setting is wrong
INFRASTRUCTURE = 3  # exit code: a port or a file is not available


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line."""

    host: str
    port: int
    uds: str | None
    base_path: str
    tls: bool
    tls_cert: Path | None
    tls_key: Path | None
    tls_host: tuple[str, ...]
    ca_dir: Path | None
    proxy: int | None
    proxy_host: tuple[str, ...]
    allow_host: tuple[str, ...]
    allow_origin: tuple[str, ...]
    api_key: str
    api_secret: str = field(repr=False)
    preset: str | None
    set: tuple[str, ...]
    seed: int | None
    freeze: float | None
    twin: Path | None
    snapshot: Path | None
    create: bool
    users: Path | None
    save: Path | None
    fault: tuple[str, ...]
    outage: tuple[str, ...]
    exit_with_parent: bool


def run(options: Options) -> None:
    """Run the emulator until a signal stops it; exit with a message where it cannot start."""
    encryption = _encryption(options)
    _check_save(options.save)
    registry = _registry(options)
    allowed = Allowed(frozenset(options.allow_host), _origins(options.allow_origin), frozenset(options.proxy_host))
    with contextlib.ExitStack() as stack:
        endpoint = _endpoint(options, encryption, stack)
        if not options.uds:
            registry.site.url = f"{_reachable(endpoint.address)}{options.base_path}"
        server = configured(App(registry, _load_faults, allowed, options.base_path), endpoint.tls)
        if options.exit_with_parent:
            threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
        tasks = [_announce(server, endpoint, allowed, options.base_path, registry.default.settings.hash_rounds)]
        if options.save is not None and hasattr(signal, "SIGHUP"):
            tasks.append(_save_on_hangup(registry, options.save))
        serve(server, endpoint.listeners, *tasks)
    _save(registry, options.save)


def _reachable(address: str) -> str:
    """Return the address for a browser on this machine: `0.0.0.0` and `::` are all addresses, not one to go to."""
    return address.replace("//0.0.0.0:", "//localhost:").replace("//[::]:", "//localhost:")


def _stop_at_end_of_input(server: Server) -> None:
    while os.read(sys.stdin.fileno(), 1024):  # a buffered reader's lock would abort the interpreter at a signal's stop
        pass
    server.should_exit = True


def _load_faults() -> "FaultSwitches":
    from loginradius_harness import faults  # noqa: PLC0415  # most runs do not need them

    return faults


def _encryption(options: Options) -> Encryption | None:
    """Return how https is spoken, or None for plain http."""
    is_tls = options.tls or options.tls_cert is not None
    if (options.tls_cert is None) != (options.tls_key is None):
        _fail("--tls-cert and --tls-key need each other", CONFIGURATION)
    if options.uds and (is_tls or options.proxy is not None):
        _fail("--uds cannot be combined with --tls or --proxy", CONFIGURATION)
    if options.tls and options.proxy is not None:
        _fail("--proxy cannot be combined with --tls: the proxy speaks https itself", CONFIGURATION)
    if options.proxy_host and options.proxy is None:
        _fail("--proxy-host needs --proxy", CONFIGURATION)
    if not is_tls and options.proxy is None:
        return None
    return Encryption(options.tls_cert, options.tls_key, (*options.tls_host, *options.proxy_host), options.ca_dir)


def _check_save(file: Path | None) -> None:
    """Refuse a file that could not be written at the end."""
    if file is None:
        return
    if not file.parent.is_dir():
        _fail(f"--save {file}: there is no folder {file.parent}", CONFIGURATION)
    try:
        snapshot.check_writable(file)
    except OSError as error:
        _fail(f"--save {file}: {error.strerror}", CONFIGURATION)


def _origins(urls: tuple[str, ...]) -> frozenset[str]:
    for url in urls:
        if "://" not in url:
            _fail(f"--allow-origin {url}: an origin looks like http://localhost:3000", CONFIGURATION)
    return frozenset(url.rstrip("/").lower() for url in urls)


def _registry(options: Options) -> TenantRegistry:
    """Return the tenants to start with, with faults switched on."""
    try:
        if options.fault:
            _load_faults().activate(options.fault)
        settings = preset(options.preset or "default")
        registry = TenantRegistry(settings, options.api_key, options.api_secret, options.seed, frozen_at=options.freeze)
        if options.snapshot and (options.snapshot.exists() or not options.create):
            snapshot.restore_all(registry, snapshot.read(options.snapshot))
        if options.preset:
            registry.default.settings = settings
        if options.twin:
            registry.default.settings = changed(registry.default.settings, twin_settings(options.twin))
        registry.default.settings = changed(registry.default.settings, _settings(options.set))
        _add_users(registry, options.users)
        registry.default.outages.rules = _outages(options.outage)
    except (InvalidFaultError, SettingsError, snapshot.SnapshotError) as error:
        _fail(str(error), CONFIGURATION)
    except ContractError as error:
        _fail(str(error), CONTRACT)
    return registry


def _add_users(registry: TenantRegistry, file: Path | None) -> None:
    if file is None:
        return
    from loginradius_harness.emulator.control import user_import  # noqa: PLC0415  # most runs import nobody

    try:
        asyncio.run(user_import.import_users(registry.default, user_import.read(file)))
    except InvalidControlCallError as error:
        _fail(f"--users {file}: {error}", CONFIGURATION)


def _outages(rules: tuple[str, ...]) -> list[OutageRule]:
    if not rules:
        return []
    from loginradius_harness.emulator.control import outage_rules  # noqa: PLC0415  # most runs have none

    outages = []
    for rule in rules:
        try:
            outages.append(outage_rules.parsed(rule))
        except InvalidControlCallError as error:
            _fail(f"--outage {rule}: {error}", CONFIGURATION)
    return outages


def _endpoint(options: Options, encryption: Encryption | None, stack: contextlib.ExitStack) -> Endpoint:
    """Open the sockets to listen on; the exit stack closes them."""
    place = options.uds or f"{options.host}:{options.port}"
    try:
        if options.uds:
            listeners = [stack.enter_context(endpoints.listen_at(options.uds))]
            stack.callback(Path(options.uds).unlink, missing_ok=True)
        else:
            opened = endpoints.listen_on(options.host, options.port)
            listeners = [stack.enter_context(listener) for listener in opened]
            place = f"port {options.proxy} for --proxy"
        return endpoints.open_endpoint(stack, listeners, encryption, options.proxy)
    except EndpointError as error:
        _fail(str(error), CONFIGURATION)
    except OSError as error:
        advice = "Stop what uses it, or choose another with --port (0 picks a free one)."
        _fail(f"cannot listen on {place}: {error.strerror}. {advice}", INFRASTRUCTURE)


async def _announce(server: Server, endpoint: Endpoint, allowed: Allowed, base_path: str, rounds: int) -> None:
    """Print the address once requests are answered, and run the proxy."""
    while not server.started:  # noqa: ASYNC110  # uvicorn offers no event to wait for
        await asyncio.sleep(0.001)
    print(f"passwords: PBKDF2-SHA256, {rounds} rounds (setting hash_rounds)", flush=True)
    if endpoint.authority_file:
        print(f"certificate authority {endpoint.authority_file}", flush=True)
    if endpoint.proxy and endpoint.proxy_tls:
        host, port = endpoint.listeners[0].getsockname()[:2]
        from loginradius_harness.emulator.server import proxy  # noqa: PLC0415  # most runs have none

        forward = await proxy.serve(endpoint.proxy, (host, port), endpoint.proxy_tls, allowed)
        print(f"proxy {endpoints.address(endpoint.proxy)}", flush=True)
        print(f"ready {endpoint.address}{base_path}", flush=True)
        await forward.serve_forever()
    print(f"ready {endpoint.address}{base_path}", flush=True)


async def _save_on_hangup(registry: TenantRegistry, file: Path) -> None:
    """Save the state whenever SIGHUP arrives; an error is reported and the emulator goes on."""

    def save() -> None:
        try:
            snapshot.save(registry, file)
        except OSError as error:
            print(f"emulator: cannot write {file}: {error.strerror}", file=sys.stderr, flush=True)
        else:
            print(f"saved {file}", flush=True)

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, save)


def _save(registry: TenantRegistry, file: Path | None) -> None:
    """Write the state of all tenants to a file."""
    try:
        if file is not None:
            snapshot.save(registry, file)
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
