"""`loginradius-harness check`: judge recorded traffic."""

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import rich_click as click

from loginradius_harness.calibration.findings import Findings
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.contracts import overlay
from loginradius_harness.report.recording.event_stream import OUT, STREAM
from loginradius_harness.traffic import files, report
from loginradius_harness.traffic.judge import Judge, Judgement

BROKEN, CONFIGURATION = 1, 2
MOST_ROUTES = 20  # unknown routes that are listed

overlay_option = click.option(
    "--overlay",
    "overlay_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Overlay of the tenant: judge by what is accepted in it, and add what is seen.",
)


@click.command("check", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="A further host of the API; repeatable.")
@click.option("--strict", is_flag=True, help="Promises with weak evidence are binding too.")
@overlay_option
@click.option("--report", "out", type=click.Path(path_type=Path), default=OUT, help="Folder of the report.")
def command(
    paths: tuple[Path, ...], hosts: tuple[str, ...], overlay_file: Path | None, out: Path, *, strict: bool
) -> int:
    """Judge recorded traffic by the contracts: HAR files, Postman collections, record.ndjson, curl traces.

    Exchanges of several files are judged in the order of the files. Secrets and personal data do not reach the report.
    Exit code 1 if an answer violates its contract.
    """
    if any(path.resolve() == (out / STREAM).resolve() for path in paths):
        raise ConfigurationError(f"{out / STREAM} would be replaced by the report: name another folder with --report.")
    known, findings = overlay.read(overlay_file) if overlay_file else overlay.EMPTY, Findings(datetime.now(UTC).date())
    judge = Judge(hosts, strict=strict, overlay=known, findings=findings)
    for exchange in chain.from_iterable(files.read(path) for path in paths):
        judge.add(exchange)
    judgement = judge.judgement
    learn(findings, known, overlay_file)
    report.write(judgement, [path.name for path in paths], out)
    for line in summary(judgement):
        click.echo(line)
    click.echo(out / "index.html")
    if not judgement.judged and not judgement.failures:
        click.echo("No exchange of the API was judged: name the API's host with --host.", err=True)
        return CONFIGURATION
    return BROKEN if judgement.failures else 0


def learn(findings: Findings, known: overlay.Overlay, file: Path | None) -> None:
    """Add what was seen to an overlay's file."""
    if file is not None:
        title = known.info.title or file.name.removesuffix(".json").removesuffix(".overlay")
        overlay.write(findings.merge_into(known, title), file)


def summary(judgement: Judgement) -> list[str]:
    """Return the lines that tell what was judged."""
    lines = [
        f"{found.operation}: {found.requirement}{found.pointer}: expected {found.expected}, got {found.actual}"
        f" ({found.kind}, {count} times, first in {judgement.first[found]})"
        for found, count in judgement.deviations.most_common()
    ]
    lines += [f"no contract: {route} ({count} times)" for route, count in judgement.unknown.most_common(MOST_ROUTES)]
    if len(judgement.unknown) > MOST_ROUTES:
        lines.append(f"no contract: {len(judgement.unknown) - MOST_ROUTES} more routes")
    lines += [f"not judged: {reason} ({count} times)" for reason, count in judgement.unanswered.most_common()]
    if judgement.elsewhere:
        lines.append(f"other hosts: {judgement.elsewhere} exchanges")
    answers = judgement.judged.total()
    lines.append(
        f"{len(judgement.failures)} contract violations in {answers} answers of {len(judgement.judged)} operations"
    )
    return lines
