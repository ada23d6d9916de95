"""`python -m loadtests smoke | run | seed | clean`: load from the command line."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.failures import ConfigurationError, InfrastructureFailure
from loadtests import population, profiles, standin, targets
from loadtests.guard import Guard
from loadtests.targets import Consent
from reports import conclude
from reports.record import OUT, STREAM, read

LOCUSTFILE = Path(__file__).with_name("locustfile.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 kept, 1 broken, 2 configuration, 3 infrastructure, 4 invalid."""
    chosen, rest = _parser().parse_known_args(arguments)
    command: Callable[[argparse.Namespace, list[str]], int] = chosen.command
    try:
        return command(chosen, rest)
    except (ConfigurationError, InfrastructureFailure) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return InfrastructureFailure.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m loadtests", description="Load tests of a tenant or an emulator.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    smoke = commands.add_parser(
        "smoke", help="20 s against an emulator that is started for it; more options go to locust"
    )
    smoke.set_defaults(command=_smoke)
    run = commands.add_parser("run", help="a profile against a target, without the web UI; more options go to locust")
    run.add_argument("target", help="a name of targets.toml, or the URL of an emulator")
    run.add_argument("--profile", default="smoke", help=f"one of {', '.join(profiles.names())}, or a .toml file")
    run.set_defaults(command=lambda chosen, rest: _run(chosen.target, chosen.profile, rest))
    seed = commands.add_parser("seed", help="fill the pool of a target with accounts")
    seed.add_argument("target")
    seed.add_argument("--users", type=int, default=100, help="accounts to make")
    seed.add_argument("--csv", type=Path, help="take the accounts from this file instead; its header names the members")
    seed.add_argument("--expired", action="store_true", help="make expired tokens too: moves an emulator's clock")
    seed.add_argument("--totp", action="store_true", help="enrol an authenticator app for each account")
    clean = commands.add_parser("clean", help="delete the accounts of a pool, and the pool")
    clean.add_argument("target")
    for command, function in ((seed, _seed), (clean, _clean)):
        command.add_argument("--pool", type=Path, help="file of accounts (default: loadtests/pool/TARGET.jsonl)")
        command.add_argument("--yes", action="store_true", help="needed for a real tenant")
        command.add_argument("--agreed", action="store_true", help="needed for production: the vendor has agreed")
        command.set_defaults(command=function)
    return parser


def _smoke(_chosen: argparse.Namespace, rest: list[str]) -> int:
    with standin.emulator() as url, tempfile.TemporaryDirectory() as folder:
        return _run(url, "smoke", ["--pool", str(Path(folder) / "pool.jsonl"), *rest])


def _run(target: str, profile: str, rest: list[str]) -> int:
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--only-summary"]
    command += ["--host", target, "--load-profile", profile, "--loglevel", "WARNING", *rest]
    code = subprocess.run(command, check=False, env={**os.environ, "PYTHONUNBUFFERED": "1"}).returncode  # noqa: S603 - our own command
    if (OUT / STREAM).exists():
        conclude.tell(OUT, read(OUT / STREAM))
    return code


def _seed(chosen: argparse.Namespace, _rest: list[str]) -> int:
    from loadtests import seeding  # noqa: PLC0415 - an event loop is not needed to read the help

    target = targets.find(chosen.target, Guard().permit)
    targets.demand_consent(target, Consent(chosen.yes, chosen.agreed))
    if chosen.users < 1:
        raise ConfigurationError("--users must be above 0")
    if chosen.csv:
        accounts = population.import_csv(chosen.csv)
    else:
        accounts = seeding.seed(target, chosen.users, expired=chosen.expired, totp=chosen.totp)
    pool = chosen.pool or population.place(target.name)
    population.save(pool, accounts)
    print(f"{len(accounts)} accounts in {pool}")
    return 0


def _clean(chosen: argparse.Namespace, _rest: list[str]) -> int:
    from loadtests import seeding  # noqa: PLC0415 - as above

    target = targets.find(chosen.target, Guard().permit)
    targets.demand_consent(target, Consent(chosen.yes, chosen.agreed))
    pool = chosen.pool or population.place(target.name)
    accounts = population.load(pool)
    seeding.remove(target, accounts)
    pool.unlink()
    print(f"{len(accounts)} accounts removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
