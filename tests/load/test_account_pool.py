import itertools
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.arrival_schedule import WorkerShare

ACCOUNTS = [{"email": f"lrh-{number}@example.com", "password": "x"} for number in range(10)]


def test_a_pool_is_read_as_written_and_is_private_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "pool" / "a.jsonl"
    account_pool.save(path, ACCOUNTS)
    assert account_pool.load(path) == ACCOUNTS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_pool_is_replaced_atomically(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    account_pool.save(path, ACCOUNTS)
    account_pool.save(path, ACCOUNTS[:1])
    assert account_pool.load(path) == ACCOUNTS[:1]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("workers", [1, 3, 4, 11])
def test_each_account_belongs_to_exactly_one_worker(workers: int) -> None:
    parts = [account_pool.part(ACCOUNTS, WorkerShare(index, workers)) for index in range(workers)]
    assigned = sorted(account["email"] for account in itertools.chain(*parts))
    assert assigned == sorted(account["email"] for account in ACCOUNTS)


def test_a_pool_with_too_few_accounts_is_refused_with_both_numbers(tmp_path: Path) -> None:
    account_pool.save(tmp_path / "a.jsonl", ACCOUNTS)
    with pytest.raises(ConfigurationError, match=r"11 accounts are needed, but the pool .* has 10"):
        account_pool.load(tmp_path / "a.jsonl", 11)


def test_a_missing_pool_is_refused_with_the_command_that_creates_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="loginradius-harness load seed"):
        account_pool.load(tmp_path / "none.jsonl")


def test_an_invalid_line_of_a_pool_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"email": "a"}\n{"email": 1}\n')
    with pytest.raises(ConfigurationError, match=r"a.jsonl, line 2 is not an account in JSON \(Expected `str`"):
        account_pool.load(tmp_path / "a.jsonl")


def test_accounts_are_read_from_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("email,password,username\nlrh-1@example.com,x,\nlrh-2@example.com,y,two\n")
    first, second = account_pool.import_csv(tmp_path / "a.csv")
    assert first == {"email": "lrh-1@example.com", "password": "x"}
    assert second["username"] == "two"


@pytest.mark.parametrize("text", ["email,password\nlrh-1@example.com,\n", "mail,password\na,b\n"])
def test_a_csv_row_without_email_or_password_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ConfigurationError, match="line 2: every account needs"):
        account_pool.import_csv(tmp_path / "a.csv")


def test_expired_tokens_are_separated() -> None:
    accounts = [
        {"token": "old", "expires": "2030-01-01T00:00:00.000Z"},
        {"token": "new", "expires": "2030-01-03T00:00:00.000Z"},
        {"email": "none"},
    ]
    assert account_pool.separate_expired_tokens(accounts, datetime(2030, 1, 2, tzinfo=UTC)) == 1
    assert accounts == [
        {"expired_token": "old"},
        {"token": "new", "expires": "2030-01-03T00:00:00.000Z"},
        {"email": "none"},
    ]


def test_each_target_has_its_own_pool_file() -> None:
    assert account_pool.default_path("http://127.0.0.1:8484").name == "127.0.0.1-8484.jsonl"
    assert account_pool.default_path("staging").name == "staging.jsonl"
    assert account_pool.default_path("../../etc/passwd").parent == account_pool.FOLDER


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_of_a_spreadsheet_is_read(tmp_path: Path, delimiter: str) -> None:
    rows = [["email", "password"], ["lrh-1@example.com", "x"]]
    text = "".join(delimiter.join(row) + "\r\n" for row in rows)
    (tmp_path / "a.csv").write_bytes(text.encode("utf-8-sig"))
    assert account_pool.import_csv(tmp_path / "a.csv") == [{"email": "lrh-1@example.com", "password": "x"}]


@pytest.mark.parametrize("text", ["", "email,password\n"])
def test_a_csv_file_without_accounts_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ConfigurationError, match="has no accounts"):
        account_pool.import_csv(tmp_path / "a.csv")


def test_a_csv_file_as_a_pool_is_refused_with_the_command_that_imports_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("email,password\na@example.com,x\n")
    with pytest.raises(ConfigurationError, match=r"line 1 is not an account .* load seed TARGET --csv FILE"):
        account_pool.load(tmp_path / "a.csv")
