"""`loginradius-harness calibrate | twin | compare`: know what a tenant does otherwise, and stand in for it."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import rich_click as click

from loginradius_harness.calibration import from_run
from loginradius_harness.calibration import twin as twins
from loginradius_harness.calibration.compare import Comparison
from loginradius_harness.checks.support.run_plan import LIMITS, TIERS, Tier
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.contracts import overlay
from loginradius_harness.contracts.overlay import Overlay
from loginradius_harness.report.recording import event_stream
from loginradius_harness.report.recording.event_stream import OUT, STREAM
from loginradius_harness.target import emulator_process
from loginradius_harness.target.target import Target, load_target

_HELP = {"help_option_names": ["-h", "--help"]}
_FILE = click.Path(path_type=Path)
_targets_file = click.option(
    "--targets-file", type=_FILE, default=Path("targets.toml"), show_default=True, help="File that describes targets."
)
SHOWN = 30  # differences that are listed
SHOWN_REASONS = 5  # why requests were not asked


@click.command(context_settings=_HELP)
@click.argument("target")
@_targets_file
@click.option("--run", "folder", type=_FILE, default=OUT, show_default=True, help="Report folder of the run to read.")
@click.option("--probe", is_flag=True, help="Also send at most 300 requests, and compare the answers with the twin's.")
@click.option("--accept", "accepted", multiple=True, metavar="ID", help="Accept a proposed difference; repeatable.")
def calibrate(target: str, targets_file: Path, folder: Path, probe: bool, accepted: tuple[str, ...]) -> int:  # noqa: FBT001  # an option
    """Propose what a tenant does otherwise than the contracts say: targets/TARGET.overlay.json.

    Reads the last run against TARGET. Later runs judge by the contracts and what was accepted, with --accept or by
    writing `accepted` into the file. What was decided stays, evidence is added.
    """
    found = load_target(target, targets_file=targets_file)
    known = found.overlay
    if accepted:
        known = overlay.accept(known, accepted)
    else:
        known = _from_last_run(found, folder, known, needed=not probe)
        if probe:
            known = _probed(found, known)
    overlay.write(known, found.overlay_file)
    for line in _listed(known):
        click.echo(line)
    click.echo(found.overlay_file)
    return 0


def _from_last_run(target: Target, folder: Path, known: Overlay, *, needed: bool) -> Overlay:
    stream = folder / STREAM
    record = event_stream.read(stream) if stream.exists() else None
    if record is None or record.run is None or record.run.target.rstrip("/") != target.name:
        if needed:
            raise ConfigurationError(
                f"{folder} holds no run against {target.name}: run `loginradius-harness verify {target.name} --tier "
                "smoke` first, name its folder with --run, or use --probe."
            )
        return known
    if not any(map(event_stream.is_answer, record.verdicts)):
        if needed:
            raise ConfigurationError(
                f"The run in {folder} asked {target.name} nothing: `loginradius-harness doctor {target.name}` says "
                "why. Then repeat the run."
            )
        return known
    return from_run.findings(record).merge_into(known, target.name, record.run.id)


def _probed(target: Target, known: Overlay) -> Overlay:
    """Compare the tenant with the twin that would stand for it if all that is proposed were accepted."""
    everything = overlay.accept(known, [found.id for found in known.actions])
    with _twin_of(target, everything) as other:
        result = _compared(target, load_target(other), "smoke")
    with Client(target) as client:
        twins.missing_features(client, result.findings)
    return result.findings.merge_into(known, target.name)


@contextmanager
def _twin_of(target: Target, known: Overlay) -> Iterator[str]:
    with Client(target) as client:
        described = twins.describe(client, known)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "twin.json"
        file.write_text(json.dumps(described), encoding="utf-8")
        with emulator_process.running("--twin", str(file)) as url:
            yield url


def _listed(known: Overlay) -> Iterator[str]:
    for found in sorted(known.actions, key=lambda found: (found.is_accepted, found.id)):
        yield f"{found.status:<9} {found.id}  ({found.evidence.count} times, last {found.evidence.last_seen})"
    open_ones = sum(not found.is_accepted for found in known.actions)
    yield f"{len(known.actions) - open_ones} differences accepted, {open_ones} proposed"


@click.command(context_settings=_HELP)
@click.argument("target")
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE", help="File to write.")
@_targets_file
def twin(target: str, output: Path, targets_file: Path) -> int:
    """Describe a tenant as a configuration of the emulator: `loginradius-harness emulator --twin FILE`.

    The file holds settings, features and accepted differences; no person, key or secret.
    """
    found = load_target(target, targets_file=targets_file)
    if output.exists():
        raise ConfigurationError(f"{output} exists: choose another name, or remove it.")
    with Client(found) as client:
        described = twins.describe(client, found.overlay)
    output.write_text(json.dumps(described, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    click.echo(output)
    return 0


@click.command(context_settings=_HELP)
@click.argument("first")
@click.argument("second")
@_targets_file
@click.option("--tier", type=click.Choice(TIERS), default="smoke", show_default=True)
@click.option("--accept", is_flag=True, help="Accept the differences into the overlay of FIRST.")
def compare(first: str, second: str, targets_file: Path, tier: Tier, accept: bool) -> int:  # noqa: FBT001  # an option
    """Send the same safe requests to two targets, and show where their answers differ.

    FIRST and SECOND are targets, or files of twins. What a request needs is created for it and removed afterwards.
    Exit code 1 if an answer differs.
    """
    with _target(first, targets_file) as one, _target(second, targets_file) as other:
        result = _compared(one, other, tier)
    for line in _shown(result):
        click.echo(line)
    if accept:
        known = result.findings.merge_into(one.overlay, one.name)
        known = overlay.accept(known, [key.id for key in result.findings.keys])
        overlay.write(known, one.overlay_file)
        click.echo(one.overlay_file)
    return int(result.agreed < result.asked or bool(result.differences))


@contextmanager
def _target(name: str, targets_file: Path) -> Iterator[Target]:
    if name.endswith(".json"):
        with emulator_process.running("--twin", name) as url:
            yield load_target(url)
    else:
        yield load_target(name, targets_file=targets_file)


def _compared(first: Target, second: Target, tier: Tier) -> Comparison:
    from loginradius_harness.calibration.compare import compare as compared  # noqa: PLC0415  # as the next line
    from loginradius_harness.calibration.observe import cases, observe  # noqa: PLC0415  # needs the extra `suites`

    one = observe(first, cases(), LIMITS.get(tier, math.inf))
    other = observe(second, (case for case in cases() if case.id in one.answers))
    for target, observed in ((first, one), (second, other)):
        for line in observed.left:
            click.echo(f"left on {target.name}: {line}; loginradius-harness cleanup {target.name} removes it", err=True)
    return compared(one, other)


def _shown(result: Comparison) -> Iterator[str]:
    for difference, operations in result.ranked[:SHOWN]:
        yield f"{len(operations):>4}  {difference.place}: {difference.what}"
    if len(result.differences) > SHOWN:
        yield f"      and {len(result.differences) - SHOWN} more"
    yield from (f"{count:>4}  not asked: {reason}" for reason, count in result.reasons[:SHOWN_REASONS])
    yield f"{len(result.not_asked)} requests could not be asked on both"
    yield f"fidelity {result.fidelity:.1%}: {result.agreed} of {result.asked} requests are answered alike"
