"""Accounts of the target as virtual users: where they are stored, and how workers divide them.

A pool is a file with one JSON object per line, `reports/out/pool/<target>.jsonl`: git-ignored, readable by its owner
only. Members are variables that steps may use: `email`, `password`, `username`, `phone`, `uid`, `totp_secret`,
`passkey_id`, `passkey_key`, `passkey_handle`, `passkey_origin`, `token`.
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


def default_path(target: str) -> Path:
    """Return the pool file of a target, given its name or URL."""
    return FOLDER / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', target.partition('://')[2] or target).strip('-')}.jsonl"


def save(path: Path, accounts: Iterable[Account]) -> None:
    """Write a pool atomically, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for account in accounts:
            file.write(msgspec.json.encode(account) + b"\n")
    draft.replace(path)


def load(path: Path, wanted: int = 0) -> list[Account]:
    """Read the first `wanted` accounts of a pool, or all with 0.

    ConfigurationError when there are fewer, or when the file is not a pool.
    """
    if not path.is_file():
        raise ConfigurationError(
            f"There is no pool {path}. Create one: loginradius-harness load seed TARGET --users N."
        )
    accounts = list(_read(path))
    if len(accounts) < max(wanted, 1):
        raise ConfigurationError(
            f"{wanted} accounts are needed, but the pool {path} has {len(accounts)}. "
            "Seed more (loginradius-harness load seed TARGET --users N) or ask for fewer with --accounts."
        )
    return accounts[:wanted] if wanted else accounts


def import_csv(path: Path) -> list[Account]:
    """Read accounts from a CSV file whose header names the variables; `email` and `password` are required.

    Comma, semicolon or tab separate the columns, whichever the header has most of; a byte order mark is ignored.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read as UTF-8 text: {error}.") from error
    header = lines[0] if lines else ""
    rows = list(csv.DictReader(lines, delimiter=max(",;\t", key=header.count)))
    if not rows:
        raise ConfigurationError(f"{path} has no accounts: it needs a header (email,password) and a row per account.")
    for number, row in enumerate(rows, 2):
        if not row.get("email") or not row.get("password"):
            columns = ", ".join(name for name in row if name)
            raise ConfigurationError(
                f"{path}, line {number}: every account needs an email and a password; the columns are {columns}."
            )
    return [{name: value for name, value in row.items() if name and value} for row in rows]


def part(accounts: list[Account], share: WorkerShare) -> list[Account]:
    """Return the accounts of one worker; no account belongs to two workers."""
    return accounts[share.index :: share.count]


def separate_expired_tokens(accounts: Iterable[Account], now: datetime) -> int:
    """Move expired tokens to `expired_token`, which some scenarios need; return how many there were."""
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
            raise ConfigurationError(
                f"{path}, line {number} is not an account in JSON ({error}). A CSV file becomes a pool with: "
                "loginradius-harness load seed TARGET --csv FILE."
            ) from error
