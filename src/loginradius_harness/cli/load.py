"""`loginradius-harness load smoke | run | capacity | compare | seed | clean`: load from the command line."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load import seeding, supply
from loginradius_harness.load.analysis import capacity, comparison, run_result
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

LOCUSTFILE = DATA / "loadtests" / "locustfile.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 kept, 1 broken, 2 configuration, 3 infrastructure, 4 invalid."""
    chosen, rest = _parser().parse_known_args(arguments)
    command: Callable[[argparse.Namespace, list[str]], int] = chosen.command
    try:
        return command(chosen, rest)
    except (ConfigurationError, InfrastructureError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return InfrastructureError.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loginradius-harness load", description="Load tests of a tenant or an emulator."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    smoke = commands.add_parser("smoke", help="20 s against an emulator of its own; more options go to locust")
    smoke.set_defaults(command=_smoke)
    run = commands.add_parser("run", help="a profile against a target, without the web UI; more options go to locust")
    run.add_argument("--profile", default="smoke", help=f"one of {', '.join(profiles.names())}, or a .toml file")
    run.add_argument("--baseline", type=Path, help="a recorded run that this one must not be slower than")
    capacity = commands.add_parser("capacity", help="the highest rate of arrivals that keeps a profile's limits")
    capacity.add_argument("--profile", default="capacity", help="what is tried at each rate (default: capacity)")
    capacity.add_argument("--start", type=float, default=50, help="first rate, arrivals/s (default: 50)")
    capacity.add_argument("--ceiling", type=float, default=20_000, help="highest rate to try (default: 20000)")
    compare = commands.add_parser("compare", help="is the second recorded run slower than the first, or is it chance?")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.set_defaults(command=lambda chosen, _: _compare(chosen.before, chosen.after))
    seed = commands.add_parser("seed", help="fill the pool of a target with accounts")
    seed.add_argument("--users", type=int, default=100, help="accounts to make")
    seed.add_argument("--csv", type=Path, help="take the accounts from this file instead; its header names the members")
    seed.add_argument("--expired", action="store_true", help="make expired tokens too: moves an emulator's clock")
    seed.add_argument("--totp", action="store_true", help="enrol an authenticator app for each account")
    clean = commands.add_parser("clean", help="delete the accounts of a pool, and the pool")
    for command, function in ((run, _run), (capacity, _capacity), (seed, _seed), (clean, _clean)):
        command.add_argument("target", help="a name of targets.toml, or the URL of an emulator")
        command.add_argument("--pool", type=Path, help="file of accounts (default: loadtests/pool/TARGET.jsonl)")
        command.add_argument("--yes", action="store_true", help="needed for a real tenant")
        command.add_argument("--agreed", action="store_true", help="needed for production: the vendor has agreed")
        command.set_defaults(command=function)
    return parser


def _smoke(_chosen: argparse.Namespace, rest: list[str]) -> int:
    with emulator_process.running() as url, tempfile.TemporaryDirectory() as folder:
        return _locust(url, "smoke", ["--pool", str(Path(folder) / "pool.jsonl"), *rest])


def _run(chosen: argparse.Namespace, rest: list[str]) -> int:
    options = ["--pool", str(chosen.pool)] if chosen.pool else []
    options += [f"--{name}" for name in ("yes", "agreed") if getattr(chosen, name)]
    code = _locust(chosen.target, chosen.profile, [*options, *rest])
    if code == 0 and chosen.baseline:
        return _compare(chosen.baseline, max(run_result.FOLDER.glob(f"*-{Path(chosen.profile).stem}.json")))
    return code


def _locust(target: str, profile: str, rest: list[str]) -> int:
    """Run locust in a process of its own: importing it patches sockets and threads."""
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--only-summary"]
    command += ["--host", target, "--load-profile", profile, "--loglevel", "WARNING", *rest]
    code = subprocess.run(command, check=False).returncode  # noqa: S603  # our own command
    if (OUT / STREAM).exists():
        finish.tell(OUT, read(OUT / STREAM))
    return code


def _compare(before: Path, after: Path) -> int:
    changes = list(comparison.compare(run_result.load(before), run_result.load(after)))
    if not changes:
        raise ConfigurationError(f"{before} and {after} have no operation in common that was called often enough")
    for change in changes:
        print(change)
    return int(any(change.verdict == "slower" for change in changes))


def _capacity(chosen: argparse.Namespace, _rest: list[str]) -> int:
    guard = EgressFilter()
    guard.install()
    made = plan.decide(_options(chosen), chosen.target, guard.permit)
    targets.require_consent(made.target, made.consent)
    supply.stock(made)
    probing = single_process_run.SingleProcessRun(made, guard)

    def try_rate(rate: float) -> capacity.Trial:
        trial = capacity.judge(rate, probing.run(rate), made.profile)
        print(f"{rate:>9.1f}/s {'kept' if trial.kept else trial.why or trial.doubt}", flush=True)
        return trial

    ceiling = min(chosen.ceiling, made.allowance or chosen.ceiling)
    found = capacity.search(try_rate, min(chosen.start, ceiling), ceiling)
    print(found.statement)
    return Result.INVALID.value if found.doubt else 0 if found.low else Result.FAIL.value


def _options(chosen: argparse.Namespace) -> Options:
    pool = str(chosen.pool or "")
    return plan.Chosen(chosen.profile, rate=0.0, population=0, pool=pool, yes=chosen.yes, agreed=chosen.agreed)


def _seed(chosen: argparse.Namespace, _rest: list[str]) -> int:
    target = targets.find(chosen.target, EgressFilter().permit)
    targets.require_consent(target, LoadConsent(chosen.yes, chosen.agreed))
    if chosen.users < 1:
        raise ConfigurationError("--users must be above 0")
    if chosen.csv:
        accounts = account_pool.import_csv(chosen.csv)
    else:
        accounts = seeding.seed(target, chosen.users, expired=chosen.expired, totp=chosen.totp)
    pool = chosen.pool or account_pool.place(target.name)
    account_pool.save(pool, accounts)
    print(f"{len(accounts)} accounts in {pool}")
    return 0


def _clean(chosen: argparse.Namespace, _rest: list[str]) -> int:
    target = targets.find(chosen.target, EgressFilter().permit)
    targets.require_consent(target, LoadConsent(chosen.yes, chosen.agreed))
    pool = chosen.pool or account_pool.place(target.name)
    accounts = account_pool.load(pool)
    seeding.remove(target, accounts)
    pool.unlink()
    print(f"{len(accounts)} accounts removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
