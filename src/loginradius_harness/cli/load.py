"""`loginradius-harness load run | smoke | capacity | compare | seed | clean`: load tests from the command line."""

import math
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rich_click as click

from loginradius_harness.cli import child_process
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load import seeding
from loginradius_harness.load.analysis import capacity as capacity_search
from loginradius_harness.load.analysis import comparison, run_result
from loginradius_harness.load.analysis.slo import Result
from loginradius_harness.load.config import plan, profiles, targets
from loginradius_harness.load.config.egress_filter import EgressFilter
from loginradius_harness.load.config.plan import Options
from loginradius_harness.load.config.targets import LoadConsent
from loginradius_harness.load.engine import single_process_run
from loginradius_harness.load.workload import account_pool
from loginradius_harness.paths import DATA
from loginradius_harness.report import finish
from loginradius_harness.report.recording.event_stream import OUT, STREAM, read
from loginradius_harness.target import emulator_process
from loginradius_harness.target.shared_tenant.protection import clean_up
from loginradius_harness.target.target import Target

_SMOKE_ACCOUNTS = 400  # as many as log in during the ten seconds for which a busy machine may stand still
LOCUSTFILE = DATA / "loadtests" / "locustfile.py"

_POSITIVE = click.FloatRange(min=0, min_open=True)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _together(*decorators: Decorator) -> Decorator:
    """Return one decorator that adds these options in this order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


_target = _together(
    click.argument("target"),
    click.option("--pool", type=click.Path(path_type=Path), help="File of accounts [reports/out/pool/TARGET.jsonl]."),
    click.option("--yes", is_flag=True, help="Confirm the load of a real tenant."),
    click.option("--vendor-approved", is_flag=True, help="The vendor has approved the load of a production tenant."),
)
_load = _together(
    click.option("--rate", type=_POSITIVE, help="Peak rate in arrivals a second, or users, instead of the profile's."),
    click.option("--duration", type=_POSITIVE, help="Seconds of the measured part; its stages keep their proportions."),
    click.option(
        "--accounts", type=click.IntRange(min=1), help="Accounts that take part, instead of the profile's number."
    ),
)
_locust_options = click.argument("locust_options", nargs=-1, metavar="[-- LOCUST OPTIONS]", type=click.UNPROCESSED)


@click.group("load")
def command() -> None:
    """Load tests of a tenant or an emulator.

    TARGET is a name of targets.toml, or the URL of an emulator on this machine.
    """


@command.command()
@_target
@click.option("--profile", default="smoke", show_default=True, help="A name of loadtests/profiles, or a .toml file.")
@_load
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="A recorded run; fail when this run is slower than it."
)
@_locust_options
def run(  # noqa: PLR0913  # the options of the command
    *, target: str, pool: Path | None, yes: bool, vendor_approved: bool, profile: str, rate: float | None,
    duration: float | None, accounts: int | None, baseline: Path | None, locust_options: tuple[str, ...],
) -> int:  # fmt: skip
    """Run a profile against a target, without the web UI."""
    profiles.load(profile)  # its own message is better than locust's
    before = run_result.load_valid(baseline) if baseline else None
    found = targets.find(target, EgressFilter().permit)
    code = _locust(
        target, profile, *_given(pool=pool, rate=rate, duration=duration, accounts=accounts),
        *(["--yes"] if yes else []), *(["--vendor-approved"] if vendor_approved else []), *locust_options,
    )  # fmt: skip
    _clean_up(found)
    if code == 0 and before:
        after = max(run_result.FOLDER.glob(f"*-{Path(profile).stem}.json"))
        return _print_changes(before, run_result.load(after))
    return code


@command.command()
@_load
@_locust_options
def smoke(*, rate: float | None, duration: float | None, accounts: int | None, locust_options: tuple[str, ...]) -> int:
    """Run the smoke profile (20 s) against an emulator of its own."""
    with emulator_process.running() as url, tempfile.TemporaryDirectory() as folder:
        pool = Path(folder) / "pool.jsonl"
        return _locust(
            url, "smoke", *_given(pool=pool, rate=rate, duration=duration, accounts=accounts or _SMOKE_ACCOUNTS),
            *locust_options,
        )  # fmt: skip


@command.command()
@_target
@click.option("--profile", default="capacity", show_default=True, help="What is run at each rate.")
@click.option("--start", type=float, default=50, show_default=True, help="First rate, arrivals a second.")
@click.option("--ceiling", type=float, default=20_000, show_default=True, help="Highest rate to try.")
def capacity(  # noqa: PLR0913  # the options of the command
    *, target: str, pool: Path | None, yes: bool, vendor_approved: bool, profile: str, start: float, ceiling: float
) -> int:
    """Find the highest rate of arrivals that meets the limits of a profile."""
    for name, number in (("start", start), ("ceiling", ceiling)):
        if not math.isfinite(number) or number <= 0:
            raise ConfigurationError(f"--{name} must be a finite number above 0, not {number:g}.")
    egress = EgressFilter()
    egress.install()
    options = Options(profile=profile, pool=str(pool or ""), yes=yes, vendor_approved=vendor_approved)
    made = plan.decide(options, target, egress.permit)
    targets.require_consent(made.target, made.consent)
    seeding.ensure_accounts(made)
    single = single_process_run.SingleProcessRun(made, egress)

    def try_rate(rate: float) -> capacity_search.Trial:
        trial = capacity_search.evaluate_trial(rate, single.run(rate), made.profile)
        click.echo(f"{rate:>9.1f}/s {'met' if trial.met else trial.exceeded or trial.invalid}")
        return trial

    highest = min(ceiling, made.rate_limit or ceiling)
    try:
        found = capacity_search.search(try_rate, min(start, highest), highest)
    finally:
        single.close()
        _clean_up(made.target)
    click.echo(found.statement)
    return Result.INVALID.exit_code if found.invalid else 0 if found.low else Result.FAIL.exit_code


@command.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
def compare(before: Path, after: Path) -> int:
    """Tell whether the run AFTER is slower than the run BEFORE, or whether it is chance."""
    return _print_changes(run_result.load_valid(before), run_result.load_valid(after))


@command.command()
@_target
@click.option("--users", type=click.IntRange(min=1), default=100, show_default=True, help="Accounts to create.")
@click.option("--csv", type=click.Path(path_type=Path), help="Take the accounts from this file; its header names them.")
@click.option("--expired", is_flag=True, help="Create expired tokens too: advances an emulator's clock.")
@click.option("--totp", is_flag=True, help="Enrol an authenticator app for each account.")
@click.option("--passkey", is_flag=True, help="Add a passkey to each account; the pool holds its key.")
def seed(  # noqa: PLR0913  # the options of the command
    *, target: str, pool: Path | None, yes: bool, vendor_approved: bool, users: int, csv: Path | None,
    expired: bool, totp: bool, passkey: bool,
) -> None:  # fmt: skip
    """Fill the pool of a target with accounts."""
    found = targets.find(target, EgressFilter().permit)
    targets.require_consent(found, LoadConsent(yes, vendor_approved))
    path = pool or account_pool.default_path(found.name)
    known = account_pool.load(path) if path.exists() else []  # refuses to overwrite what is not a pool
    if found.is_emulator:
        known = []  # an emulator may have forgotten them
    if csv:
        accounts = account_pool.import_csv(csv)
    else:
        accounts = seeding.seed(found, users, expired=expired, totp=totp, passkey=passkey)
    account_pool.save(path, [*known, *accounts])
    click.echo(f"{len(known) + len(accounts)} accounts in {path}")


@command.command()
@_target
def clean(target: str, pool: Path | None, *, yes: bool, vendor_approved: bool) -> None:
    """Delete the accounts of a pool and the pool, and what earlier runs have left on a shared tenant."""
    found = targets.find(target, EgressFilter().permit)
    targets.require_consent(found, LoadConsent(yes, vendor_approved))
    path = pool or account_pool.default_path(found.name)
    if pool or path.exists():
        accounts = account_pool.load(path)
        seeding.remove(found, accounts)
        path.unlink()
        click.echo(f"{len(accounts)} accounts of {path} deleted")
    _clean_up(found)


def _clean_up(target: Target) -> None:
    """Delete what ended runs have registered on a shared tenant; InfrastructureError when something is left."""
    left = clean_up(target, click.echo) if target.is_shared else 0
    if left:
        raise InfrastructureError("load clean", f"{left} accounts are left on {target.name}")


def _given(**options: object) -> list[str]:
    """Return the options that were given, as words of a command line."""
    return [word for name, value in options.items() if value is not None for word in (f"--{name}", str(value))]


def _locust(target: str, profile: str, *options: str) -> int:
    """Run locust in a process of its own: importing it patches sockets and threads."""
    words = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--only-summary"]
    words += ["--host", target, "--load-profile", profile, "--loglevel", "WARNING", "--exit-with-parent", *options]
    code = child_process.run(words, subprocess.Popen.terminate, stdin=subprocess.DEVNULL)
    if (OUT / STREAM).exists():
        finish.write_report(OUT, read(OUT / STREAM))
    return code


def _print_changes(before: run_result.Run, after: run_result.Run) -> int:
    if differences := comparison.differences(before, after):
        click.echo(f"warning: the runs differ ({differences}), which may be the cause of a change", err=True)
    changes = list(comparison.compare(before, after))
    if not changes:
        raise ConfigurationError("The two runs have no operation in common that was called often enough.")
    for change in changes:
        click.echo(str(change))
    if all(change.verdict == comparison.CANNOT_TELL for change in changes):
        return Result.INVALID.exit_code
    return Result.FAIL.exit_code if any(change.verdict == "slower" for change in changes) else 0
