"""What a run creates is on disk before it is created."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loginradius_harness.target.shared_tenant.created_resources import ResourceLog, read, unfinished_logs

CRASH = """
import os, signal, sys
from pathlib import Path
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog
ledger = ResourceLog.begin(Path(sys.argv[1]))
ledger.remove(ledger.plan("account", "lrh-1-1@example.com"))
ledger.plan("account", "lrh-1-2@example.com", "+12015550100")
os.kill(os.getpid(), signal.SIGKILL)
"""


def lines(ledger: ResourceLog) -> list[object]:
    return [json.loads(line) for line in ledger.path.read_text().splitlines()]


def test_intention_is_on_disk_when_it_is_made(tmp_path: Path) -> None:
    ledger = ResourceLog.begin(tmp_path)
    ledger.plan("role", "lrh-role")
    assert lines(ledger) == [{"number": 1, "kind": "role", "names": ["lrh-role"]}]
    ledger.close()


def test_what_is_gone_is_no_longer_open(tmp_path: Path) -> None:
    ledger = ResourceLog.begin(tmp_path)
    first, second = ledger.plan("role", "lrh-a"), ledger.plan("role", "lrh-b")
    ledger.remove(first)
    assert list(read(ledger.path)) == [second]
    ledger.close()


def test_ledger_owns_what_it_names_or_has_learned(tmp_path: Path) -> None:
    ledger = ResourceLog.begin(tmp_path)
    ledger.plan("account", "lrh-1@example.com")
    ledger.record_ids("0f" * 16)
    assert ledger.owns("lrh-1@example.com")
    assert ledger.owns("0f" * 16)
    assert not ledger.owns("ada@real.example")
    ledger.close()


def test_empty_ledger_leaves_no_file(tmp_path: Path) -> None:
    ledger = ResourceLog.begin(tmp_path)
    ledger.remove(ledger.plan("role", "lrh-a"))
    ledger.close()
    assert list(tmp_path.iterdir()) == []


def test_line_that_a_crash_cut_off_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "dead.jsonl"
    path.write_text('{"number": 1, "kind": "role", "names": ["lrh-a"]}\n{"number": 2, "ki')
    assert [entry.number for entry in read(path)] == [1]


def test_living_run_is_left_alone(tmp_path: Path) -> None:
    ledger = ResourceLog.begin(tmp_path)
    ledger.plan("role", "lrh-a")
    assert list(unfinished_logs(tmp_path)) == []
    ledger.remove(next(iter(ledger.entries.values())))
    ledger.close()


def test_killed_run_can_be_taken_over(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], check=False)
    assert killed.returncode == -9
    (left,) = unfinished_logs(tmp_path)
    assert [entry.names for entry in left.entries.values()] == [("lrh-1-2@example.com", "+12015550100")]
    assert left.plan("role", "lrh-x").number == 3
    assert list(unfinished_logs(tmp_path)) == []  # it is ours now
    left.close()


@pytest.mark.parametrize("name", ["lrh-1-1@example.com", "lrh-1-2@example.com"])
def test_what_once_was_in_it_stays_ours(tmp_path: Path, name: str) -> None:
    ledger = ResourceLog.begin(tmp_path)
    entry = ledger.plan("account", name)
    ledger.remove(entry)
    assert ledger.owns(name)
    ledger.close()
