"""`loginradius-harness capture`: judge the traffic of an application while its tests run."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import rich_click as click

from loginradius_harness.calibration.findings import Findings
from loginradius_harness.cli.check import BROKEN, learn, overlay_option, summary
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.contracts import overlay
from loginradius_harness.report.recording.event_stream import OUT
from loginradius_harness.traffic import report
from loginradius_harness.traffic.capture import Connections, Forward, Proxy, Upstream
from loginradius_harness.traffic.exchange import RecordedExchange
from loginradius_harness.traffic.exchange_log import ExchangeLog
from loginradius_harness.traffic.hosts import VENDOR_HOSTS
from loginradius_harness.traffic.judge import Judge, Judgement

LOOPBACK = "127.0.0.1"
CONFIGURATION, INFRASTRUCTURE = 2, 3
API = "https://api.loginradius.com"
# Where curl, Python and Node read the proxy, and the authority that they trust.
PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy")
TRUST_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True)
class Options:
    """The options of the command line."""

    upstream: str | None
    forward: bool
    hosts: tuple[str, ...]
    ca_dir: Path | None
    resolve: tuple[str, ...]
    port: int
    overlay_file: Path | None
    out: Path
    command_line: tuple[str, ...]


@dataclass(frozen=True)
class _Setup:
    """What the proxy passes on, and what the command's environment gets once its address is known."""

    mode: Upstream | Forward
    hosts: frozenset[str]
    environment: Callable[[str], dict[str, str]]
    authority: Path | None = None


@click.command("capture", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--upstream", metavar="URL", help=f"The API.  [default: {API}]")
@click.option("--forward", is_flag=True, help="Be the proxy of HTTPS_PROXY, for an application that is not changed.")
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="A further host of the API; repeatable.")
@click.option("--ca-dir", type=click.Path(path_type=Path), help="Keep the authority of --forward here; else one a run.")
@click.option("--resolve", multiple=True, metavar="HOST=IP:PORT", help="Connect there instead of to HOST; repeatable.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8088, show_default=True, help="Port; 0 picks a free one."
)
@overlay_option
@click.option("--report", "out", type=click.Path(path_type=Path), default=OUT, help="Folder of the report.")
@click.argument("command_line", metavar="[-- COMMAND...]", nargs=-1, type=click.UNPROCESSED)
def command(**given: Any) -> int:
    """Pass an application's requests on to the API, and judge each answer by its contract.

    Point the application at http://127.0.0.1:8088 instead of the API; nothing but the Host header is changed. Or use
    --forward, set HTTPS_PROXY to that address and trust the authority that is named; nothing is changed, and other
    hosts are refused. Ends with Ctrl-C, or with COMMAND, which finds all this in its environment, the address in
    LOGINRADIUS_API_URL. Exit code 1 if an answer violates its contract, else that of COMMAND; 2 where it succeeds
    and no answer was judged.
    """
    options = Options(**given)
    file, today = options.overlay_file, datetime.now(UTC).date()
    known, findings = overlay.read(file) if file else overlay.EMPTY, Findings(today)
    warnings: list[str] = []
    with contextlib.ExitStack() as stack:
        setup = _forward(options, stack) if options.forward else _reverse(options)
        judge = Judge(setup.hosts, overlay=known, findings=findings)
        log = stack.enter_context(contextlib.closing(ExchangeLog(options.out)))
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                code = runner.run(_run(setup, options, _live(judge, log), warnings))
        except OSError as error:
            click.echo(
                f"cannot listen on {LOOPBACK}:{options.port}: {error.strerror}. Choose another --port.", err=True
            )
            return INFRASTRUCTURE
    learn(findings, known, file)
    report.write(judge.judgement, sorted(setup.hosts), options.out, "capture")
    for line in summary(judge.judgement):
        click.echo(line)
    click.echo(log.file)
    click.echo(options.out / "index.html")
    if judge.judgement.failures:
        return BROKEN
    if options.command_line and not code and not judge.judgement.judged:
        click.echo(_nothing_judged(judge.judgement, warnings), err=True)
        return CONFIGURATION
    return code


def _nothing_judged(judgement: Judgement, warnings: list[str]) -> str:
    """Return one sentence on why a run with a command has judged no answer."""
    if judgement.unknown or judgement.unanswered or judgement.elsewhere:
        return "No answer of the API was judged: the lines above say why."
    if warnings:
        return f"No request of the API passed: {warnings[-1]}"
    return "No request of the API passed: does the application use the proxy?"


def _reverse(options: Options) -> _Setup:
    if options.ca_dir:
        raise ConfigurationError("--ca-dir needs --forward.")
    try:
        target = Upstream.parse(options.upstream or API)
    except ValueError as error:
        raise ConfigurationError(f"--upstream {error}") from None
    hosts = frozenset({*options.hosts, target.host})
    return _Setup(target, hosts, lambda address: {"LOGINRADIUS_API_URL": address})


def _forward(options: Options, stack: contextlib.ExitStack) -> _Setup:
    from loginradius_harness.emulator.server.tls import CERTIFICATE, Authority  # noqa: PLC0415  # for this mode only

    if options.upstream:
        raise ConfigurationError("--upstream has no meaning with --forward: the application names the host.")
    hosts = frozenset({*VENDOR_HOSTS, *(host.lower() for host in options.hosts)})
    folder = options.ca_dir or Path(stack.enter_context(TemporaryDirectory(prefix="loginradius-harness-")))
    try:
        authority = Authority(sorted(hosts), options.ca_dir)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its files are damaged"
        raise ConfigurationError(f"--ca-dir {folder}: {reason}.") from None
    file = folder / CERTIFICATE
    if options.ca_dir is None:
        authority.write(file)

    def environment(address: str) -> dict[str, str]:
        return dict.fromkeys(PROXY_VARIABLES, address) | dict.fromkeys(TRUST_VARIABLES, str(file))

    return _Setup(Forward(hosts, authority.context()), hosts, environment, file)


def _resolved(text: str) -> tuple[str, tuple[str, int]]:
    host, _, address = text.partition("=")
    ip, _, port = address.rpartition(":")
    if not host or not ip or not port.isdecimal():
        raise ConfigurationError(f"--resolve {text}: write HOST=IP:PORT, e.g. api.loginradius.com=127.0.0.1:8443.")
    return host.lower(), (ip.strip("[]"), int(port))


def _live(judge: Judge, log: ExchangeLog) -> Callable[[RecordedExchange], None]:
    """Return a listener that judges an exchange, says what it found, and keeps the exchange."""

    def listener(exchange: RecordedExchange) -> None:
        judgement = judge.judgement
        deviations, judged = judgement.deviations.copy(), judgement.judged.copy()
        judge.add(exchange)
        for operation in judgement.judged - judged:
            click.echo(f"{operation}: {exchange.status}")
        for found in judgement.deviations - deviations:
            shown = f"expected {found.expected}, got {found.actual} ({found.kind})"
            click.echo(f"{found.operation}: {found.pointer or '/'}: {shown}")
        log.add(exchange)

    return listener


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415  # absent on Windows

    return uvloop.new_event_loop


async def _run(
    setup: _Setup, options: Options, listener: Callable[[RecordedExchange], None], warnings: list[str]
) -> int:
    """Serve until the command ends or a signal arrives; `warnings` gets why connections failed."""

    def warn(line: str) -> None:
        warnings.append(line)
        click.echo(line, err=True)

    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    connections = Connections(dict(map(_resolved, options.resolve)))
    proxy = Proxy(setup.mode, listener, connections, warn)
    server = await proxy.serve(LOOPBACK, options.port)
    address = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    if setup.authority is not None:
        click.echo(f"certificate authority {setup.authority}")
    click.echo(f"ready {address}")
    sys.stdout.flush()
    try:
        if not options.command_line:
            await stopped.wait()
            return 0
        environment = os.environ | setup.environment(address)
        process = await _start(options.command_line, environment)
        return await process.wait()
    finally:
        server.close()


async def _start(command_line: tuple[str, ...], environment: dict[str, str]) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(*command_line, env=environment)
    except OSError as error:
        reason = "no such command" if isinstance(error, FileNotFoundError) else error.strerror
        raise ConfigurationError(f"cannot start {command_line[0]}: {reason}") from None
