"""Virtual users are accounts of the target: where they are kept, and how workers share them.

A pool is a file of one JSON object a line, `loadtests/pool/<target>.jsonl`: git-ignored, readable by its owner only. A
member is a variable that steps may use: `email`, `password`, `username`, `phone`, `uid`, `totp_secret`, `token`.
"""

import csv
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.workload.arrival_schedule import WorkerShare

Account = dict[str, str]

FOLDER = Path("reports/out/pool")  # below the directory in which a run starts


def place(target: str) -> Path:
    """The pool file of a target, by its name or URL."""
    return FOLDER / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', target.partition('://')[2] or target).strip('-')}.jsonl"


def save(path: Path, accounts: Iterable[Account]) -> None:
    """Write a pool, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for account in accounts:
            file.write(msgspec.json.encode(account) + b"\n")
    draft.replace(path)


def load(path: Path, wanted: int = 0) -> list[Account]:
    """The first `wanted` accounts of a pool, or all; ConfigurationError when there are fewer or the file is broken."""
    if not path.is_file():
        raise ConfigurationError(f"there is no pool {path}; make one: loginradius-harness load seed TARGET --users N")
    accounts = list(_read(path))
    if len(accounts) < max(wanted, 1):
        raise ConfigurationError(
            f"{wanted} accounts are wanted, but the pool {path} has {len(accounts)}; "
            "seed more (loginradius-harness load seed TARGET --users N) or ask for a smaller --population"
        )
    return accounts[:wanted] if wanted else accounts


def import_csv(path: Path) -> list[Account]:
    """Accounts of a CSV file whose header names the variables; `email` and `password` are a must."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from error
    for number, row in enumerate(rows, 2):
        if not row.get("email") or not row.get("password"):
            raise ConfigurationError(f"{path}, line {number}: every account needs an email and a password")
    return [{name: value for name, value in row.items() if name and value} for row in rows]


def part(accounts: list[Account], share: WorkerShare) -> list[Account]:
    """The accounts of one worker; no account belongs to two."""
    return accounts[share.index :: share.count]


def age(accounts: Iterable[Account], now: datetime) -> int:
    """Turn tokens that have expired into `expired_token`, which some scenarios want; tells how many there were."""
    found = 0
    for account in accounts:
        expires = account.get("expires")
        if "token" in account and expires and datetime.fromisoformat(expires) <= now:
            account["expired_token"] = account.pop("token")
            del account["expires"]
            found += 1
    return found


def _read(path: Path) -> Iterator[Account]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            yield msgspec.json.decode(line, type=Account)
        except msgspec.DecodeError as error:
            raise ConfigurationError(f"{path}, line {number}: {error}") from error
