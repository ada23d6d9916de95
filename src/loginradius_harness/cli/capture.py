"""`loginradius-harness capture`: judge the traffic of an application while its tests run."""

import asyncio
import contextlib
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from loginradius_harness.calibration.findings import Findings
from loginradius_harness.cli.check import BROKEN, CONFIGURATION, learn, overlay_option, summary
from loginradius_harness.contracts import overlay
from loginradius_harness.report.recording.event_stream import OUT
from loginradius_harness.traffic import report
from loginradius_harness.traffic.capture import Proxy, Upstream
from loginradius_harness.traffic.exchange import RecordedExchange
from loginradius_harness.traffic.judge import Judge

LOOPBACK = "127.0.0.1"
INFRASTRUCTURE = 3


@click.command("capture", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--upstream", metavar="URL", default="https://api.loginradius.com", show_default=True, help="The API.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8088, show_default=True, help="Port; 0 picks a free one."
)
@overlay_option
@click.option("--report", "out", type=click.Path(path_type=Path), default=OUT, help="Folder of the report.")
@click.argument("command_line", metavar="[-- COMMAND...]", nargs=-1, type=click.UNPROCESSED)
def command(upstream: str, port: int, overlay_file: Path | None, out: Path, command_line: tuple[str, ...]) -> int:
    """Pass an application's requests on to the API, and judge each answer by its contract.

    Point the application at http://127.0.0.1:8088 instead of the API. Nothing but the Host header is changed. Ends with
    Ctrl-C, or with COMMAND, which finds the address in LOGINRADIUS_API_URL. Exit code 1 if an answer violates its
    contract, else that of COMMAND.
    """
    try:
        target = Upstream.parse(upstream)
    except ValueError as error:
        click.echo(f"--upstream {error}", err=True)
        return CONFIGURATION
    known, findings = overlay.read(overlay_file) if overlay_file else overlay.EMPTY, Findings(datetime.now(UTC).date())
    judge = Judge([target.host], overlay=known, findings=findings)
    try:
        code = asyncio.run(_run(target, port, judge, command_line))
    except OSError as error:
        click.echo(f"cannot listen on {LOOPBACK}:{port}: {error.strerror}. Choose another --port.", err=True)
        return INFRASTRUCTURE
    learn(findings, known, overlay_file)
    report.write(judge.judgement, [upstream], out)
    for line in summary(judge.judgement):
        click.echo(line)
    click.echo(out / "index.html")
    return BROKEN if judge.judgement.failures else code


async def _run(upstream: Upstream, port: int, judge: Judge, command_line: tuple[str, ...]) -> int:
    def judged(exchange: RecordedExchange) -> None:
        before = judge.judgement.deviations.copy()
        judge.add(exchange)
        for found in judge.judgement.deviations - before:
            click.echo(f"{found.operation}: {found.pointer or '/'}: expected {found.expected}, got {found.actual}")

    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    server = await Proxy(upstream, judged).serve(LOOPBACK, port)
    address = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    click.echo(f"ready {address}")
    sys.stdout.flush()
    try:
        if not command_line:
            await stopped.wait()
            return 0
        environment = {**os.environ, "LOGINRADIUS_API_URL": address}
        process = await asyncio.create_subprocess_exec(*command_line, env=environment)
        return await process.wait()
    finally:
        server.close()
