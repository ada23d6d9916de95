import itertools
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.workload import account_pool
from loginradius_harness.load.workload.arrival_schedule import WorkerShare

ACCOUNTS = [{"email": f"lrh-{number}@example.com", "password": "x"} for number in range(10)]


def test_a_pool_is_read_as_it_was_written_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "pool" / "a.jsonl"
    account_pool.save(path, ACCOUNTS)
    assert account_pool.load(path) == ACCOUNTS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_pool_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    account_pool.save(path, ACCOUNTS)
    account_pool.save(path, ACCOUNTS[:1])
    assert account_pool.load(path) == ACCOUNTS[:1]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("workers", [1, 3, 4, 11])
def test_no_account_belongs_to_two_workers_and_none_is_left_over(workers: int) -> None:
    parts = [account_pool.part(ACCOUNTS, WorkerShare(index, workers)) for index in range(workers)]
    dealt = sorted(account["email"] for account in itertools.chain(*parts))
    assert dealt == sorted(account["email"] for account in ACCOUNTS)


def test_more_accounts_than_the_pool_has_are_refused_with_both_figures(tmp_path: Path) -> None:
    account_pool.save(tmp_path / "a.jsonl", ACCOUNTS)
    with pytest.raises(ConfigurationError, match=r"11 accounts are wanted, but the pool .* has 10"):
        account_pool.load(tmp_path / "a.jsonl", 11)


def test_a_missing_pool_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="loginradius-harness load seed"):
        account_pool.load(tmp_path / "none.jsonl")


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"email": "a"}\n{"email": 1}\n')
    with pytest.raises(ConfigurationError, match=r"a.jsonl, line 2: Expected `str`"):
        account_pool.load(tmp_path / "a.jsonl")


def test_accounts_come_from_a_csv_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("email,password,username\nlrh-1@example.com,x,\nlrh-2@example.com,y,two\n")
    first, second = account_pool.import_csv(tmp_path / "a.csv")
    assert first == {"email": "lrh-1@example.com", "password": "x"}
    assert second["username"] == "two"


@pytest.mark.parametrize("text", ["email,password\nlrh-1@example.com,\n", "mail,password\na,b\n"])
def test_a_csv_row_without_email_or_password_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ConfigurationError, match="line 2: every account needs"):
        account_pool.import_csv(tmp_path / "a.csv")


def test_tokens_that_have_expired_are_set_apart() -> None:
    accounts = [
        {"token": "old", "expires": "2030-01-01T00:00:00.000Z"},
        {"token": "new", "expires": "2030-01-03T00:00:00.000Z"},
        {"email": "none"},
    ]
    assert account_pool.age(accounts, datetime(2030, 1, 2, tzinfo=UTC)) == 1
    assert accounts == [
        {"expired_token": "old"},
        {"token": "new", "expires": "2030-01-03T00:00:00.000Z"},
        {"email": "none"},
    ]


def test_each_target_has_a_pool_of_its_own() -> None:
    assert account_pool.place("http://127.0.0.1:8484").name == "127.0.0.1-8484.jsonl"
    assert account_pool.place("staging").name == "staging.jsonl"
    assert account_pool.place("../../etc/passwd").parent == account_pool.FOLDER
